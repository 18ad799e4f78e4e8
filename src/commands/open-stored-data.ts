import { existsSync } from 'node:fs';
import path from 'node:path';
import type { DatabaseConfig } from '../config/database';
import type { Database } from '../database/database';
import { openEmbedded } from '../database/embedded/embedded';
import { openPostgres, type PostgresOptions } from '../database/postgres';
import { CommandError } from './fail';

/**
 * Opens the existing database, for a command that works on stored data.
 *
 * @param options migrates: false leaves a server as it is
 * @throws CommandError when there is no data or it cannot be opened
 */
export async function openStoredData(
  config: DatabaseConfig,
  options: Pick<PostgresOptions, 'migrates'> = {},
): Promise<Database> {
  if (config.kind === 'embedded') requireData(config.folder);
  try {
    if (config.kind === 'embedded') return await openEmbedded({ folder: config.folder });
    return await openPostgres({
      url: config.url,
      distribution: config.distribution,
      poolSize: 1,
      ...options,
      onAway: (reason) => console.error(reason),
    });
  } catch (error) {
    const reason = error instanceof Error && error.message !== '' ? error.message : String(error);
    throw new CommandError(`The database cannot be opened: ${reason}`, { cause: error });
  }
}

/** Opening an empty folder would create a database in it, and a check of that would find nothing wrong. */
function requireData(folder: string): void {
  if (hasData(folder)) return;
  throw new CommandError(`There is no data in ${folder}, and DATABASE_URL is not set.`);
}

/** Whether a folder of embedded data holds a database. */
export function hasData(folder: string): boolean {
  return existsSync(path.join(folder, 'PG_VERSION'));
}
