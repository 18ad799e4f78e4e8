import { z } from 'zod';
import type { PastFigures } from '../domain/comparison';
import { percentFromTenths } from '../domain/rounding';
import type { Count, EventId, Instant } from '../domain/values';
import type { Sql } from './database';
import { read } from './facts/columns';
import type { FactSource } from './facts/fact-source';
import { COMPARED_EVENTS, type StoreEventReading, toStoreEvent } from './facts/store-event';
import { column } from './rows';
import { salesAround } from './sales';
import type { StoreEventKey } from './store-events';
import { timestamp } from './parameters';

const unsettledRow = z.object({
  storeId: column.storeId,
  eventId: column.eventId,
  startAt: column.instant,
});

/** An event whose figures are not settled; the order of these is that of startAt and eventId. */
export interface UnsettledEvent extends StoreEventKey {
  readonly startAt: Instant;
}

/** @returns up to `limit` unsettled events that started before an instant, in order, from behind this one on */
export function unsettledEventsAfter(
  sql: Pick<Sql, 'query'>,
  last: UnsettledEvent | null,
  startedBefore: Instant,
  limit: number,
): Promise<UnsettledEvent[]> {
  // Two texts, each with a plan of its own: where a condition may be none, no index can tell where to begin.
  const page = (behind: string): string =>
    `SELECT store_id::text AS "storeId", event_id::text AS "eventId", start_at AS "startAt" FROM store_events
     WHERE NOT settled AND start_at < $2::timestamptz ${behind} ORDER BY start_at, event_id LIMIT $1::int`;
  const before = timestamp(startedBefore);
  if (last === null) return sql.query(unsettledRow, page(''), limit, before);
  const behind = page('AND (start_at, event_id) > ($3::timestamptz, $4::uuid)');
  return sql.query(unsettledRow, behind, limit, before, timestamp(last.startAt), last.eventId);
}

/** An event of a store, with the rows that its figures are computed from. */
export interface StoreEventRows extends StoreEventKey, StoreEventReading {}

const storeEventRow = z.object({ storeId: column.storeId, eventId: column.eventId, facts: z.string() });

/** By two statements: of a moment in between nothing is seen behind locks, or in a snapshot. */
export async function readStoreEvents(
  sql: Pick<Sql, 'query'>,
  events: readonly EventId[],
): Promise<StoreEventRows[]> {
  const rows = await sql.query(storeEventRow, COMPARED_EVENTS, events);
  const told = rows.map(({ facts, ...key }) => ({ ...key, ...toStoreEvent(listIn(facts)) }));
  const sales = await salesAround(
    sql,
    told.map(({ storeId, event: { startAt } }) => ({ storeId, startAt })),
  );
  return told.map((each, place) => ({ ...each, sales: sales[place]! }));
}

const listIn = (facts: string): readonly unknown[] => read.list(JSON.parse(facts));

/** The settled figures of an event of a store; percentages in tenths. */
export interface SettledFigures extends StoreEventKey {
  readonly participants: Count;
  readonly roiTenths: bigint;
  readonly growthTenths: bigint;
}

export async function saveSettledFigures(sql: Sql, events: readonly SettledFigures[]): Promise<void> {
  if (events.length === 0) return;
  await sql.execute(
    SAVE,
    events.map(({ storeId }) => storeId),
    events.map(({ eventId }) => eventId),
    events.map(({ participants }) => participants),
    events.map(({ roiTenths }) => roiTenths.toString()),
    events.map(({ growthTenths }) => growthTenths.toString()),
  );
}

const SAVE = `
UPDATE store_events AS w
SET settled = true, participants = t.participants, roi_tenths = t.roi_tenths, growth_tenths = t.growth_tenths
FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[])
  AS t(store_id, event_id, participants, roi_tenths, growth_tenths)
WHERE w.store_id = ANY ($1::uuid[]) AND w.store_id = t.store_id AND w.event_id = t.event_id`;

/**
 * The best of each figure among the settled earlier events of the store; null without any. One stretch of one index is
 * read, whose entries hold the figures.
 */
export const historyFacts: FactSource<PastFigures | null> = {
  liesBy: 'store',
  sql: (asked) => `
(SELECT json_build_array(max(w.participants), max(w.roi_tenths), max(w.growth_tenths)) FROM store_events AS w
 WHERE ${asked.ofStore('w.store_id')} AND w.settled AND w.start_at < a.start_at)`,
  decode: toPastFigures,
};

function toPastFigures(part: unknown): PastFigures | null {
  const [participants, roiTenths, growthTenths] = read.list(part);
  if (participants === null) return null;
  return {
    participants: read.count(participants),
    roi: percentFromTenths(BigInt(read.whole(roiTenths))),
    salesGrowth: percentFromTenths(BigInt(read.whole(growthTenths))),
  };
}
