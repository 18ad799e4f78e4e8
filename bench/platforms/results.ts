import { aligned } from '../live/table';
import type { Durations } from './readers';

/** What readers waited, over all rounds. */
export interface Row {
  readonly what: string;
  readonly platforms: 'healthy' | 'hanging';
  readonly answers: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface Results {
  readonly rows: readonly Row[];
  /** p99 with all platforms hanging over p99 with all healthy; at most 1.2 is wanted. */
  readonly ratios: { readonly rest: number; readonly graphql: number };
}

const MOST = 1.2;

export function toResults(healthy: Durations, hanging: Durations): Results {
  const rows = [
    toRow('REST, MISS', 'healthy', healthy.rest),
    toRow('REST, MISS', 'hanging', hanging.rest),
    toRow('GraphQL', 'healthy', healthy.graphql),
    toRow('GraphQL', 'hanging', hanging.graphql),
  ];
  const ratio = (of: keyof Durations): number => percentile(hanging[of], 99) / percentile(healthy[of], 99);
  return { rows, ratios: { rest: ratio('rest'), graphql: ratio('graphql') } };
}

function toRow(what: string, platforms: Row['platforms'], durations: readonly number[]): Row {
  const [p50Ms, p99Ms] = [percentile(durations, 50), percentile(durations, 99)];
  return { what, platforms, answers: durations.length, p50Ms, p99Ms };
}

/** The smallest of the durations that so many percent of them do not exceed; NaN when there are none. */
export function percentile(durations: readonly number[], percent: number): number {
  const sorted = [...durations].sort((one, other) => one - other);
  return sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? Number.NaN;
}

export function toTable({ rows, ratios }: Results): string {
  const cells = rows.map(({ what, platforms, answers, p50Ms, p99Ms }) => [
    what,
    platforms,
    String(answers),
    p50Ms.toFixed(1),
    p99Ms.toFixed(1),
  ]);
  const targets = Object.entries(ratios).map(([of, ratio]) => [
    `p99 hanging / healthy, ${of}`,
    `≤ ${MOST}`,
    ratio.toFixed(2),
    ratio <= MOST ? 'reached' : 'NOT REACHED',
  ]);
  return [
    ...aligned([['what', 'platforms', 'answers', 'p50 ms', 'p99 ms'], ...cells]),
    '',
    ...aligned([['target', 'wanted', 'measured', ''], ...targets]),
  ].join('\n');
}
