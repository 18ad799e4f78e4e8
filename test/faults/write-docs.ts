import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Outcome, toMarkdown } from './outcome';

const ROOT = path.resolve(__dirname, '../..');
const BEGIN = '<!-- faults: begin -->';
const END = '<!-- faults: end -->';

/** Puts the table of a run into a page of the project, between its markers. */
export function writeTable(name: string, outcomes: readonly Outcome[], seed: number): void {
  const file = path.join(ROOT, name);
  const page = readFileSync(file, 'utf8');
  const [start, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (start === -1 || end < start) throw new Error(`${name} has lost the markers of its table.`);
  const told = `As the run with seed ${seed} printed it:`;
  const table = `${BEGIN}\n\n${told}\n\n${toMarkdown(outcomes)}\n\n`;
  writeFileSync(file, page.slice(0, start) + table + page.slice(end));
}
