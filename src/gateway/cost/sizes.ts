import type { EventId, TimeUnit } from '../../schema/values';

/** How much there is of what an operation asks for. */
export interface Sizes {
  readonly channels: (eventId: EventId) => number;
  /** Hours in which somebody registered. */
  readonly hours: (eventId: EventId) => number;
  readonly points: (eventId: EventId, timeUnit: TimeUnit | undefined) => number;
  /** The store whose event it is, and how many it has: what its earlier ones came to is read and computed. */
  readonly store: (eventId: EventId) => StoreSize;
}

export interface StoreSize {
  /** The same for events of the same store. */
  readonly key: string;
  readonly events: number;
}

/** What is assumed of an event as long as nothing is known of it: as much as there can be, or ever is. */
const ASSUMED = { channels: 20, hours: 2_000, points: 2_000, storeEvents: 1_000 };

/** @param onAsked told of every event whose sizes make a difference */
export function assumedSizes(onAsked: (eventId: EventId) => void): Sizes {
  const assume =
    <Size>(sizeOf: (eventId: EventId) => Size) =>
    (eventId: EventId): Size => {
      onAsked(eventId);
      return sizeOf(eventId);
    };
  return {
    channels: assume(() => ASSUMED.channels),
    hours: assume(() => ASSUMED.hours),
    points: assume(() => ASSUMED.points),
    store: assume((eventId) => ({ key: eventId, events: ASSUMED.storeEvents })),
  };
}
