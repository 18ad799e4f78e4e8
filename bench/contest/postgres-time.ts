import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { z } from 'zod';

/** Tells what PostgreSQL's processes have used that answer one database. */
export interface PostgresTime {
  /** Processor time in seconds of the connections that there are now, this one left out, by process. */
  read(): Promise<ReadonlyMap<number, number>>;
  close(): Promise<void>;
}

/** Linux counts in hundredths of a second here, whatever the machine. */
const TICKS_A_SECOND = 100;
const rows = z.array(z.object({ pid: z.number() }));

export async function openPostgresTime(databaseUrl: string): Promise<PostgresTime> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  return {
    async read() {
      const answer = await client.query(
        'SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );
      return new Map(rows.parse(answer.rows).map(({ pid }) => [pid, secondsOf(pid)]));
    },
    close: () => client.end(),
  };
}

/** What has been used since: by connections that are gone nothing is known, and those that are new began with nothing. */
export function usedBetween(before: ReadonlyMap<number, number>, after: ReadonlyMap<number, number>): number {
  return [...after].reduce((sum, [pid, seconds]) => sum + seconds - (before.get(pid) ?? 0), 0);
}

/** 0 for a process that has ended, or runs on another machine. */
function secondsOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before it may hold blanks and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
  } catch {
    return 0;
  }
}
