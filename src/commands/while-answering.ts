import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../database/database';
import { CannotTell } from '../workers/verification/log/cannot-tell';

const EVERY_MS = 3_000;
/** A server that restarts is available sooner. */
const SILENT_CHECKS = 5;

/**
 * Runs long work on a database and gives up when the database stops answering: a statement without a timeout would wait as
 * long as the server hangs.
 *
 * @throws CannotTell then; otherwise what the work throws
 */
export async function whileAnswering<T>(database: Database, work: () => Promise<T>): Promise<T> {
  const over = new AbortController();
  try {
    return await Promise.race([work(), untilSilent(database, over.signal)]);
  } finally {
    over.abort();
  }
}

async function untilSilent(database: Database, signal: AbortSignal): Promise<never> {
  for (let silent = 0; silent < SILENT_CHECKS;) {
    await pause(EVERY_MS, undefined, { signal });
    silent = await database.check().then(
      () => 0,
      () => silent + 1,
    );
  }
  throw new CannotTell('The database does not answer.');
}
