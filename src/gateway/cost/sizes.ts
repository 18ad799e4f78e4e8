import { countPoints } from '../../domain/trend';
import type { EventSizes } from '../../database/sizes';
import type { StoreSize } from '../../database/store-totals';
import type { EventId, Instant, StoreId, TimeUnit } from '../../domain/values';
import { type AskedPage, keyOf, type PageKey } from './pages';

/** How much there is of what an operation asks for. */
export interface Sizes {
  readonly channels: (eventId: EventId) => number;
  /** Hours with registrations. */
  readonly hours: (eventId: EventId) => number;
  readonly points: (eventId: EventId, timeUnit: TimeUnit | undefined) => number;
  /** The store whose event it is, and how many it has: what its earlier ones came to is read and computed. */
  readonly store: (eventId: EventId) => ComparedStore;
  /** How many events a store has, all of which its totals are computed from. */
  readonly storeEvents: (storeId: StoreId) => number;
  /** The events that stand on a page of a store; of one that has not been looked at, some names for as many as were asked for. */
  readonly page: (page: AskedPage) => readonly EventId[];
  /** To be called when a cost depends on whether an event of a page is there. */
  readonly noteEntry: (eventId: EventId) => void;
}

export interface ComparedStore {
  /** The same for events of the same store. */
  readonly key: string;
  readonly events: number;
}

/** What is assumed of an event as long as nothing is known of it: as much as there can be, or ever is. */
const ASSUMED = { channels: 20, hours: 2_000, points: 2_000, storeEvents: 1_000 };

/** What a cost has turned out to depend on. */
export class AskedSizes {
  readonly events = new Set<EventId>();
  readonly stores = new Set<StoreId>();
  readonly pages = new Map<PageKey, AskedPage>();

  get areNone(): boolean {
    return this.events.size + this.stores.size + this.pages.size === 0;
  }
}

/** @param asked is told of everything whose size matters */
export function assumedSizes(asked: AskedSizes): Sizes {
  const pageOf = new Map<EventId, AskedPage>();
  function noteEntry(eventId: EventId): void {
    const page = pageOf.get(eventId);
    if (page !== undefined) asked.pages.set(keyOf(page), page);
  }
  const assume =
    <Size>(sizeOf: (eventId: EventId) => Size) =>
    (eventId: EventId): Size => {
      if (pageOf.has(eventId)) noteEntry(eventId);
      else asked.events.add(eventId);
      return sizeOf(eventId);
    };
  return {
    channels: assume(() => ASSUMED.channels),
    hours: assume(() => ASSUMED.hours),
    points: assume(() => ASSUMED.points),
    store: assume((eventId) => ({
      key: pageOf.get(eventId)?.storeId ?? eventId,
      events: ASSUMED.storeEvents,
    })),
    storeEvents(storeId) {
      asked.stores.add(storeId);
      return ASSUMED.storeEvents;
    },
    page(page) {
      const entries = namesOfEntries(page);
      for (const entry of entries) pageOf.set(entry, page);
      return entries;
    },
    noteEntry,
  };
}

/** Names for the entries of a page of which it is not known which events they are. */
function namesOfEntries(page: AskedPage): EventId[] {
  const key = keyOf(page);
  return Array.from({ length: page.first }, (_, place) => `${key} ${place}` as EventId);
}

/** What there really is, as far as it was looked at. */
export interface KnownSizes {
  readonly events: readonly EventSizes[];
  readonly stores: readonly StoreSize[];
  readonly pages: ReadonlyMap<PageKey, readonly EventId[]>;
}

/** @returns these sizes; zero for all other events and stores, of which there is nothing to be read */
export function sizesFrom({ events, stores, pages }: KnownSizes, now: Instant): Sizes {
  const byId = new Map(events.map((event) => [event.eventId, event]));
  const ofStores = new Map(stores.map(({ storeId, events: count }) => [storeId, count]));
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
    storeEvents: (storeId) => ofStores.get(storeId) ?? 0,
    page: (page) => pages.get(keyOf(page)) ?? namesOfEntries(page),
    noteEntry: () => undefined,
  };
}

const NO_STORE = { storeId: '', storeEvents: 0 };

/** The sizes of no event at all: nothing costs less. */
export const NOTHING: Sizes = {
  ...sizesFrom({ events: [], stores: [], pages: new Map() }, 0 as Instant),
  page: () => [],
};

function pointsOf(event: EventSizes, now: Instant, timeUnit: TimeUnit | undefined): number {
  const { firstHour, lastHour } = event;
  return firstHour === null || lastHour === null ? 0 : countPoints(event, firstHour, lastHour, now, timeUnit);
}
