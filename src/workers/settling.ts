import type { BusinessCalendar } from '../domain/calendar';
import { type PastEvent, pastEvent } from '../domain/history';
import { DAY_IN_MS } from '../domain/days';
import { tenthsOf } from '../domain/rounding';
import type { Clock } from '../runtime/clock';
import type { Database, Sql } from '../database/database';
import { lockEvents, lockFreeEvents } from '../database/event-counts';
import { lockStores } from '../database/sales';
import {
  readStoreEvents,
  saveSettledFigures,
  type SettledFigures,
  type UnsettledEvent,
  unsettledEventsAfter,
} from '../database/settled-events';
import type { StoreEventKey } from '../database/store-events';
import type { EventId, Instant } from '../domain/values';

/** So many events are locked at a time: a batch for one of them waits for a few milliseconds. */
const EVENTS_PER_ROUND = 100;
/**
 * Seven days from its start day on an event's figures stop moving with the days. Two more, and no clock that is wrong by
 * less than one, and no time zone, makes another day of it.
 */
const SETTLED_AFTER_MS = 9 * DAY_IN_MS;

export interface SettlingOptions {
  readonly database: Pick<Database, 'query' | 'transaction'>;
  readonly calendar: BusinessCalendar;
  readonly clock: Clock;
}

/**
 * Settles the figures of events that began a while ago and were changed since they were settled, or never were: by the same
 * formulas that a reader computes them by, of what is committed. The locks of the projections keep their batches out; an
 * event that one of them has locked is left for the next time.
 *
 * @returns how many were settled
 */
export async function settleEvents({ database, calendar, clock }: SettlingOptions): Promise<number> {
  const now = clock.now();
  let settled = 0;
  const nextPage = (last: UnsettledEvent | null): Promise<UnsettledEvent[]> =>
    unsettledEventsAfter(database, last, (now - SETTLED_AFTER_MS) as Instant, EVENTS_PER_ROUND);
  let page = await nextPage(null);
  while (page.length > 0) {
    const events = page;
    settled += await database.transaction((sql) => settle(sql, events, calendar, now));
    page = await nextPage(events.at(-1)!);
  }
  return settled;
}

async function settle(
  sql: Sql,
  events: readonly UnsettledEvent[],
  calendar: BusinessCalendar,
  now: Instant,
): Promise<number> {
  await lockStores(
    sql,
    events.map(({ storeId }) => storeId),
  );
  // Waiting for an event while holding a store could deadlock with a batch that waits for the store.
  const free = await lockFreeEvents(
    sql,
    events.map(({ eventId }) => eventId),
  );
  // A lock that only selects would be lost with its node, and nothing would tell.
  if (sql.isDistributed) await lockEvents(sql, free, now);
  const found = new Map(events.map((event) => [event.eventId, event]));
  const settled = (await computeSettled(sql, free, calendar)).filter((event) =>
    isAsFound(found.get(event.eventId), event),
  );
  await saveSettledFigures(sql, settled.map(toSettledFigures));
  return settled.length;
}

/** An event that has moved since is of a store that is not locked, and one that starts later may not be settled yet. */
const isAsFound = (found: UnsettledEvent | undefined, { storeId, startAt }: SettledEvent): boolean =>
  found?.storeId === storeId && found.startAt === startAt;

/** An event of a store, with its settled figures. */
export interface SettledEvent extends PastEvent, StoreEventKey {}

/** The settled figures of these events, computed from their rows. */
export async function computeSettled(
  sql: Pick<Sql, 'query'>,
  ids: readonly EventId[],
  calendar: BusinessCalendar,
): Promise<SettledEvent[]> {
  const rows = await readStoreEvents(sql, ids);
  return rows.map(({ storeId, eventId, event, sales }) => {
    const then = (event.startAt + SETTLED_AFTER_MS) as Instant;
    return { storeId, eventId, ...pastEvent(event, sales, calendar, then) };
  });
}

function toSettledFigures({ storeId, eventId, figures }: SettledEvent): SettledFigures {
  return {
    storeId,
    eventId,
    participants: figures.participants,
    roiTenths: tenthsOf(figures.roi),
    growthTenths: tenthsOf(figures.salesGrowth),
  };
}
