import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';

/** A hash over files and all files in folders, which tells whether an output is up to date. */
export function hashOf(sources) {
  const hash = createHash('sha256');
  for (const source of sources) {
    for (const file of filesBelow(source)) hash.update(`${file}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

/** The files in a folder at any depth, in the order of their names; a file itself. */
export function filesBelow(source) {
  if (!statSync(source).isDirectory()) return [source];
  return readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${parentPath}/${name}`)
    .sort();
}

/** The content of a stamp file; undefined when there is none. */
export const readStamp = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);
