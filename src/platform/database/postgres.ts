import { PrismaPg } from '@prisma/adapter-pg';
import { Pool, type ClientConfig } from 'pg';
import type { Logger } from '../log';
import { type Database, openDatabase } from './database';
import { migratePostgres } from './migrate-postgres';
import type { StatementListener } from './statement-log';

export interface PostgresOptions {
  readonly url: string;
  readonly poolSize: number;
  /** Told of connections that broke while idle; a broken one in use is seen by who uses it. */
  readonly onIdleError: (error: Error) => void;
  /** Told when the migrations have to wait, and which were applied. */
  readonly log?: Logger;
  readonly onStatement?: StatementListener;
}

/** Opens a PostgreSQL server: migrates it, then serves from a pool. Rejects when it cannot be reached. */
export async function openPostgres({ log, ...options }: PostgresOptions): Promise<Database> {
  await migratePostgres({ connection: connection(options.url), log });
  const pool = new Pool({ ...connection(options.url), max: options.poolSize });
  pool.on('error', options.onIdleError);
  return openDatabase({
    adapter: new PrismaPg(pool),
    onStatement: options.onStatement,
    release: () => pool.end(),
  });
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
