import type { Results } from '../contest/results';
import { aligned } from '../live/table';
import { percentile } from '../platforms/results';
import type { Kind } from './kinds';
import type { Start } from './measure';

/** The medians of all rounds, each measure by itself, and the limits. */
export interface Row extends Start, Pick<Kind, 'name' | 'wantedStartMs' | 'wantedCores' | 'wantedMemory'> {
  readonly rounds: number;
}

const MEBIBYTE = 1024 * 1024;

export function toRow(
  { name, wantedStartMs, wantedCores, wantedMemory }: Row | Kind,
  starts: readonly Start[],
): Row {
  const middle = (of: (start: Start) => number): number => percentile(starts.map(of), 50);
  const known = starts.flatMap(({ startMs }) => startMs ?? []);
  return {
    name,
    rounds: starts.length,
    startMs: known.length === 0 ? null : percentile(known, 50),
    coresAtRest: middle(({ coresAtRest }) => coresAtRest),
    rssBytes: middle(({ rssBytes }) => rssBytes),
    wantedStartMs,
    wantedCores,
    wantedMemory,
  };
}

export function toTable({ machine, works }: Results<readonly Row[]>): string {
  const cells = works.map((row) => [
    row.name,
    row.startMs === null ? '-' : `${Math.round(row.startMs)} ms`,
    wanted(row.startMs, row.wantedStartMs, (ms) => `${ms} ms`),
    `${(row.coresAtRest * 100).toFixed(1)} %`,
    wanted(row.coresAtRest, row.wantedCores, (cores) => `${cores * 100} %`),
    `${Math.round(row.rssBytes / MEBIBYTE)} MiB`,
    wanted(row.rssBytes / MEBIBYTE, row.wantedMemory, (mebibytes) => `${mebibytes} MiB`),
  ]);
  const titles = ['what', 'ready after', 'wanted', 'of a core at rest', 'wanted', 'memory at rest', 'wanted'];
  return [machine, '', ...aligned([titles, ...cells])].join('\n');
}

function wanted(found: number | null, most: number | null, show: (most: number) => string): string {
  if (most === null || found === null) return '';
  return `≤ ${show(most)}: ${found <= most ? 'reached' : 'NOT REACHED'}`;
}
