import { GOES_ON } from '../shards';
import { milliseconds } from './columns';
import { eventRecord } from './event-record';
import type { Asked } from './fact-source';
import { bitOf, covers, FACT_KINDS, FACT_SOURCES, type FactKinds } from './kinds';
import { COMPARED_EVENTS, EVENTS_WITH_SALES } from './store-event';

/*
 * What is read of events where rows lie in shards: by a statement for what has the key of the events, and another for what has
 * that of their stores. Each table is told its keys by itself, since Citus looks into every shard of one that is not.
 */

const BY_KEYS: Asked = {
  ofEvent: (column) => `${column} = a.event_id AND ${column} = ANY ($1::uuid[])`,
  ofStore: (column) => `${column} = a.store_id AND ${column} = ANY ($2::uuid[])`,
  today: '$4::timestamptz',
  // Stores that a reader knows have keys of their own: KNOWN_STORES tells.
  knownStores: 'NULL',
};

/** @returns an expression for each kind, in its place: null where it is not wanted or does not lie there */
function partsBy(key: 'event' | 'store', wanted: FactKinds): string {
  return FACT_KINDS.map((kind) =>
    covers(wanted, bitOf(kind)) && FACT_SOURCES[kind].liesBy === key
      ? `CASE WHEN a.kinds & ${bitOf(kind)} <> 0 THEN ${FACT_SOURCES[kind].sql(BY_KEYS)} END`
      : 'NULL',
  ).join(', ');
}

/**
 * Parameters: the events; the stores that may be read, or null for all; the kinds wanted of each event; when today began.
 * The text is null where there are no events, or a list of `[event, part, ...]`.
 */
export const eventsStatement = (wanted: FactKinds): string => `
SELECT json_agg(told)::text AS told FROM (
  SELECT json_build_array(${eventRecord('c.changed_at')}, ${partsBy('event', wanted)}) AS told
  FROM (
    SELECT e.*, CASE WHEN $2::uuid[] IS NULL OR e.store_id = ANY ($2::uuid[]) THEN t.kinds ELSE 0 END AS kinds
    FROM unnest($1::uuid[], $3::int[]) AS t(event_id, kinds) JOIN events AS e USING (event_id)
    WHERE e.event_id = ANY ($1::uuid[]) AND $4::timestamptz IS NOT NULL
  ) AS a
  JOIN event_counts AS c ON c.event_id = a.event_id AND c.event_id = ANY ($1::uuid[])
) AS each`;

/**
 * Parameters: the events; their stores; the kinds wanted of each; when today began; their industries. A list of `[event id,
 * when its store's sales last changed or null, part, ...]`.
 */
export const storesStatement = (wanted: FactKinds): string => `${GOES_ON}
SELECT json_agg(told)::text AS told FROM (
  SELECT json_build_array(a.event_id, ${milliseconds('s.changed_at')}, ${partsBy('store', wanted)}) AS told
  FROM (
    SELECT k.store_id, k.event_id, k.start_at, t.kinds, t.industry
    FROM unnest($1::uuid[], $2::uuid[], $3::int[], $5::text[]) AS t(event_id, store_id, kinds, industry)
    JOIN store_events AS k ON k.store_id = t.store_id AND k.event_id = t.event_id
    WHERE k.store_id = ANY ($2::uuid[]) AND $4::timestamptz IS NOT NULL
  ) AS a
  LEFT JOIN store_sales AS s ON s.store_id = a.store_id AND s.store_id = ANY ($2::uuid[])
) AS each`;

/** Parameter: stores. How many of them have a part in each industry. */
export const KNOWN_STORES = `${GOES_ON}
SELECT industry, count(*)::int AS stores FROM industry_stores WHERE store_id = ANY ($1::uuid[]) GROUP BY industry`;

/** Parameter: stores. Their events that are not settled, each with what the store sold around its start. */
export const UNSETTLED = `${GOES_ON}${EVENTS_WITH_SALES} AND NOT w.settled`;

/** Parameter: events. What each is compared by, without sales. */
export const COMPARED = `${GOES_ON}${COMPARED_EVENTS}`;
