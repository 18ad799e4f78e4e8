import { z } from 'zod';
import type { CountFacts, EventFacts } from '../domain/facts';
import type { Sql } from './database';
import { column } from './rows';
import type { StoreEventKey } from './store-events';
import { timestamp } from './parameters';
import type { Count, EventId, Instant, StoreId } from '../domain/values';

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
export const eventRow = eventColumns.transform(({ participants, newCustomers, ...event }): EventRecord => ({
  ...event,
  counts: { participants, newCustomers },
}));

// A defined event always has its counts: the row is made when the event is locked.
export const selectEvents = (lastUpdated: string): string => `
SELECT e.event_id::text AS "eventId", e.store_id::text AS "storeId", e.title, e.industry, e.target_goal AS "targetGoal",
       e.start_at AS "startAt", e.end_at AS "endAt", e.prize_cost AS "prizeCost", e.other_costs AS "otherCosts",
       e.new_customer_ltv AS "newCustomerLtv", c.participants, c.new_customers AS "newCustomers", c.version,
       c.changed_at AS "changedAt", ${lastUpdated} AS "lastUpdated"
FROM events AS e
JOIN event_counts AS c USING (event_id)`;

/** All of them, where the sales of their stores lie with them. */
export const SELECT_EVENTS = `
${selectEvents('greatest(c.changed_at, s.changed_at)')}
LEFT JOIN store_sales AS s USING (store_id)`;

const idRow = z.object({ eventId: column.eventId });

/** @returns up to `limit` ids of all stores' events in their order, from behind this one on */
export async function eventIdsAfter(sql: Sql, last: EventId | null, limit: number): Promise<EventId[]> {
  const page = (behind: string): string =>
    `SELECT event_id::text AS "eventId" FROM events ${behind} ORDER BY event_id LIMIT $1::int`;
  const rows = await (last === null
    ? sql.query(idRow, page(''), limit)
    : sql.query(idRow, page('WHERE event_id > $2::uuid'), limit, last));
  return rows.map((row) => row.eventId);
}

/** @returns the ids of all events of these stores */
export async function eventIdsOf(sql: Sql, stores: readonly StoreId[]): Promise<EventId[]> {
  if (stores.length === 0) return [];
  const rows = await sql.query(
    idRow,
    'SELECT event_id::text AS "eventId" FROM store_events WHERE store_id = ANY ($1::uuid[])',
    stores,
  );
  return rows.map((row) => row.eventId);
}

/** @returns the ids of all events that have moved to another store from this instant on */
export async function eventsMovedSince(sql: Sql, since: Instant): Promise<EventId[]> {
  const rows = await sql.query(
    idRow,
    'SELECT event_id::text AS "eventId" FROM events WHERE moved_at >= $1::timestamptz',
    timestamp(since),
  );
  return rows.map((row) => row.eventId);
}

/** Whose an event is, and since when it is defined so. */
export interface KnownDefinition extends StoreEventKey {
  readonly definedAt: Instant;
}

const definitionRow = z.object({
  eventId: column.eventId,
  storeId: column.storeId,
  definedAt: column.instant,
});

/** @returns those of the events that are defined */
export function loadKnownDefinitions(sql: Sql, events: ReadonlySet<EventId>): Promise<KnownDefinition[]> {
  return sql.query(
    definitionRow,
    `SELECT event_id::text AS "eventId", store_id::text AS "storeId", defined_at AS "definedAt"
     FROM events WHERE event_id = ANY ($1::uuid[])`,
    [...events],
  );
}

/** An event, and the occurredAt of the message that defines it. */
export interface EventDefinition extends EventFacts {
  readonly definedAt: Instant;
  /** When another store had it until; null where none had. */
  readonly movedAt: Instant | null;
}

/** Replaces what is defined of these events, which are locked. */
export async function saveDefinitions(sql: Sql, events: readonly EventDefinition[]): Promise<void> {
  if (events.length === 0) return;
  await sql.execute(
    SAVE_DEFINITIONS,
    events.map((event) => event.eventId),
    events.map((event) => event.storeId),
    events.map((event) => event.title),
    events.map((event) => event.industry),
    events.map((event) => event.targetGoal),
    events.map((event) => timestamp(event.startAt)),
    events.map((event) => timestamp(event.endAt)),
    events.map((event) => event.prizeCost),
    events.map((event) => event.otherCosts),
    events.map((event) => event.newCustomerLtv),
    events.map((event) => timestamp(event.definedAt)),
    events.map(({ movedAt }) => movedAt && timestamp(movedAt)),
  );
}

const SAVE_DEFINITIONS = `
INSERT INTO events (event_id, store_id, title, industry, target_goal, start_at, end_at, prize_cost, other_costs,
                    new_customer_ltv, defined_at, moved_at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::timestamptz[], $7::timestamptz[],
                     $8::bigint[], $9::bigint[], $10::bigint[], $11::timestamptz[], $12::timestamptz[])
ON CONFLICT (event_id) DO UPDATE SET
  store_id = excluded.store_id, title = excluded.title, industry = excluded.industry,
  target_goal = excluded.target_goal, start_at = excluded.start_at, end_at = excluded.end_at,
  prize_cost = excluded.prize_cost, other_costs = excluded.other_costs,
  new_customer_ltv = excluded.new_customer_ltv, defined_at = excluded.defined_at,
  moved_at = coalesce(excluded.moved_at, events.moved_at)`;
