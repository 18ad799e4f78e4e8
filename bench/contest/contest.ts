import { tell } from '../../test/harness/machine/progress';
import type { Child } from '../live/child';
import { nothing, usage } from '../live/messages';
import { percentile } from '../platforms/results';
import type { Options } from './options';
import { watchOthers } from './others';
import { type PostgresTime, usedBetween } from './postgres-time';
import type { Load, Readers } from './readers';
import { type Round, toWork, type Work } from './results';
import { toLine } from './table';

/** The service or a rival. */
export interface Contestant {
  readonly name: string;
  /** A process of its own, with the probe in it. */
  readonly server: Child;
  readonly load: Omit<Load, 'connections' | 'seconds'>;
  /** The ratio of ours to it that is wanted at least; null for ours. */
  readonly wanted: number | null;
  /** Awaited ahead of every round. */
  readonly prepare?: () => Promise<void>;
}

export interface Contest {
  readonly readers: Readers;
  readonly postgres: PostgresTime;
  readonly options: Options;
}

/** After four V8 still compiles: 50 dashboards took the service 2.4 ms, a quarter of a minute later 1.25. */
const FIRST_WARM_UP_SECONDS = 15;
const WARM_UP_SECONDS = 1;

/**
 * Measures the contestants in turn, so that other load of the machine affects all alike.
 *
 * @param contestants ours first
 * @throws Error when a request fails
 */
export async function compete(
  name: string,
  contestants: readonly Contestant[],
  contest: Contest,
): Promise<Work> {
  const { rounds, isShort } = contest.options;
  const measured = contestants.map((each) => ({ ...each, rounds: new Array<Round>() }));
  for (let number = 1; number <= rounds; number++) {
    // Every other time from behind: who comes first after a pause finds another machine than who comes second.
    for (const each of number % 2 === 1 ? measured : measured.toReversed()) {
      const warmUp = number === 1 && !isShort ? FIRST_WARM_UP_SECONDS : WARM_UP_SECONDS;
      const round = await measure(each, contest, warmUp);
      tell(`${name}, round ${number} of ${rounds}, ${each.name}: ${toLine(round)}`);
      each.rounds.push(round);
    }
  }
  return toWork(name, measured);
}

/** Counting a million participants takes longer than a round. */
const MOST_SECONDS = 60;

/** @throws Error when a request fails, or nothing is answered in MOST_SECONDS */
async function measure(contestant: Contestant, contest: Contest, warmUpSeconds: number): Promise<Round> {
  const { server, load, prepare } = contestant;
  const { connections, seconds } = contest.options;
  await prepare?.();
  await contest.readers.ask({ ...load, connections, seconds: warmUpSeconds });
  for (let length = seconds; length <= MOST_SECONDS; length *= 3) {
    const round = await measureFor(length, contestant, contest);
    if (round !== undefined) return round;
    tell(`${server.name} answered nothing within ${length} s; asking it for longer`);
  }
  throw new Error(`${server.name} answered nothing within ${MOST_SECONDS} s.`);
}

/** @returns undefined where nothing was answered in that time */
async function measureFor(
  seconds: number,
  { server, load }: Contestant,
  { readers, postgres, options: { connections } }: Contest,
): Promise<Round | undefined> {
  const before = await postgres.read();
  const others = watchOthers();
  await server.ask('probe.reset', nothing);
  const begun = performance.now();
  const answered = await readers.ask({ ...load, connections, seconds });
  const { durations, elapsedSeconds } = answered;
  if (durations.length === 0) return undefined;
  const { cores, rssBytes } = await server.ask('probe.report', usage);
  const usedSeconds = (cores * (performance.now() - begun)) / 1_000;
  const postgresSeconds = usedBetween(before, await postgres.read());
  const each = (all: number): number => (all * 1_000_000) / durations.length;
  return {
    perSecond: durations.length / elapsedSeconds,
    p50Ms: percentile([...durations], 50),
    p99Ms: percentile([...durations], 99),
    cores,
    readersCores: answered.cores,
    cpuMicros: each(usedSeconds),
    postgresMicros: each(postgresSeconds),
    rssBytes,
    otherCores: others(),
  };
}
