import { createInterface } from 'node:readline/promises';
import { CommandError } from '../fail';

/** What is not vouched for by the file's own totals, somebody has to look at. */
const QUESTION =
  'The file has no total that all of this could be compared with. Import it as it is read above?';

/**
 * Asks whether to import what no total of the file confirms.
 *
 * @throws CommandError when the answer is no, or there is no terminal to ask at
 */
export async function confirmUnchecked(): Promise<void> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new CommandError(
      'The file has no total that all of this could be compared with, so nothing was imported. If the figures above are ' +
        'right, say --yes; --save-layout <file.yaml> keeps that for this store, for imports with --layout <file.yaml>.',
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${QUESTION} [y/N] `);
    if (!/^(?:y|yes|예|네)$/i.test(answer.trim())) throw new CommandError('Nothing was imported.');
  } finally {
    terminal.close();
  }
}
