import { Client } from 'pg';

/** Rows locked by another session until they are released. */
export interface LockedRow {
  release(): Promise<void>;
}

export async function lockedRow(url: string, statement: string, parameters: unknown[]): Promise<LockedRow> {
  const client = new Client({ connectionString: url });
  // Where its session is ended from outside, its next statement rejects.
  client.on('error', () => undefined);
  await client.connect();
  await client.query('BEGIN');
  await client.query(statement, parameters);
  return {
    async release() {
      await client.query('ROLLBACK');
      await client.end();
    },
  };
}
