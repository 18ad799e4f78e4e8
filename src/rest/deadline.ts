import { setImmediate as pollPhase, setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../errors';

/**
 * The result of the work, unless it misses the deadline, which only work whose database does not answer does. Such work goes
 * on, and its failure is ignored.
 *
 * @param deadline an instant of `performance.now()`
 * @throws AppError DATABASE_UNAVAILABLE at the deadline
 */
export async function beforeDeadline<T>(deadline: number, work: Promise<T>): Promise<T> {
  const settled = new AbortController();
  const { signal } = settled;
  const left = Math.max(0, deadline - performance.now());
  const late = sleep(left, undefined, { signal }).then(async (): Promise<never> => {
    // After a pause of the whole process the answer may have arrived without having been read.
    await pollPhase();
    throw new AppError('DATABASE_UNAVAILABLE', { cause: new Error('It was not assembled in time.') });
  });
  // Aborted, it is rejected while nothing awaits it.
  late.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    settled.abort();
  }
}
