import type { Config } from '../../config';
import type { DatabaseConfig } from '../../config/database';
import { readSealedDays } from '../../database/sealed-days';
import { reasonOf } from '../../database/unavailable';
import type { LocalDay, StoreId } from '../../domain/values';
import { CommandError } from '../fail';
import { hasData, openStoredData } from '../open-stored-data';

const DAYS_NAMED = 3;

/**
 * Looks, ahead of sending anything, whether sales can still be added to these days, where the database is known that they end up in. A
 * service that takes messages over HTTP refuses them itself. Where it cannot be looked at, sales of sealed days become dead letters.
 *
 * @throws CommandError when days are sealed
 */
export async function requireOpenDays(
  { database: config, kafka }: Pick<Config, 'database' | 'kafka'>,
  storeId: StoreId,
  days: ReadonlySet<LocalDay>,
): Promise<void> {
  const isElsewhere = config.kind === 'embedded' && (kafka !== undefined || !hasData(config.folder));
  if (isElsewhere) return;
  const before = await lookAt(config, storeId);
  if (before !== undefined) requireNoneBefore(before, days);
}

/** A server is not migrated for it: this command may be there ahead of the release that it belongs to. */
async function lookAt(config: DatabaseConfig, storeId: StoreId): Promise<LocalDay | undefined> {
  try {
    const database = await openStoredData(config, { migrates: false });
    try {
      return (await readSealedDays(database.background, [storeId])).get(storeId)?.before;
    } finally {
      await database.close();
    }
  } catch (error) {
    console.error(
      `It cannot be looked at which days of the store are sealed, and sales of such days would become dead letters: ${reasonOf(error)}`,
    );
    return undefined;
  }
}

function requireNoneBefore(before: LocalDay, days: ReadonlySet<LocalDay>): void {
  const sealed = [...days].filter((day) => day < before).sort();
  if (sealed.length === 0) return;
  const others = sealed.length - DAYS_NAMED;
  const named = `${sealed.slice(0, DAYS_NAMED).join(', ')}${others > 0 ? ` and ${others} more` : ''}`;
  throw new CommandError(
    `${named}: the days before ${before} are sealed in this store (RETENTION_DAYS). Their single sales were deleted, so it cannot be told what ` +
      'of the file is in their sums already: nothing was imported. Leave these days out of the file; their sums stay as they are.',
  );
}
