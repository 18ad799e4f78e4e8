import type { Results } from '../contest/results';
import { aligned } from '../live/table';
import { percentile } from '../platforms/results';
import { type Measured, toSizesTable } from './sizes';

/** What several processes did together in one round. */
export interface Shared {
  /** Work done a second, by all together. */
  readonly perSecond: number;
  /** Processor time for each unit of work, in microseconds: of the processes, and of PostgreSQL and Redis for them. */
  readonly cpuMicros: number;
  readonly postgresMicros: number;
  readonly redisMicros: number;
  /** By how much the database grows with each, its indexes included. */
  readonly databaseBytes: number;
  /** Memory of them all. */
  readonly rssBytes: number;
}

/** A number of processes over all rounds: the median of each measure. */
export interface Row extends Shared {
  readonly work: string;
  readonly processes: number;
  /** Work for each second of a core, that of PostgreSQL and Redis included, over the same of one process. */
  readonly ofOne: number;
}

export const WORKS = {
  registrations: 'registrations waiting',
  kept: 'REST, kept answers',
  dashboards: 'GraphQL, full dashboards',
} as const;

/** How much of the work for each core may be lost by being several. */
const LEAST_OF_ONE = 0.85;
const MEBIBYTE = 1024 * 1024;

export const workPerCore = ({ cpuMicros, postgresMicros, redisMicros }: Shared): number =>
  1_000_000 / (cpuMicros + postgresMicros + redisMicros);

/** @param rounds of each number of processes, the fewest first */
export function toRows(work: string, rounds: ReadonlyMap<number, readonly Shared[]>): readonly Row[] {
  const medians = [...rounds].map(([processes, all]) => {
    const middle = (of: (round: Shared) => number): number => percentile(all.map(of), 50);
    return {
      ...{ work, processes },
      perSecond: middle(({ perSecond }) => perSecond),
      cpuMicros: middle(({ cpuMicros }) => cpuMicros),
      postgresMicros: middle(({ postgresMicros }) => postgresMicros),
      redisMicros: middle(({ redisMicros }) => redisMicros),
      databaseBytes: middle(({ databaseBytes }) => databaseBytes),
      rssBytes: middle(({ rssBytes }) => rssBytes),
    };
  });
  const [one] = medians;
  return medians.map((each) => ({ ...each, ofOne: workPerCore(each) / workPerCore(one ?? each) }));
}

export function toTable({ machine, works }: Results<readonly Row[]>): string {
  const titles = [
    ...['work', 'processes', 'a second', 'CPU µs each', 'PostgreSQL µs', 'Redis µs', 'a second of a core'],
    ...['of one', 'wanted', 'memory MiB of each', 'database bytes each'],
  ];
  const cells = works.map((row) => [
    ...[row.work, String(row.processes), whole(row.perSecond)],
    ...[row.cpuMicros, row.postgresMicros, row.redisMicros, workPerCore(row)].map(whole),
    row.ofOne.toFixed(2),
    row.processes === 1 ? '' : `≥ ${LEAST_OF_ONE}: ${row.ofOne >= LEAST_OF_ONE ? 'reached' : 'NOT REACHED'}`,
    ...[whole(row.rssBytes / MEBIBYTE / row.processes), whole(row.databaseBytes)],
  ]);
  const measured = measuredOf(works);
  const sizes = measured === undefined ? [] : ['', 'By calculation from these:', '', toSizesTable(measured)];
  return [machine, '', ...aligned([titles, ...cells]), ...sizes].join('\n');
}

/** @returns undefined where not all of it was measured */
function measuredOf(rows: readonly Row[]): Measured | undefined {
  const ofOne = (work: string): Row | undefined =>
    rows.find((row) => row.work === work && row.processes === 1);
  const [registration, dashboard] = [ofOne(WORKS.registrations), ofOne(WORKS.dashboards)];
  return registration && dashboard && { registration, dashboard };
}

/** A round in one line, for the progress output. */
export function toLine(round: Shared): string {
  const { perSecond, cpuMicros, postgresMicros, redisMicros } = round;
  return `${whole(perSecond)} a second, ${whole(cpuMicros)} µs each, PostgreSQL ${whole(postgresMicros)} µs, Redis ${whole(redisMicros)} µs`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
