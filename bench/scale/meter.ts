import { Redis } from 'ioredis';
import { Client } from 'pg';
import { z } from 'zod';
import { openPostgresTime, usedBetween } from '../contest/postgres-time';
import { processRssBytes, processSeconds } from '../contest/process-usage';
import type { Child } from '../live/child';
import type { Shared } from './results';

/** Measures what processes use, and what PostgreSQL and Redis use for them. */
export interface Meter {
  begin(processes: readonly Child[]): Promise<Use>;
  close(): Promise<void>;
}

export interface Use {
  /** @param done units of work since the beginning */
  end(done: number): Promise<Shared>;
}

const MICROS = 1_000_000;
const size = z.tuple([z.object({ bytes: z.coerce.number() })]);

export async function openMeter(databaseUrl: string, redisUrl: string): Promise<Meter> {
  const postgres = await openPostgresTime(databaseUrl);
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const redis = new Redis(redisUrl);
  const databaseBytes = async (): Promise<number> => {
    const { rows } = await client.query('SELECT pg_database_size(current_database()) AS bytes');
    return size.parse(rows)[0].bytes;
  };
  const look = async (processes: readonly Child[]) => ({
    postgres: await postgres.read(),
    redisSeconds: redisSecondsIn(await redis.info('cpu')),
    bytes: await databaseBytes(),
    seconds: processes.reduce((sum, { pid }) => sum + processSeconds(pid), 0),
    atMs: performance.now(),
  });
  return {
    async begin(processes) {
      const before = await look(processes);
      return {
        async end(done) {
          const after = await look(processes);
          const each = (seconds: number): number => (seconds * MICROS) / done;
          return {
            perSecond: (done * 1_000) / (after.atMs - before.atMs),
            cpuMicros: each(after.seconds - before.seconds),
            postgresMicros: each(usedBetween(before.postgres, after.postgres)),
            redisMicros: each(after.redisSeconds - before.redisSeconds),
            databaseBytes: (after.bytes - before.bytes) / done,
            rssBytes: processes.reduce((sum, { pid }) => sum + processRssBytes(pid), 0),
          };
        },
      };
    },
    async close() {
      redis.disconnect();
      await Promise.all([postgres.close(), client.end()]);
    },
  };
}

function redisSecondsIn(info: string): number {
  const field = (name: string): number => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1]);
  return field('used_cpu_user') + field('used_cpu_sys');
}
