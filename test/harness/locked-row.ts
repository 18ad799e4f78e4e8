import { Client } from 'pg';

/** Rows locked by another session until they are released. */
export interface LockedRow {
  release(): Promise<void>;
  /** Ends the sessions that wait for them. @returns how many there were */
  endWaiting(): Promise<number>;
}

export async function lockedRow(url: string, statement: string, parameters: unknown[]): Promise<LockedRow> {
  const client = new Client({ connectionString: url });
  // Where its session is ended from outside, its next statement rejects.
  client.on('error', () => undefined);
  await client.connect();
  await client.query('BEGIN');
  await client.query(statement, parameters);
  return {
    async endWaiting() {
      // Materialized: a condition beside the other may be evaluated ahead of it, for every session.
      const { rows } = await client.query(
        `WITH waiting AS MATERIALIZED (
           SELECT pid FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid)))
         SELECT pg_terminate_backend(pid) FROM waiting`,
      );
      return rows.length;
    },
    async release() {
      await client.query('ROLLBACK');
      await client.end();
    },
  };
}
