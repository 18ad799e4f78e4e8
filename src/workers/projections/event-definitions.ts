import { z } from 'zod';
import type { Sql } from '../../database/database';
import { column } from '../../database/rows';
import type { EventId, Instant } from '../../domain/values';
import type { EventCreated } from '../messages/event-created';
import { enrolForPolling } from './polls';
import { type EventProjection, type Move, timestamp } from './projection';
import { type Belonging, placeInStores } from './store-events';

/** What an event is defined as: the message with the latest occurredAt, the first applied on a tie. */
export const eventProjection: EventProjection<EventCreated> = {
  locks: 'events',
  eventOf: ({ eventId }) => eventId,
  async apply(sql, messages, committedAt) {
    const ids = new Set(messages.map((message) => message.eventId));
    const known = await definedSoFar(sql, ids);
    const { changed, latest } = fold(messages, known);
    await define(sql, latest, committedAt);
    await placeInStores(
      sql,
      [...latest.values()],
      [...known.values()].filter(({ eventId }) => latest.has(eventId)),
    );
    await enrolForPolling(sql, new Set(latest.keys()));
    return { changed, moves: movesOf(latest, known) };
  },
};

interface Definition extends Belonging {
  readonly definedAt: Instant;
}

const definitionRow = z.object({
  eventId: column.eventId,
  storeId: column.storeId,
  definedAt: column.instant,
});

async function definedSoFar(sql: Sql, ids: ReadonlySet<EventId>): Promise<ReadonlyMap<EventId, Definition>> {
  const rows = await sql.query(
    definitionRow,
    `SELECT event_id::text AS "eventId", store_id::text AS "storeId", defined_at AS "definedAt"
     FROM events WHERE event_id = ANY ($1::uuid[])`,
    [...ids],
  );
  return new Map(rows.map((row) => [row.eventId, row]));
}

/** Goes through the messages as if they came one by one; what is left at the end is what has to be written. */
function fold(messages: readonly EventCreated[], known: ReadonlyMap<EventId, Definition>) {
  const latest = new Map<EventId, EventCreated>();
  const changed = messages.map((message) => {
    const current = latest.get(message.eventId)?.occurredAt ?? known.get(message.eventId)?.definedAt;
    if (current !== undefined && message.occurredAt <= current) return false;
    latest.set(message.eventId, message);
    return true;
  });
  return { changed, latest };
}

/** The events that go from one store to another. */
function movesOf(
  latest: ReadonlyMap<EventId, EventCreated>,
  known: ReadonlyMap<EventId, Definition>,
): readonly Move[] {
  return [...latest.values()].flatMap(({ eventId, storeId }) => {
    const from = known.get(eventId)?.storeId;
    return from === undefined || from === storeId ? [] : [{ eventId, from }];
  });
}

async function define(
  sql: Sql,
  latest: ReadonlyMap<EventId, EventCreated>,
  committedAt: Instant,
): Promise<void> {
  const events = [...latest.values()];
  if (events.length === 0) return;
  await sql.execute(
    DEFINE,
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
    events.map((event) => timestamp(event.occurredAt)),
    timestamp(committedAt),
  );
}

const DEFINE = `
INSERT INTO events (event_id, store_id, title, industry, target_goal, start_at, end_at, prize_cost, other_costs,
                    new_customer_ltv, defined_at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::timestamptz[], $7::timestamptz[],
                     $8::bigint[], $9::bigint[], $10::bigint[], $11::timestamptz[])
ON CONFLICT (event_id) DO UPDATE SET
  store_id = excluded.store_id, title = excluded.title, industry = excluded.industry,
  target_goal = excluded.target_goal, start_at = excluded.start_at, end_at = excluded.end_at,
  prize_cost = excluded.prize_cost, other_costs = excluded.other_costs,
  new_customer_ltv = excluded.new_customer_ltv, defined_at = excluded.defined_at,
  moved_at = CASE WHEN events.store_id = excluded.store_id THEN events.moved_at ELSE $12::timestamptz END`;
