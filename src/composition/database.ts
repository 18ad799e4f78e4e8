import { mkdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '../config';
import type { Database } from '../database/database';
import { type EmbeddedDatabase, openEmbedded } from '../database/embedded/embedded';
import { openPostgres, type PostgresOptions } from '../database/postgres';
import { isDatabaseUnavailable, reasonOf } from '../database/unavailable';
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

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 1_000;

/** Waits for an unavailable server without a limit, until the service stops. A server that rejects the connection is an error. */
async function openServer(runtime: Runtime, options: PostgresOptions): Promise<Database> {
  const { lifecycle, log, waitsForDatabase = false } = runtime;
  const begun = performance.now();
  for (let attempts = 1; ; attempts += 1) {
    try {
      const database = await openPostgres(options);
      if (attempts > 1) {
        const forMs = Math.round(performance.now() - begun);
        log.info({ forMs, attempts }, 'the database is there');
      }
      return database;
    } catch (error) {
      if (!waitsForDatabase || !isDatabaseUnavailable(error) || lifecycle.status !== 'starting') throw error;
      if (attempts === 1) log.warn({ reason: reasonOf(error) }, 'the database is away; waiting for it');
      await pause(Math.min(FIRST_PAUSE_MS * 2 ** (attempts - 1), LONGEST_PAUSE_MS));
    }
  }
}
