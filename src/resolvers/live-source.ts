import type { EventId, StoreId } from '../domain/values';

/** What the gateway has to know of a subscription. */
export interface LiveFieldRules {
  /** For one event it is executed at most once in so many milliseconds. */
  readonly throttleMs: number;
  /** Whether all who may read the event get the same value, whatever else they may read. */
  readonly isSameForAll: boolean;
  /** Whether values may differ after a change of the store, or of another of its events. */
  readonly dependsOnStore: boolean;
}

/**
 * One entry for each field of the schema's type Subscription, as `live-fields.test.ts` verifies: a subscription is made by
 * LiveSubscription, for which a name without an entry does not compile.
 */
export const LIVE_FIELDS = {
  // A count contains no average.
  participantCount: { throttleMs: 250, isSameForAll: true, dependsOnStore: false },
  dashboardUpdated: { throttleMs: 1_000, isSameForAll: false, dependsOnStore: true },
} as const satisfies Readonly<Record<string, LiveFieldRules>>;
export type LiveField = keyof typeof LIVE_FIELDS;

/** A table with an entry for each subscription. */
export type PerField<Entry> = Readonly<Record<LiveField, Entry>>;

/** Without one of the fields this does not compile. */
export const perField = <Entry>(make: (field: LiveField) => Entry): PerField<Entry> => ({
  participantCount: make('participantCount'),
  dashboardUpdated: make('dashboardUpdated'),
});

/** The event that a subscription is for. Every value is computed by executing the operation again. */
export interface LiveTarget {
  readonly field: LiveField;
  readonly eventId: EventId;
  /** The event's store, as it was read when the viewer was authorised. */
  readonly storeId: StoreId;
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
