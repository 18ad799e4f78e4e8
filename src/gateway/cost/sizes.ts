import { countPoints } from '../../domain/trend';
import type { EventSizes } from '../../database/sizes';
import type { StoreSize } from '../../database/store-totals';
import type { EventId, Instant, StoreId, TimeUnit } from '../../domain/values';
import { type AskedPage, keyOf, type PageKey } from './pages';

/** An event, or as many as pages may have of which nothing else is known. */
export type CountedEvents = OneEvent | UnknownEntries;

interface OneEvent {
  readonly key: EventId;
  readonly times: 1;
}

interface UnknownEntries {
  /** The same for the entries of the same pages. */
  readonly key: string;
  readonly times: number;
  readonly pages: readonly AskedPage[];
}

export const oneEvent = (eventId: EventId): OneEvent => ({ key: eventId, times: 1 });

/** How much there is of what an operation asks for; of events that are counted together, of each of them. */
export interface Sizes {
  readonly channels: (events: CountedEvents) => number;
  /** Hours with registrations. */
  readonly hours: (events: CountedEvents) => number;
  readonly points: (events: CountedEvents, timeUnit: TimeUnit | undefined) => number;
  /** The stores whose events these are, and how many each has: what its earlier ones came to is read and computed. */
  readonly stores: (events: CountedEvents) => readonly ComparedStore[];
  /** How many events a store has, all of which its totals are computed from. */
  readonly storeEvents: (storeId: StoreId) => number;
  /** The events that stand on a page of a store; undefined for one that has not been looked at. */
  readonly page: (page: AskedPage) => readonly EventId[] | undefined;
  /** To be called when a cost depends on whether entries of a page are there. */
  readonly noteEntries: (events: CountedEvents) => void;
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
  const noted = new Set<string>();
  function noteEntries(events: CountedEvents): void {
    if (!('pages' in events) || noted.has(events.key)) return;
    noted.add(events.key);
    for (const page of events.pages) asked.pages.set(keyOf(page), page);
  }
  function note(events: CountedEvents): void {
    if ('pages' in events) noteEntries(events);
    else asked.events.add(events.key);
  }
  const assume = (size: number) => (events: CountedEvents) => {
    note(events);
    return size;
  };
  return {
    channels: assume(ASSUMED.channels),
    hours: assume(ASSUMED.hours),
    points: assume(ASSUMED.points),
    stores(events) {
      note(events);
      const keys = 'pages' in events ? events.pages.map(({ storeId }) => storeId) : [events.key];
      return keys.map((key) => ({ key, events: ASSUMED.storeEvents }));
    },
    storeEvents(storeId) {
      asked.stores.add(storeId);
      return ASSUMED.storeEvents;
    },
    page: () => undefined,
    noteEntries,
  };
}

/** What there really is, as far as it was looked at. */
export interface KnownSizes {
  readonly events: readonly EventSizes[];
  readonly stores: readonly StoreSize[];
  readonly pages: ReadonlyMap<PageKey, readonly EventId[]>;
}

/** @returns these sizes; zero for all other events and stores, of which there is nothing to be read */
export function sizesFrom({ events, stores, pages }: KnownSizes, now: Instant): Sizes {
  const byId = new Map<string, EventSizes>(events.map((event) => [event.eventId, event]));
  const ofStores = new Map(stores.map(({ storeId, events: count }) => [storeId, count]));
  const sizeBy =
    (size: (event: EventSizes) => number) =>
    ({ key }: CountedEvents): number => {
      const event = byId.get(key);
      return event === undefined ? 0 : size(event);
    };
  return {
    channels: sizeBy(({ channels }) => channels),
    hours: sizeBy(({ hours }) => hours),
    points: (some, timeUnit) => sizeBy((event) => pointsOf(event, now, timeUnit))(some),
    stores({ key }) {
      const event = byId.get(key);
      return event === undefined ? [] : [{ key: event.storeId, events: event.storeEvents }];
    },
    storeEvents: (storeId) => ofStores.get(storeId) ?? 0,
    page: (page) => pages.get(keyOf(page)),
    noteEntries: () => undefined,
  };
}

/** The sizes of no event at all: nothing costs less. */
export const NOTHING: Sizes = {
  ...sizesFrom({ events: [], stores: [], pages: new Map() }, 0 as Instant),
  page: () => [],
};

function pointsOf(event: EventSizes, now: Instant, timeUnit: TimeUnit | undefined): number {
  const { firstHour, lastHour } = event;
  return firstHour === null || lastHour === null ? 0 : countPoints(event, firstHour, lastHour, now, timeUnit);
}
