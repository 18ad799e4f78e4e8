import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
}

const packageManifest = z.object({ name: z.string(), version: z.string() });

/** All packages that lie in a folder, at any depth, in any folder named node_modules. */
export function packagesBelow(folder: string): readonly InstalledPackage[] {
  return filesBelow(folder)
    .filter((file) => /node_modules\/(?:@[^/]+\/|(?!@))[^/]+\/package\.json$/.test(file))
    .map((file) => packageManifest.parse(JSON.parse(readFileSync(file, 'utf8'))));
}

const sbom = z.object({ components: z.array(packageManifest) });

/** The packages that a CycloneDX file lists. */
export const packagesOfSbom = (file: string): readonly InstalledPackage[] =>
  sbom.parse(JSON.parse(readFileSync(file, 'utf8'))).components;

/** What a folder's files hold, in bytes. */
export const bytesBelow = (folder: string): number =>
  filesBelow(folder).reduce((sum, file) => sum + statSync(file).size, 0);

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.join(parentPath, name));
}
