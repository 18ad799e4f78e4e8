import path from 'node:path';
import { run } from '../machine/commands';
import { commandBlocksOf } from '../production/readme';
import { findPrograms } from '../servers/postgres';

const PAGE = 'docs/backup.md';

/**
 * Runs the commands that a section of docs/backup.md gives, as an operator would who has set the variables.
 *
 * @param block which of the section's blocks, counted from 0
 * @param variables in place of the page's own, which are examples
 * @returns what they wrote
 */
export async function runDocumented(
  section: string,
  block: number,
  variables: NodeJS.ProcessEnv,
  folder: string,
): Promise<string> {
  const lines = commandBlocksOf(section, PAGE)[block];
  if (lines === undefined) throw new Error(`${PAGE} has no block ${block} in its section "${section}".`);
  const { folder: programs } = await findPrograms();
  const env = { PATH: [programs, process.env['PATH']].join(path.delimiter), ...variables };
  const script = lines.filter((line) => !line.startsWith('export ')).join('\n');
  return run({ program: 'sh', args: ['-eu', '-c', script], env, cwd: folder });
}
