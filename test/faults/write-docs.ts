import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Outcome, toMarkdown } from './outcome';

const PAGE = path.resolve(__dirname, '../../docs/reliability.md');
const BEGIN = '<!-- faults: begin -->';
const END = '<!-- faults: end -->';

/** Puts the table of a run into the page, between its markers. */
export function writeTable(outcomes: readonly Outcome[], seed: number): void {
  const page = readFileSync(PAGE, 'utf8');
  const [start, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (start === -1 || end < start) throw new Error(`${PAGE} has lost the markers of its table.`);
  const told = `As the run with seed ${seed} printed it:`;
  const table = `${BEGIN}\n\n${told}\n\n${toMarkdown(outcomes)}\n\n`;
  writeFileSync(PAGE, page.slice(0, start) + table + page.slice(end));
}
