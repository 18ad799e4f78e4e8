import { z } from 'zod';
import type { BusinessCalendar } from '../domain/calendar';
import { type PastEvent, pastEvent } from '../domain/history';
import { DAY_IN_MS } from '../domain/days';
import { tenthsOf } from '../domain/rounding';
import type { Clock } from '../runtime/clock';
import type { Database, Sql } from '../database/database';
import { column } from '../database/rows';
import { read } from '../database/facts/columns';
import { toStoreEvent } from '../database/facts/decode';
import { storeEvent } from '../database/facts/fragments';
import type { EventId, Instant, StoreId } from '../domain/values';
import { lockStores } from './projections/locks';

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

/** An event whose figures are not settled, and its place among those. */
interface Unsettled {
  readonly storeId: StoreId;
  readonly eventId: EventId;
  readonly startAt: Instant;
}

/**
 * Settles the figures of events that began a while ago and were changed since they were settled, or never were: by the same
 * formulas that a reader computes them by, of what is committed. The locks of the projections keep
 * their batches out; an event that one of them has locked is left for the next time.
 *
 * @returns how many were settled
 */
export async function settleEvents({ database, calendar, clock }: SettlingOptions): Promise<number> {
  const now = clock.now();
  let settled = 0;
  let page: Unsettled[] = await unsettledBehind(database, null, now);
  while (page.length > 0) {
    const events = page;
    settled += await database.transaction((sql) => settle(sql, events, calendar));
    page = await unsettledBehind(database, events.at(-1)!, now);
  }
  return settled;
}

const unsettledRow = z.object({
  storeId: column.storeId,
  eventId: column.eventId,
  startAt: column.instant,
});

function unsettledBehind(
  sql: Pick<Sql, 'query'>,
  last: Unsettled | null,
  now: Instant,
): Promise<Unsettled[]> {
  const page = (behind: string): string =>
    `SELECT store_id::text AS "storeId", event_id::text AS "eventId", start_at AS "startAt" FROM store_events
     WHERE NOT settled AND start_at < $2::timestamptz ${behind} ORDER BY start_at, event_id LIMIT $1::int`;
  const before = new Date(now - SETTLED_AFTER_MS).toISOString();
  if (last === null) return sql.query(unsettledRow, page(''), EVENTS_PER_ROUND, before);
  const behind = page('AND (start_at, event_id) > ($3::timestamptz, $4::uuid)');
  const { startAt, eventId } = last;
  return sql.query(unsettledRow, behind, EVENTS_PER_ROUND, before, new Date(startAt).toISOString(), eventId);
}

async function settle(sql: Sql, events: readonly Unsettled[], calendar: BusinessCalendar): Promise<number> {
  await lockStores(
    sql,
    events.map(({ storeId }) => storeId),
  );
  const free = await lockFree(
    sql,
    events.map(({ eventId }) => eventId),
  );
  const found = new Map(events.map((event) => [event.eventId, event]));
  const figures = (await computeSettled(sql, free, calendar)).filter((event) =>
    isAsFound(found.get(event.eventId), event),
  );
  if (figures.length > 0) await sql.execute(SETTLE, ...columnsOf(figures));
  return figures.length;
}

/** An event that has moved since is of a store that is not locked, and one that starts later may not be settled yet. */
const isAsFound = (found: Unsettled | undefined, { storeId, startAt }: SettledEvent): boolean =>
  found?.storeId === storeId && found.startAt === startAt;

const idRow = z.object({ eventId: column.eventId });

/** Skips locked events: waiting for an event while holding a store could deadlock with a batch that waits for the store. */
async function lockFree(sql: Sql, ids: readonly EventId[]): Promise<EventId[]> {
  const rows = await sql.query(
    idRow,
    `SELECT event_id::text AS "eventId" FROM event_counts WHERE event_id = ANY ($1::uuid[])
     ORDER BY event_id FOR UPDATE SKIP LOCKED`,
    ids,
  );
  return rows.map(({ eventId }) => eventId);
}

/** An event of a store, with its settled figures. */
export interface SettledEvent extends PastEvent {
  readonly storeId: StoreId;
  readonly eventId: EventId;
}

const storeEventRow = z.object({ storeId: column.storeId, eventId: column.eventId, facts: z.string() });

/** The settled figures of these events, computed from their rows. */
export async function computeSettled(
  sql: Pick<Sql, 'query'>,
  ids: readonly EventId[],
  calendar: BusinessCalendar,
): Promise<SettledEvent[]> {
  const rows = await sql.query(
    storeEventRow,
    `SELECT e.store_id::text AS "storeId", e.event_id::text AS "eventId", ${storeEvent()}::text AS facts
     FROM events AS e JOIN event_counts AS c USING (event_id) WHERE e.event_id = ANY ($1::uuid[])`,
    ids,
  );
  return rows.map(({ storeId, eventId, facts }) => {
    const { event, sales } = toStoreEvent(read.list(JSON.parse(facts)));
    const then = (event.startAt + SETTLED_AFTER_MS) as Instant;
    return { storeId, eventId, ...pastEvent(event, sales, calendar, then) };
  });
}

function columnsOf(events: readonly SettledEvent[]): readonly unknown[] {
  return [
    events.map(({ storeId }) => storeId),
    events.map(({ eventId }) => eventId),
    events.map(({ figures }) => figures.participants),
    events.map(({ figures }) => tenthsOf(figures.roi).toString()),
    events.map(({ figures }) => tenthsOf(figures.salesGrowth).toString()),
  ];
}

const SETTLE = `
UPDATE store_events AS w
SET settled = true, participants = t.participants, roi_tenths = t.roi_tenths, growth_tenths = t.growth_tenths
FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[])
  AS t(store_id, event_id, participants, roi_tenths, growth_tenths)
WHERE w.store_id = t.store_id AND w.event_id = t.event_id`;
