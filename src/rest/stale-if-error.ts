import { type ErrorCode, toAppError } from '../errors';
import type { TolerantCache } from '../cache/tolerant';
import type { Clock } from '../runtime/clock';
import type { EventId } from '../domain/values';
import { decodeBody, type KeptBody } from './dashboard-body';

/** Why an answer is stale: the value of X-Stale-Reason. */
export type StaleReason = 'DATABASE_UNAVAILABLE';

export interface StaleIfErrorOptions {
  readonly cache: Pick<TolerantCache, 'read' | 'remove'>;
  readonly clock: Clock;
  /** How old a stale body may be; 0 to serve none. */
  readonly staleMs: number;
}

/**
 * The event's last body, when the database cannot be asked for a newer one. A failure that is about the event itself removes
 * the cache entry.
 *
 * @param failure why there is no newer body
 * @throws the failure, where no body is known or something else has failed
 */
export type StaleIfError = (eventId: EventId, failure: unknown) => Promise<KeptBody>;

/** An event that does not exist, or whose views are not known, has no last body any more. */
const ABOUT_THE_EVENT: ReadonlySet<ErrorCode> = new Set(['EVENT_NOT_FOUND', 'EXTERNAL_SERVICE_UNAVAILABLE']);

export function createStaleIfError({ cache, clock, staleMs }: StaleIfErrorOptions): StaleIfError {
  return async (eventId, failure) => {
    const { code } = toAppError(failure);
    if (code === 'DATABASE_UNAVAILABLE') {
      const { kept } = await cache.read(eventId);
      const last = kept && decodeBody(kept);
      if (last !== undefined && clock.now() - last.assembledAt < staleMs) return last;
    } else if (ABOUT_THE_EVENT.has(code)) await cache.remove(eventId);
    throw failure;
  };
}
