import { countPoints } from '../../domain/trend';
import type { EventSizes } from '../../database/sizes';
import type { EventId, Instant, TimeUnit } from '../../domain/values';

/** How much there is of what an operation asks for. */
export interface Sizes {
  readonly channels: (eventId: EventId) => number;
  /** Hours with registrations. */
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

/** @param onAsked called for every event whose sizes matter */
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

/** @returns the sizes of these events; zero for all others, of which there is nothing to be read */
export function sizesFrom(events: readonly EventSizes[], now: Instant): Sizes {
  const byId = new Map(events.map((event) => [event.eventId, event]));
  const sizeBy =
    (size: (event: EventSizes) => number) =>
    (eventId: EventId): number => {
      const event = byId.get(eventId);
      return event === undefined ? 0 : size(event);
    };
  return {
    channels: sizeBy(({ channels }) => channels),
    hours: sizeBy(({ hours }) => hours),
    points: (eventId, timeUnit) => sizeBy((event) => pointsOf(event, now, timeUnit))(eventId),
    store(eventId) {
      const { storeId: key, storeEvents } = byId.get(eventId) ?? NO_STORE;
      return { key, events: storeEvents };
    },
  };
}

const NO_STORE = { storeId: '', storeEvents: 0 };

/** The sizes of no event at all: nothing costs less. */
export const NOTHING: Sizes = sizesFrom([], 0 as Instant);

function pointsOf(event: EventSizes, now: Instant, timeUnit: TimeUnit | undefined): number {
  const { firstHour, lastHour } = event;
  return firstHour === null || lastHour === null ? 0 : countPoints(event, firstHour, lastHour, now, timeUnit);
}
