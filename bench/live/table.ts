import type { Measurement, Quantiles, Results } from './results';

const MEBIBYTE = 1024 * 1024;
const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const pair = ({ p50, p99 }: Quantiles): string => `${p50 ?? '-'} / ${p99 ?? '-'}`;

const COLUMNS: readonly (readonly [string, (measured: Measurement) => string])[] = [
  ['what', ({ name }) => name],
  ['subscribers', ({ subscribers }) => whole(subscribers)],
  ['delivered', ({ delivered }) => whole(delivered)],
  ['a second', ({ deliveredPerSecond }) => whole(deliveredPerSecond)],
  [
    'registrations told a second',
    ({ toldPerSecond }) => (toldPerSecond === null ? '-' : whole(toldPerSecond)),
  ],
  ['freshness p50/p99 ms', ({ freshnessMs }) => pair(freshnessMs)],
  ['per registration p50/p99 ms', ({ perRegistrationMs }) => pair(perRegistrationMs)],
  ['loop delay p50/p99/max ms', ({ server }) => (server ? delays(server) : 'did not answer')],
  ['memory MiB', ({ server }) => (server ? whole(server.rssBytes / MEBIBYTE) : '-')],
  ['cores', ({ server }) => (server ? server.cores.toFixed(2) : '-')],
  [
    'subscribers cores, loop p99',
    ({ subscribersUsage: { cores, delayMs } }) => `${cores.toFixed(2)}, ${whole(delayMs.p99)} ms`,
  ],
  ['worker cores', ({ worker }) => worker.cores.toFixed(2)],
  ['all cores', ({ ownCores }) => ownCores.toFixed(2)],
  ['cores of others', ({ otherCores }) => Math.max(0, otherCores).toFixed(2)],
];

/** One measurement in a line, for the progress output. */
export function toLine(measured: Measurement): string {
  return COLUMNS.map(([title, show]) => `${title}: ${show(measured)}`).join('; ');
}

function delays({ delayMs: { p50, p99, max } }: NonNullable<Measurement['server']>): string {
  return [p50, p99, max].map((ms) => ms.toFixed(ms < 10 ? 1 : 0)).join(' / ');
}

/** The results as a table. */
export function toTable({ machine, measurements, targets }: Results): string {
  const rows = [
    COLUMNS.map(([title]) => title),
    ...measurements.map((measured) => COLUMNS.map(([, show]) => show(measured))),
  ];
  const reached = targets.map(({ name, wanted, measured, isReached }) => [
    name,
    wanted,
    measured,
    isReached ? 'reached' : 'NOT REACHED',
  ]);
  return [
    machine,
    '',
    ...aligned(rows),
    '',
    ...aligned([['target', 'wanted', 'measured', ''], ...reached]),
  ].join('\n');
}

/** Rows of cells as lines, each column as wide as its widest cell. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`);
}
