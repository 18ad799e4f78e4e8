import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../database/database';
import { CannotTell } from '../workers/verification/log/cannot-tell';

const EVERY_MS = 3_000;
/** A server that starts again is back sooner. */
const SILENT_CHECKS = 5;

/**
 * Long work on a database, given up once that has not answered for a while: a statement without a limit would be waited
 * for as long as the server hangs.
 *
 * @throws CannotTell then; what the work throws otherwise
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
