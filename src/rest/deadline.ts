import { AppError } from '../errors';
import { within } from '../runtime/timeout';

/**
 * The result of the work, unless it misses the deadline, which only work whose database does not answer does. Such work goes
 * on, and its failure is ignored.
 *
 * @param deadline an instant of `performance.now()`
 * @throws AppError DATABASE_UNAVAILABLE at the deadline
 */
export function beforeDeadline<T>(deadline: number, work: Promise<T>): Promise<T> {
  return within(deadline - performance.now(), work, () => {
    throw new AppError('DATABASE_UNAVAILABLE', { cause: new Error('It was not assembled in time.') });
  });
}
