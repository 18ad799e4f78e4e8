import { aligned } from '../../bench/live/table';
import type { Findings } from './fault';

/** One line of the table. */
export interface Outcome extends Findings {
  readonly fault: string;
  readonly what: string;
  readonly tookMs: number;
  readonly isSurvived: boolean;
}

const HEAD = ['fault', 'what readers saw', 'lost', 'doubled', 'longest wait', 'went on after', 'verdict'];

export function toTable(outcomes: readonly Outcome[]): string {
  return aligned([HEAD, ...outcomes.map((outcome) => [outcome.fault, ...cells(outcome)])]).join('\n');
}

/** As a page has it: with what each fault does instead of its name alone. */
export function toMarkdown(outcomes: readonly Outcome[]): string {
  const [, ...head] = HEAD;
  const rows = outcomes.map((outcome) => [outcome.what, `\`${outcome.fault}\``, ...cells(outcome)]);
  const line = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;
  const titles = ['what happens', 'fault', ...head];
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n');
}

function cells({ readers, lost, doubled, longestWaitMs, wentOnMs, isSurvived }: Outcome): string[] {
  const verdict = isSurvived ? 'survived' : 'NOT SURVIVED';
  return [readers, String(lost), String(doubled), seconds(longestWaitMs), seconds(wentOnMs), verdict];
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? '–' : `${(ms / 1_000).toFixed(1)} s`;
}
