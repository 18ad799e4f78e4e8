import { Client } from 'pg';
import { z } from 'zod';
import { waitFor } from '../../harness/wait-for';

/** A session that does not belong to the service. */
export async function openSession(url: string): Promise<Client> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    application_name: 'faults',
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Runs one query over its own connection. */
export async function query(
  url: string,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<unknown[]> {
  const client = await openSession(url);
  try {
    const { rows }: { rows: unknown[] } = await client.query(sql, [...parameters]);
    return rows;
  } finally {
    await client.end();
  }
}

/** A session that holds the lock of an event's row. */
export interface RowHolder {
  /** Waits until a session of the service waits for the row. @returns the name of its process */
  untilAwaited(): Promise<string>;
  close(): Promise<void>;
}

const AWAITED_MS = 20_000;
const waiters = z.array(z.object({ application_name: z.string() }));

export async function holdCounts(url: string, eventId: string): Promise<RowHolder> {
  const client = await openSession(url);
  await client.query('BEGIN');
  await client.query('SELECT 1 FROM event_counts WHERE event_id = $1 FOR UPDATE', [eventId]);
  return {
    untilAwaited: () =>
      waitFor(
        async () => {
          const waiting = await query(
            url,
            `SELECT application_name FROM pg_stat_activity
             WHERE wait_event_type = 'Lock' AND application_name LIKE 'worker-%' AND datname = current_database()`,
          );
          return waiters.parse(waiting)[0]?.application_name;
        },
        { what: 'a worker to wait for the row', timeoutMs: AWAITED_MS, everyMs: 10 },
      ),
    async close() {
      await client.query('ROLLBACK').catch(() => undefined);
      await client.end();
    },
  };
}

/** Ends the service's sessions in this database. @param which a condition on pg_stat_activity */
export async function terminateSessions(client: Client, which = 'true'): Promise<void> {
  await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name <> 'faults' AND ${which}`,
  );
}
