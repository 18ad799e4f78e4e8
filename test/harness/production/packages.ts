import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const manifest = z.object({ name: z.string().optional(), version: z.string().optional() });

/** The names of all packages that lie in a folder, at any depth, in any folder named node_modules. */
export function packagesBelow(folder: string): ReadonlySet<string> {
  const names = filesBelow(folder)
    .filter((file) => /node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$/.test(file))
    .map((file) => manifest.parse(JSON.parse(readFileSync(file, 'utf8'))).name);
  return new Set(names.filter((name) => name !== undefined));
}

/** What a folder's files hold, in bytes. */
export const bytesBelow = (folder: string): number =>
  filesBelow(folder).reduce((sum, file) => sum + statSync(file).size, 0);

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.join(parentPath, name));
}
