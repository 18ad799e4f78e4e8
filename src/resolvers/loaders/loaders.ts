import DataLoader from 'dataloader';
import { ANYBODY, type Audience } from '../../auth/audience';
import type { BusinessCalendar } from '../../metrics/calendar';
import type { ChannelFacts, ProfileFacts, SalesFacts, ViewsAtClose } from '../../metrics/facts';
import type { Sql } from '../../platform/database/database';
import { channelsOf, viewsAtClose } from '../../platform/statistics/channels';
import {
  type CountedEvent,
  countedEventsById,
  type EventRecord,
  eventsById,
  eventsOfStores,
} from '../../platform/statistics/events';
import {
  industriesFor,
  type IndustryAnswer,
  type IndustryQuestion,
} from '../../platform/statistics/industry';
import { type HoursOfEvent, hoursOf, profilesOf } from '../../platform/statistics/participation';
import { salesAround } from '../../platform/statistics/sales';
import type { EventId, Instant, StoreId } from '../../schema/values';
import { type StoreFigures, storeFiguresOf } from './store-figures';

/**
 * What one operation reads, each kind in one statement for all events that ask in the same turn, and never twice. Made
 * anew for every operation: nothing that one reader loaded is seen by another.
 */
export interface Loaders {
  /** Null where no event.created has arrived. */
  readonly event: DataLoader<EventId, EventRecord | null>;
  /** The same with the registrations since today began, in one statement; it answers for `event`, too. */
  readonly countedEvent: DataLoader<EventId, CountedEvent | null>;
  /** What each event of a store has come to, in any order. */
  readonly storeFigures: DataLoader<StoreId, readonly StoreFigures[]>;
  readonly channels: DataLoader<EventId, readonly ChannelFacts[]>;
  readonly viewsAtClose: DataLoader<EventId, readonly ViewsAtClose[]>;
  readonly hours: DataLoader<EventId, HoursOfEvent>;
  readonly profile: DataLoader<EventId, ProfileFacts>;
  readonly sales: DataLoader<EventRecord, SalesFacts, EventId>;
  readonly industry: DataLoader<IndustryQuestion, IndustryAnswer, string>;
}

export function createLoaders(
  sql: Sql,
  calendar: BusinessCalendar,
  now: Instant,
  audience: Audience,
  giveWay: () => Promise<void> = () => Promise.resolve(),
): Loaders {
  const channels = new DataLoader<EventId, readonly ChannelFacts[]>((ids) => channelsOf(sql, ids));
  const sales = new DataLoader<EventRecord, SalesFacts, EventId>(
    (events) => salesAround(sql, events, calendar, now),
    { cacheKeyFn: (event) => event.eventId },
  );
  const storeEvents = new DataLoader<StoreId, readonly EventRecord[]>((stores) =>
    eventsOfStores(sql, stores),
  );
  const event = new DataLoader<EventId, EventRecord | null>((ids) => eventsById(sql, ids));
  return {
    event,
    countedEvent: new DataLoader(async (ids) => {
      const counted = await countedEventsById(sql, ids, calendar.startOfToday(now));
      counted.forEach((found, place) => event.prime(ids[place]!, found));
      return counted;
    }),
    storeFigures: new DataLoader((stores) =>
      Promise.all(
        stores.map(async (store) =>
          storeFiguresOf(await storeEvents.load(store), { channels, sales }, giveWay),
        ),
      ),
    ),
    channels,
    viewsAtClose: new DataLoader((ids) => viewsAtClose(sql, ids, calendar.startOfToday(now))),
    hours: new DataLoader((ids) => hoursOf(sql, ids)),
    profile: new DataLoader((ids) => profilesOf(sql, ids)),
    sales,
    industry: industryLoader(sql, audience),
  };
}

/** The same loaders, but for what others than before may be shown of their industry. */
export function loadersFor(audience: Audience, loaders: Loaders, sql: Sql): Loaders {
  return audience === ANYBODY ? loaders : { ...loaders, industry: industryLoader(sql, audience) };
}

function industryLoader(sql: Sql, audience: Audience): Loaders['industry'] {
  return new DataLoader((questions) => industriesFor(sql, questions, audience), {
    cacheKeyFn: ({ industry, storeId }) => `${storeId} ${industry}`,
  });
}
