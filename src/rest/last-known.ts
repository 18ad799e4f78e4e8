import { type ErrorCode, toAppError } from '../errors';
import type { TolerantCache } from '../cache/tolerant';
import type { Clock } from '../runtime/clock';
import type { EventId } from '../domain/values';
import { decodeBody, type KeptBody } from './dashboard-body';

/** Why an answer is one from before: the value of X-Stale-Reason. */
export type StaleReason = 'DATABASE_UNAVAILABLE';

export interface LastKnownOptions {
  readonly cache: Pick<TolerantCache, 'read' | 'remove'>;
  readonly clock: Clock;
  /** How old it may be; 0 when there is to be none. */
  readonly staleMs: number;
}

export interface LastKnown {
  /**
   * The event's last body, when a newer one cannot be made since the database cannot be asked.
   *
   * @param failure why there is no newer one; what speaks of the event itself ends the body that was kept
   * @throws the failure, where nothing is known, or something else has failed
   */
  insteadOf(failure: unknown, eventId: EventId): Promise<KeptBody>;
}

/** That there is no such event, or that its views are not known, is the last that is known of it. */
const OF_THE_EVENT: ReadonlySet<ErrorCode> = new Set(['EVENT_NOT_FOUND', 'EXTERNAL_SERVICE_UNAVAILABLE']);

export function createLastKnown({ cache, clock, staleMs }: LastKnownOptions): LastKnown {
  return {
    async insteadOf(failure, eventId) {
      const { code } = toAppError(failure);
      if (code === 'DATABASE_UNAVAILABLE') {
        const { kept } = await cache.read(eventId);
        const known = kept && decodeBody(kept);
        if (known !== undefined && clock.now() - known.assembledAt < staleMs) return known;
      } else if (OF_THE_EVENT.has(code)) await cache.remove([eventId]);
      throw failure;
    },
  };
}
