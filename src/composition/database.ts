import { mkdirSync } from 'node:fs';
import type { Config } from '../config';
import type { Database } from '../database/database';
import { type EmbeddedDatabase, openEmbedded } from '../database/embedded/embedded';
import { openPostgres, type PostgresOptions } from '../database/postgres';
import { asRefusal, isDatabaseUnavailable, reasonOf } from '../database/unavailable';
import { createFaultLog } from '../observability/fault-log';
import { retry } from '../runtime/backoff';
import type { Runtime } from './runtime';

export type OpenedDatabase = Database & Partial<Pick<EmbeddedDatabase, 'checkRoom'>>;

/** Opens a PostgreSQL server, or the embedded database in its folder. */
export function openDatabase(config: Config, runtime: Runtime): Promise<OpenedDatabase> {
  const { database, roles } = config;
  const { log, onStatement } = runtime;
  if (database.kind === 'embedded') {
    mkdirSync(database.folder, { recursive: true });
    return openEmbedded({ folder: database.folder, log, ...(onStatement && { onStatement }) });
  }
  return openServer(runtime, {
    ...database,
    ...(roles.size === 1 && { serves: roles.has('gateway') ? 'readers' : 'workers' }),
    onAway: (reason) => log.warn({ reason }, 'the database does not answer'),
    onBack: (told) => log.info(told, 'the database answers again'),
    log,
    onStatement,
  });
}

const BACKOFF = { firstMs: 250, longestMs: 1_000 };

/** Waits for an unavailable server without a limit, until the service stops. A server that rejects the connection is an error. */
async function openServer(runtime: Runtime, options: PostgresOptions): Promise<Database> {
  const { lifecycle, log, waitsForDatabase = false } = runtime;
  const texts = { begins: 'the database is away; waiting for it', ends: 'the database is there' };
  const fault = createFaultLog(log, texts);
  const database = await retry({
    backoff: BACKOFF,
    attempt: () => openPostgres(options),
    onFailure(error) {
      if (!waitsForDatabase || !isDatabaseUnavailable(error) || lifecycle.status !== 'starting')
        throw asRefusal(error);
      fault.failed(reasonOf(error));
    },
  });
  fault.worked();
  return database;
}
