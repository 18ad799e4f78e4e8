import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(__dirname, '../../..');

/** The folders and files that determine an empty database. */
const MADE_OF = ['package-lock.json', 'prisma', 'src/database'];

let fingerprint: string | undefined;

/**
 * A hash of everything that determines an empty database: migrations, the code that applies them, and its libraries. A
 * database created under another hash must be created again.
 */
export function madeOf(): string {
  fingerprint ??= MADE_OF.flatMap(filesIn)
    .reduce(
      (hash, file) => hash.update(file).update(readFileSync(path.join(ROOT, file))),
      createHash('sha256'),
    )
    .digest('hex')
    .slice(0, 16);
  return fingerprint;
}

function filesIn(name: string): readonly string[] {
  if (path.extname(name) !== '') return [name];
  return readdirSync(path.join(ROOT, name), { withFileTypes: true })
    .flatMap((entry) =>
      entry.isDirectory() ? filesIn(path.join(name, entry.name)) : [path.join(name, entry.name)],
    )
    .sort();
}
