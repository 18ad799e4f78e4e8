import { z } from 'zod';
import type { CountFacts, EventFacts } from '../../metrics/facts';
import type { Sql } from '../database/database';
import { column } from '../database/rows';
import type { Count, EventId, Instant, StoreId } from '../../schema/values';
import { inPlaces } from './in-places';

/** An event as one row tells it: what it is, how many took part, and when any of its figures last changed. */
export interface EventRecord extends EventFacts {
  readonly counts: CountFacts;
  /** Grows with every commit that changes the event. */
  readonly version: Count;
  /** Commit time of the last message that changed the event itself. */
  readonly changedAt: Instant;
  /** Commit time of the last message that changed the event or its store's sales. */
  readonly lastUpdated: Instant;
}

/** An event and how many have registered since an instant, from one row: no other commit lies between the two. */
export interface CountedEvent extends EventRecord {
  readonly registeredSince: Count;
}

const eventColumns = z.object({
  eventId: column.eventId,
  storeId: column.storeId,
  title: z.string(),
  industry: column.industry,
  targetGoal: column.count,
  startAt: column.instant,
  endAt: column.instant,
  prizeCost: column.krw,
  otherCosts: column.krw,
  newCustomerLtv: column.krw,
  participants: column.count,
  newCustomers: column.count,
  version: column.count,
  changedAt: column.instant,
  lastUpdated: column.instant,
});
const withCounts = <Row extends { readonly participants: Count; readonly newCustomers: Count }>({
  participants,
  newCustomers,
  ...event
}: Row) => ({ ...event, counts: { participants, newCustomers } });

const eventRow = eventColumns.transform((row): EventRecord => withCounts(row));
const countedRow = eventColumns
  .extend({ registeredSince: column.count })
  .transform((row): CountedEvent => withCounts(row));

const EVENT_COLUMNS = `
       e.event_id::text AS "eventId", e.store_id::text AS "storeId", e.title, e.industry, e.target_goal AS "targetGoal",
       e.start_at AS "startAt", e.end_at AS "endAt", e.prize_cost AS "prizeCost", e.other_costs AS "otherCosts",
       e.new_customer_ltv AS "newCustomerLtv", c.participants, c.new_customers AS "newCustomers", c.version,
       c.changed_at AS "changedAt", greatest(c.changed_at, s.changed_at) AS "lastUpdated"`;
/** A defined event always has its counts: the row is made when the event is locked. */
const FROM_EVENTS = `
FROM events AS e
JOIN event_counts AS c USING (event_id)
LEFT JOIN store_sales AS s USING (store_id)`;
const SELECT_EVENTS = `SELECT ${EVENT_COLUMNS} ${FROM_EVENTS}`;

/** @returns the event of each id in its place, null where none is defined */
export async function eventsById(sql: Sql, ids: readonly EventId[]): Promise<(EventRecord | null)[]> {
  const rows = await sql.query(eventRow, `${SELECT_EVENTS} WHERE e.event_id = ANY ($1::uuid[])`, ids);
  return inTheirPlaces(ids, rows);
}

/** @returns the same with how many have registered from the full hour `since` on */
export async function countedEventsById(
  sql: Sql,
  ids: readonly EventId[],
  since: Instant,
): Promise<(CountedEvent | null)[]> {
  const rows = await sql.query(
    countedRow,
    `SELECT ${EVENT_COLUMNS},
       coalesce((SELECT sum(h.participants) FROM event_hours AS h
                 WHERE h.event_id = e.event_id AND h.hour >= $2::timestamptz), 0)::bigint AS "registeredSince"
     ${FROM_EVENTS} WHERE e.event_id = ANY ($1::uuid[])`,
    ids,
    new Date(since).toISOString(),
  );
  return inTheirPlaces(ids, rows);
}

function inTheirPlaces<Row extends EventRecord>(
  ids: readonly EventId[],
  rows: readonly Row[],
): (Row | null)[] {
  const byId = new Map(rows.map((row) => [row.eventId, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** @returns all events of each store in its place, newest first */
export async function eventsOfStores(sql: Sql, stores: readonly StoreId[]): Promise<EventRecord[][]> {
  const rows = await sql.query(
    eventRow,
    `${SELECT_EVENTS} WHERE e.store_id = ANY ($1::uuid[]) ORDER BY e.start_at DESC, e.event_id DESC`,
    stores,
  );
  return inPlaces(stores, rows, (row) => row.storeId);
}

/** @returns up to `limit` events of all stores in the order of their ids, from behind this one on */
export function eventsAfter(sql: Sql, last: EventId | null, limit: number): Promise<EventRecord[]> {
  return sql.query(
    eventRow,
    `${SELECT_EVENTS} WHERE $1::uuid IS NULL OR e.event_id > $1::uuid ORDER BY e.event_id LIMIT $2::int`,
    last,
    limit,
  );
}

/** Where a page of a store's events begins: behind this one. */
export interface EventCursor {
  readonly startAt: Instant;
  readonly eventId: EventId;
}

/** @returns up to `limit` events of the store, newest first, from behind the cursor on */
export function pageOfEvents(
  sql: Sql,
  storeId: StoreId,
  limit: number,
  after: EventCursor | null,
): Promise<EventRecord[]> {
  return sql.query(
    eventRow,
    `${SELECT_EVENTS}
     WHERE e.store_id = $1::uuid
       AND ($2::timestamptz IS NULL OR (e.start_at, e.event_id) < ($2::timestamptz, $3::uuid))
     ORDER BY e.start_at DESC, e.event_id DESC LIMIT $4::int`,
    storeId,
    after && new Date(after.startAt).toISOString(),
    after && after.eventId,
    limit,
  );
}

const idRow = z.object({ eventId: column.eventId });

/** @returns the ids of all events of these stores */
export async function eventIdsOf(sql: Sql, stores: readonly StoreId[]): Promise<EventId[]> {
  if (stores.length === 0) return [];
  const rows = await sql.query(
    idRow,
    'SELECT event_id::text AS "eventId" FROM events WHERE store_id = ANY ($1::uuid[])',
    stores,
  );
  return rows.map((row) => row.eventId);
}

/** @returns the ids of all events that have moved to another store from this instant on */
export async function eventsMovedSince(sql: Sql, since: Instant): Promise<EventId[]> {
  const rows = await sql.query(
    idRow,
    'SELECT event_id::text AS "eventId" FROM events WHERE moved_at >= $1::timestamptz',
    new Date(since).toISOString(),
  );
  return rows.map((row) => row.eventId);
}
