import type { EventId } from '../domain/values';

/** How often a live operation may be executed for one event: at most once in so many milliseconds. */
export const THROTTLE_MS = { participantCount: 250, dashboardUpdated: 1_000 } as const;
export type LiveField = keyof typeof THROTTLE_MS;

/** The event that a subscription is for. Every value is computed by executing the operation again. */
export interface LiveTarget {
  readonly field: LiveField;
  readonly eventId: EventId;
  /** The present value is not sent at first unless its version is newer than this. */
  readonly afterVersion: number | null;
}

/** The value that starts one execution of a live operation. */
export interface LivePayload {
  readonly eventId: EventId;
}

/**
 * What a subscription's `subscribe` resolves to. The gateway reads the target from it and lets all subscribers of the
 * same operation share one execution; it is never iterated.
 */
export class LiveSource implements AsyncIterable<LivePayload> {
  constructor(readonly target: LiveTarget) {}

  [Symbol.asyncIterator](): AsyncIterator<LivePayload> {
    throw new Error('Live operations are executed for whole cohorts of subscribers, by the gateway.');
  }
}
