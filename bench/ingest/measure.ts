import type { Child } from '../live/child';
import { nothing, usage } from '../live/messages';
import { pinServer } from '../contest/machine';
import { watchOthers } from '../contest/others';
import { openPostgresTime, usedBetween } from '../contest/postgres-time';
import type { Round } from '../contest/results';

/** A consumer of messages, in its own process. */
export interface MeasuredConsumer {
  readonly name: string;
  /** What ours over it ought to be more than; null for ours, and where nothing is wanted. */
  readonly wanted: number | null;
  /** Starts him on a database; he has begun to take when it resolves. */
  readonly start: (databaseUrl: string) => Promise<Taking>;
}

export interface Taking {
  readonly server: Child;
  /** How many messages it has consumed so far. */
  readonly taken: () => Promise<number>;
  /** Resolves when it has consumed all its messages. @returns how many they are */
  readonly finish: () => Promise<number>;
}

/** One round: from the first consumed message that was seen until all are consumed. */
export async function measureTaking(consumer: MeasuredConsumer, databaseUrl: string): Promise<Round> {
  const postgres = await openPostgresTime(databaseUrl);
  const { server, taken, finish } = await consumer.start(databaseUrl);
  try {
    const used = await postgres.read();
    const others = watchOthers();
    await server.ask('probe.reset', nothing);
    const before = await taken();
    const begun = performance.now();
    const count = (await finish()) - before;
    const seconds = (performance.now() - begun) / 1_000;
    if (count <= 0)
      throw new Error(`${consumer.name} had taken everything before it was looked at: ask for more.`);
    const { cores, rssBytes } = await server.ask('probe.report', usage);
    const each = (all: number): number => (all * 1_000_000) / count;
    return {
      perSecond: count / seconds,
      p50Ms: null,
      p99Ms: null,
      cores,
      readersCores: null,
      cpuMicros: each(cores * seconds),
      postgresMicros: each(usedBetween(used, await postgres.read())),
      rssBytes,
      otherCores: others(),
    };
  } finally {
    await postgres.close();
    await server.end();
  }
}

/** Has a process measured on the core that is the measured one's. */
export function pinned(server: Child): Child {
  pinServer(server.pid);
  return server;
}
