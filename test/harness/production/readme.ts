import { readFileSync } from 'node:fs';
import path from 'node:path';

export const PROJECT = path.join(__dirname, '../../..');

/**
 * The shell commands that a section of the README gives, by the blocks that they stand in.
 * @throws Error when there is no such section, or none in it
 */
export function commandBlocksOf(section: string): readonly (readonly string[])[] {
  const readme = readFileSync(path.join(PROJECT, 'README.md'), 'utf8');
  const text = readme.split(/^## /m).find((part) => part.startsWith(`${section}\n`));
  const blocks = [...(text ?? '').matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => linesOf(block));
  if (blocks.length > 0) return blocks;
  throw new Error(`README.md has no section "${section}" with blocks of shell commands.`);
}

const linesOf = (block: string): readonly string[] => block.split('\n').filter((line) => line.trim() !== '');
