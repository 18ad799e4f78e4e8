import { PrismaPg } from '@prisma/adapter-pg';
import { Client, Pool, type ClientConfig } from 'pg';
import { type Database, openDatabase } from './database';
import { applyMigrations } from './migrations';
import type { StatementListener } from './statement-log';

export interface PostgresOptions {
  readonly url: string;
  readonly poolSize: number;
  /** Told of connections that broke while idle; a broken one in use is seen by who uses it. */
  readonly onIdleError: (error: Error) => void;
  readonly onStatement?: StatementListener;
}

/** The key of the advisory lock under which one process at a time migrates; any number that nobody else uses. */
const MIGRATION_LOCK = 7_264_110_501;

/** Opens a PostgreSQL server: migrates it, then serves from a pool. Rejects when it cannot be reached. */
export async function openPostgres(options: PostgresOptions): Promise<Database> {
  await migrate(options);
  const pool = new Pool({ ...connection(options.url), max: options.poolSize });
  pool.on('error', options.onIdleError);
  return openDatabase({
    adapter: new PrismaPg(pool),
    onStatement: options.onStatement,
    release: () => pool.end(),
  });
}

/**
 * Several processes may start at once: the first takes the lock, the others wait for it and find nothing left to do.
 * The lock belongs to a session of its own, so that it goes when this process does, however it ends.
 */
async function migrate({ url, onIdleError }: PostgresOptions): Promise<void> {
  // Waits as long as another process migrates.
  const client = new Client({ ...connection(url), query_timeout: 0, statement_timeout: 0 });
  client.on('error', onIdleError);
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await applyMigrations(new PrismaPg(connection(url)));
  } finally {
    await client.end();
  }
}

/** Without these a lost network is waited for without end, and instants shift by the server's time zone. */
function connection(url: string): ClientConfig {
  return {
    connectionString: url,
    options: '-c timezone=UTC',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    statement_timeout: 30_000,
    query_timeout: 35_000,
    application_name: 'event-analytics',
  };
}
