import { aligned } from '../live/table';
import type { Results, Round, Standing } from './results';

const MEBIBYTE = 1024 * 1024;
const whole = (value: number): string => Math.round(value).toLocaleString('en-US');

const COLUMNS: readonly (readonly [string, (standing: Standing) => string])[] = [
  ['who', ({ name }) => name],
  ['requests/s', ({ requestsPerSecond }) => whole(requestsPerSecond)],
  ['p50/p99 ms', ({ p50Ms, p99Ms }) => `${p50Ms.toFixed(1)} / ${p99Ms.toFixed(1)}`],
  ['of its core', ({ cores }) => `${whole(cores * 100)} %`],
  ['readers of theirs', ({ readersCores }) => `${whole(readersCores * 100)} %`],
  ['CPU µs a request', ({ cpuMicros }) => whole(cpuMicros)],
  ['PostgreSQL µs', ({ postgresMicros }) => whole(postgresMicros)],
  ['memory MiB', ({ rssBytes }) => whole(rssBytes / MEBIBYTE)],
  ['ours over it', ({ ratio }) => (ratio === null ? '' : `${ratio.toFixed(2)} ×`)],
  ['wanted', ({ ratio, wanted }) => (wanted === null ? '' : `> ${wanted} ×: ${verdict(ratio, wanted)}`)],
];

function verdict(ratio: number | null, wanted: number): string {
  return ratio !== null && ratio > wanted ? 'reached' : 'NOT REACHED';
}

/** The figures for people. */
export function toTable({ machine, works }: Results): string {
  const rows = works.flatMap(({ name, standings }) =>
    standings.map((standing) => [name, ...COLUMNS.map(([, show]) => show(standing))]),
  );
  return [machine, '', ...aligned([['work', ...COLUMNS.map(([title]) => title)], ...rows])].join('\n');
}

/** A round in a line, to be told on the way. */
export function toLine({ requestsPerSecond, p50Ms, p99Ms, cpuMicros, postgresMicros }: Round): string {
  const latency = `p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`;
  return `${whole(requestsPerSecond)} requests/s, ${latency}, ${whole(cpuMicros)} µs a request, PostgreSQL ${whole(postgresMicros)} µs`;
}
