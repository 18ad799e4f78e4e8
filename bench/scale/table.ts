import type { Results } from '../contest/results';
import { aligned } from '../live/table';
import { type Row, type Shared, workPerCore, WORKS } from './results';
import { type Measured, toSizesTable } from './sizes';

/** The least that each core is to do where several share the work, beside what it does alone. */
const LEAST_OF_ONE = 0.85;
const MEBIBYTE = 1024 * 1024;

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
