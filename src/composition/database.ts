import { mkdirSync } from 'node:fs';
import type { Config } from '../config';
import type { Database } from '../platform/database/database';
import { type EmbeddedDatabase, openEmbedded } from '../platform/database/embedded';
import { openPostgres } from '../platform/database/postgres';
import type { Surroundings } from './surroundings';

export type OpenedDatabase = Database & Partial<Pick<EmbeddedDatabase, 'checkRoom'>>;

/** A PostgreSQL server, or the embedded database in its folder. */
export function openDatabase(
  { database }: Config,
  { log, onStatement }: Surroundings,
): Promise<OpenedDatabase> {
  const listener = onStatement && { onStatement };
  if (database.kind === 'embedded') {
    mkdirSync(database.folder, { recursive: true });
    return openEmbedded({ folder: database.folder, log, ...listener });
  }
  const onIdleError = (error: Error): void =>
    log.warn({ err: error }, 'an idle database connection was lost');
  return openPostgres({ url: database.url, poolSize: database.poolSize, onIdleError, log, ...listener });
}
