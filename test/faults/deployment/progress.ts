import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { z } from 'zod';

/** Watches the stored offsets of all partitions: they show when effects were applied. */
export interface Progress {
  /** Milliseconds from an instant until effects of a partition were first applied; undefined when they never were. */
  untilApplied(since: number, topic: string, partition: number): number | undefined;
  /** The longest time in milliseconds, from an instant on, in which no effects of a partition were applied. */
  longestGap(since: number, topic: string, partition: number): number;
  /** A partition's stored offset. */
  applied(topic: string, partition: number): bigint;
  /** Whether each partition, by its name, has reached its offset. */
  hasApplied(ends: ReadonlyMap<string, bigint>): boolean;
  close(): Promise<void>;
}

const EVERY_MS = 100;
const ANSWER_MS = 2_000;
const offsetRows = z.array(z.object({ topic: z.string(), partition: z.number(), next_offset: z.string() }));

export function watchProgress(databaseUrl: string): Progress {
  const last = new Map<string, bigint>();
  const instants = new Map<string, number[]>();
  let client: Client | undefined;
  const closing = new AbortController();

  async function look(): Promise<void> {
    client ??= await connected(databaseUrl);
    const { rows } = await client.query('SELECT topic, partition, next_offset FROM partition_offsets');
    const now = Date.now();
    for (const row of offsetRows.parse(rows)) {
      const name = `${row.topic}/${row.partition}`;
      const next = BigInt(row.next_offset);
      // An offset decreases when the database or the log went back: nothing was applied.
      if (next > (last.get(name) ?? 0n)) instants.set(name, [...(instants.get(name) ?? []), now]);
      last.set(name, next);
    }
  }

  const watching = (async () => {
    while (!closing.signal.aborted) {
      try {
        await look();
      } catch {
        // The database is down, or has no tables yet.
        await client?.end().catch(() => undefined);
        client = undefined;
      }
      await pause(EVERY_MS);
    }
  })();

  return {
    untilApplied(since, topic, partition) {
      const at = instants.get(`${topic}/${partition}`)?.find((instant) => instant > since);
      return at === undefined ? undefined : at - since;
    },
    longestGap(since, topic, partition) {
      const those = instants.get(`${topic}/${partition}`)?.filter((instant) => instant > since) ?? [];
      const ends = [...those, Date.now()];
      return Math.max(...ends.map((end, index) => end - (those[index - 1] ?? since)));
    },
    applied: (topic, partition) => last.get(`${topic}/${partition}`) ?? 0n,
    hasApplied: (ends) => [...ends].every(([name, end]) => (last.get(name) ?? 0n) >= end),
    async close() {
      closing.abort();
      await watching;
      await client?.end().catch(() => undefined);
    },
  };
}

async function connected(url: string): Promise<Client> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: ANSWER_MS,
    query_timeout: ANSWER_MS,
    application_name: 'faults',
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
