import { mkdirSync } from 'node:fs';
import path from 'node:path';

/** Where tests of the page leave what somebody may want to look at. */
export const OUTPUT = path.join(__dirname, '../../../.cache/web');

/** @returns the path of a file there, its folder made */
export function outputFile(name: string): string {
  mkdirSync(OUTPUT, { recursive: true });
  return path.join(OUTPUT, name);
}
