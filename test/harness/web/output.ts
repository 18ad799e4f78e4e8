import { mkdirSync } from 'node:fs';
import path from 'node:path';

/** The folder for screenshots and files of the page's tests. */
export const OUTPUT = path.join(__dirname, '../../../.cache/web');

/** @returns the path of a file there; creates its folder */
export function outputFile(name: string): string {
  mkdirSync(OUTPUT, { recursive: true });
  return path.join(OUTPUT, name);
}
