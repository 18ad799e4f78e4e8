import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(__dirname, '../../..');

/** The folders and files that say what an empty database looks like, and how it is made. */
const MADE_OF = ['package-lock.json', 'prisma', 'src/database'];

let fingerprint: string | undefined;

/**
 * Names what empty databases are made of: migrations, the code that applies them, and the libraries that it uses. A
 * database that was made under another name has to be made anew.
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
