import { aligned } from '../live/table';
import type { Results, Round, Standing, Work } from './results';

const MEBIBYTE = 1024 * 1024;
const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const percent = (cores: number | null): string => (cores === null ? '-' : `${whole(cores * 100)} %`);

const COLUMNS: readonly (readonly [string, (standing: Standing) => string])[] = [
  ['who', ({ name }) => name],
  ['a second', ({ perSecond }) => whole(perSecond)],
  ['p50 / p99 ms', latency],
  ['of its core', ({ cores }) => percent(cores)],
  ['readers of theirs', ({ readersCores }) => percent(readersCores)],
  ['CPU µs each', ({ cpuMicros }) => whole(cpuMicros)],
  ['PostgreSQL µs', ({ postgresMicros }) => whole(postgresMicros)],
  ['memory MiB', ({ rssBytes }) => whole(rssBytes / MEBIBYTE)],
  ['ours over it', ({ ratio }) => (ratio === null ? '' : `${ratio.toFixed(2)} ×`)],
  ['wanted', ({ ratio, wanted }) => (wanted === null ? '' : `> ${wanted} ×: ${verdict(ratio, wanted)}`)],
];

function latency({ p50Ms, p99Ms }: Round): string {
  return p50Ms === null || p99Ms === null ? '-' : `${p50Ms.toFixed(1)} / ${p99Ms.toFixed(1)}`;
}

function verdict(ratio: number | null, wanted: number): string {
  return ratio !== null && ratio > wanted ? 'reached' : 'NOT REACHED';
}

/** The results as a table. */
export function toTable({ machine, works }: Results<readonly Work[]>): string {
  const rows = works.flatMap(({ name, standings }) =>
    standings.map((standing) => [name, ...COLUMNS.map(([, show]) => show(standing))]),
  );
  const others = Math.max(
    0,
    ...works.flatMap(({ standings }) => standings.map(({ otherCores }) => otherCores)),
  );
  return [
    machine,
    '',
    ...aligned([['work', ...COLUMNS.map(([title]) => title)], ...rows]),
    '',
    `Whatever else ran on the machine took up to ${others.toFixed(2)} cores.`,
  ].join('\n');
}

/** A round in one line, for the progress output. */
export function toLine(round: Round): string {
  const { perSecond, cpuMicros, postgresMicros } = round;
  return `${whole(perSecond)} a second, p50 / p99 ms ${latency(round)}, ${whole(cpuMicros)} µs each, PostgreSQL ${whole(postgresMicros)} µs`;
}
