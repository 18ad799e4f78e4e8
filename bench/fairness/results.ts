import { aligned } from '../live/table';
import { percentile } from '../platforms/results';

/** How long the reader's requests took, by kind, in milliseconds. */
export interface Durations {
  readonly rest: readonly number[];
  readonly graphql: readonly number[];
  /** From sending a registration until the reader received it. */
  readonly live: readonly number[];
  readonly refusals: readonly string[];
}

export interface Row {
  readonly what: string;
  readonly alone: Quantiles;
  readonly beside: Quantiles;
  /** p99 under attack over p99 alone. */
  readonly ratio: number;
  readonly isFair: boolean;
}

interface Quantiles {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface Results {
  readonly rows: readonly Row[];
  /** The reader's refusals under attack; alone there are none. */
  readonly refusals: readonly string[];
  /** The answers to the attacker, by attack. */
  readonly told: readonly (readonly [string, string])[];
  readonly isFair: boolean;
}

/** The reader's p99 under attack may be this many times its p99 alone. */
const MOST = 2;

export function toResults(alone: Durations, beside: Durations, told: Results['told']): Results {
  const rows = [
    toRow('dashboards, REST', alone.rest, beside.rest),
    toRow('dashboards, GraphQL', alone.graphql, beside.graphql),
    toRow('a registration to its subscriber', alone.live, beside.live),
  ];
  const { refusals } = beside;
  return { rows, refusals, told, isFair: refusals.length === 0 && rows.every(({ isFair }) => isFair) };
}

export function together(parts: readonly Durations[]): Durations {
  return {
    rest: parts.flatMap(({ rest }) => rest),
    graphql: parts.flatMap(({ graphql }) => graphql),
    live: parts.flatMap(({ live }) => live),
    refusals: parts.flatMap(({ refusals }) => refusals),
  };
}

function toRow(what: string, alone: readonly number[], beside: readonly number[]): Row {
  const [one, other] = [quantiles(alone), quantiles(beside)];
  const ratio = other.p99Ms / one.p99Ms;
  return { what, alone: one, beside: other, ratio, isFair: ratio <= MOST };
}

function quantiles(durations: readonly number[]): Quantiles {
  return { count: durations.length, p50Ms: percentile(durations, 50), p99Ms: percentile(durations, 99) };
}

export function toTable({ rows, refusals, told }: Results): string {
  const pair = ({ p50Ms, p99Ms, count }: Quantiles): string =>
    `${p50Ms.toFixed(1)} / ${p99Ms.toFixed(1)} (${count})`;
  const cells = rows.map(({ what, alone, beside, ratio, isFair }) => [
    what,
    pair(alone),
    pair(beside),
    ratio.toFixed(2),
    isFair ? 'fair' : 'NOT FAIR',
  ]);
  return [
    ...aligned([
      ['what he does', 'alone p50/p99 ms', 'beside p50/p99 ms', `p99 ratio, ≤ ${MOST}`, ''],
      ...cells,
    ]),
    '',
    ...aligned([['what the other did', 'what it was told'], ...told]),
    '',
    refusals.length === 0
      ? 'He was refused nothing.'
      : `He was refused ${refusals.length} times, first: ${refusals[0]}`,
  ].join('\n');
}
