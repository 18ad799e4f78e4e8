import { setImmediate as pollPhase, setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../errors';

/**
 * What the work comes to, unless it takes until the deadline, which only an unanswered question to the database does.
 * Work that is given up goes on, and nobody hears of its failure.
 *
 * @param deadline an instant of `performance.now()`
 * @throws AppError DATABASE_UNAVAILABLE at the deadline
 */
export async function beforeDeadline<T>(deadline: number, work: Promise<T>): Promise<T> {
  const settled = new AbortController();
  const { signal } = settled;
  const left = Math.max(0, deadline - performance.now());
  const late = sleep(left, undefined, { signal }).then(async (): Promise<never> => {
    // After a pause of the whole process the answer may be here, but not have been taken in yet.
    await pollPhase();
    throw new AppError('DATABASE_UNAVAILABLE', { cause: new Error('It was not assembled in time.') });
  });
  // Called off, it is rejected with nobody to listen.
  late.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    settled.abort();
  }
}
