import { readFileSync } from 'node:fs';
import path from 'node:path';

export const PROJECT = path.join(__dirname, '../../..');

/**
 * The shell commands that a section of a page gives, by the blocks that they stand in.
 * @throws Error when there is no such section, or none in it
 */
export function commandBlocksOf(section: string, page = 'README.md'): readonly (readonly string[])[] {
  const whole = readFileSync(path.join(PROJECT, page), 'utf8');
  const text = whole.split(/^## /m).find((part) => part.startsWith(`${section}\n`));
  const blocks = [...(text ?? '').matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => linesOf(block));
  if (blocks.length > 0) return blocks;
  throw new Error(`${page} has no section "${section}" with blocks of shell commands.`);
}

const linesOf = (block: string): readonly string[] => block.split('\n').filter((line) => line.trim() !== '');
