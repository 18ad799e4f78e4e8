import type { Child } from '../live/child';
import { nothing, usage } from '../live/messages';
import { pinServer } from '../contest/machine';
import { watchOthers } from '../contest/others';
import { openPostgresTime, usedBetween } from '../contest/postgres-time';
import type { Round } from '../contest/results';

/** A consumer of messages, in its own process. */
export interface Taker {
  readonly name: string;
  /** What ours over it ought to be more than; null for ours, and where nothing is wanted. */
  readonly wanted: number | null;
  /** Starts him on a database; he has begun to take when it resolves. */
  readonly start: (databaseUrl: string) => Promise<Taking>;
}

export interface Taking {
  readonly server: Child;
  /** How many he has taken by now. */
  readonly taken: () => Promise<number>;
  /** Resolves when he has taken all that he is to. @returns how many that are */
  readonly finish: () => Promise<number>;
}

/** One round: from when he was first seen to have taken something until all is taken. */
export async function measureTaking(taker: Taker, databaseUrl: string): Promise<Round> {
  const postgres = await openPostgresTime(databaseUrl);
  const { server, taken, finish } = await taker.start(databaseUrl);
  try {
    const used = await postgres.read();
    const others = watchOthers();
    await server.ask('probe.reset', nothing);
    const before = await taken();
    const begun = performance.now();
    const count = (await finish()) - before;
    const seconds = (performance.now() - begun) / 1_000;
    if (count <= 0)
      throw new Error(`${taker.name} had taken everything before it was looked at: ask for more.`);
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
