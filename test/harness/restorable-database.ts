import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { addresses } from './addresses';

/** A database that can be reset to an earlier state under open connections, like a restore or a lagging standby. */
export interface RestorableDatabase {
  readonly url: string;
  /** Saves the current state. Ends all connections. */
  remember(): Promise<void>;
  /** Restores the saved state. Ends all connections. */
  restore(): Promise<void>;
  drop(): Promise<void>;
}

export async function createRestorableDatabase(
  serverUrl = addresses().databaseUrl,
): Promise<RestorableDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const remembered = `${name}_then`;
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;

  /** `IS_TEMPLATE` and `TEMPLATE` need a database without connections. */
  async function copy(sql: (statement: string) => Promise<unknown>, from: string, to: string): Promise<void> {
    await sql(`ALTER DATABASE ${from} ALLOW_CONNECTIONS false`);
    await sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${from}'`);
    // A terminated backend may still exist when the copy begins.
    for (let attempt = 0; ; attempt += 1) {
      try {
        await sql(`CREATE DATABASE ${to} TEMPLATE ${from}`);
        break;
      } catch (error) {
        if (attempt === 50) throw error;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
    await sql(`ALTER DATABASE ${from} ALLOW_CONNECTIONS true`);
  }

  const onServer = async (
    work: (sql: (statement: string) => Promise<unknown>) => Promise<void>,
  ): Promise<void> => {
    const client = new Client({ connectionString: serverUrl });
    await client.connect();
    try {
      await work((statement) => client.query(statement));
    } finally {
      await client.end();
    }
  };

  await onServer(async (sql) => {
    await sql(`CREATE DATABASE ${name}`);
  });
  return {
    url: url.href,
    remember: () =>
      onServer(async (sql) => {
        await sql(`DROP DATABASE IF EXISTS ${remembered}`);
        await copy(sql, name, remembered);
      }),
    restore: () =>
      onServer(async (sql) => {
        await sql(`DROP DATABASE ${name} WITH (FORCE)`);
        await copy(sql, remembered, name);
      }),
    drop: () =>
      onServer(async (sql) => {
        await sql(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
        await sql(`DROP DATABASE IF EXISTS ${remembered} WITH (FORCE)`);
      }),
  };
}
