import { Client } from 'pg';
import { z } from 'zod';
import { processSeconds } from './process-usage';

/** Measures the PostgreSQL processes of one database. */
export interface PostgresTime {
  /** Processor time in seconds of the current connections except this one, by process. */
  read(): Promise<ReadonlyMap<number, number>>;
  close(): Promise<void>;
}

const rows = z.array(z.object({ pid: z.number() }));

export async function openPostgresTime(databaseUrl: string): Promise<PostgresTime> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  return {
    async read() {
      const answer = await client.query(
        'SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );
      return new Map(rows.parse(answer.rows).map(({ pid }) => [pid, processSeconds(pid)]));
    },
    close: () => client.end(),
  };
}

/** Processor time used since: closed connections are not counted, new ones started at 0. */
export function usedBetween(before: ReadonlyMap<number, number>, after: ReadonlyMap<number, number>): number {
  return [...after].reduce((sum, [pid, seconds]) => sum + seconds - (before.get(pid) ?? 0), 0);
}
