import { z } from 'zod';
import type { EventId, EventStatus, Instant, StoreId } from '../domain/values';
import type { Sql } from './database';
import { type EventRecord, eventRow, SELECT_EVENTS } from './events';
import { timestamp } from './parameters';
import { column } from './rows';

/** Where a stretch of a list begins: behind this event. */
export interface EventCursor {
  readonly startAt: Instant;
  readonly eventId: EventId;
}

/** Which events of a store belong to a list; null for no condition. */
export interface EventFilter {
  readonly status: EventStatus | null;
  /** Those whose period overlaps the time from here on. */
  readonly from: Instant | null;
  /** Those whose period overlaps the time before this. */
  readonly to: Instant | null;
}

/** A stretch of the list of a store's events, newest first. */
export interface EventStretch {
  readonly storeId: StoreId;
  readonly filter: EventFilter;
  readonly limit: number;
  /** Null for the beginning of the list. */
  readonly after: EventCursor | null;
}

/**
 * @param now a status is that of this moment
 * @returns the events of each stretch, in its place; equal stretches of several stores are read in one statement
 */
export function readStretches(
  sql: Pick<Sql, 'query'>,
  stretches: readonly EventStretch[],
  now: Instant,
): Promise<(readonly EventRecord[])[]> {
  return ofEachStretch(stretches, (stores, stretch) => {
    const { condition, limit, parameters } = partsOf(stores, stretch, now);
    const list = `${SELECT_EVENTS} WHERE e.store_id = asked.store_id ${condition} ${NEWEST_FIRST} LIMIT ${limit}`;
    return sql.query(eventRow, listOfEach('list.*', list), ...parameters);
  });
}

/** The same, and of each event no more than its id. */
export async function readIdsOfStretches(
  sql: Pick<Sql, 'query'>,
  stretches: readonly EventStretch[],
  now: Instant,
): Promise<(readonly EventId[])[]> {
  const keys = await ofEachStretch(stretches, (stores, stretch) => {
    const { condition, limit, parameters } = partsOf(stores, stretch, now);
    const list = `${SELECT_KEYS} WHERE e.store_id = asked.store_id ${condition} ${NEWEST_FIRST} LIMIT ${limit}`;
    return sql.query(keyRow, listOfEach('list."eventId", list."storeId"', list), ...parameters);
  });
  return keys.map((stretch) => stretch.map(({ eventId }) => eventId));
}

const keyRow = z.object({ eventId: column.eventId, storeId: column.storeId });

const SELECT_KEYS = `
SELECT e.event_id::text AS "eventId", e.store_id::text AS "storeId", e.start_at AS "startAt" FROM events AS e`;

const NEWEST_FIRST = 'ORDER BY e.start_at DESC, e.event_id DESC';

const listOfEach = (columns: string, list: string): string => `
SELECT ${columns} FROM unnest($1::uuid[]) AS asked(store_id) CROSS JOIN LATERAL (${list}) AS list
ORDER BY list."startAt" DESC, list."eventId"::uuid DESC`;

/** The same as `eventStatus` of the domain. */
const HAS_STATUS: Readonly<Record<EventStatus, (now: string) => string>> = {
  SCHEDULED: (now) => `e.start_at > ${now}`,
  RUNNING: (now) => `e.start_at <= ${now} AND e.end_at > ${now}`,
  ENDED: (now) => `e.end_at <= ${now}`,
};

/** Only conditions that are given stand in the text: where one may be none, no index can tell where to begin. */
function partsOf(stores: readonly StoreId[], { filter, limit, after }: EventStretch, now: Instant) {
  const parameters: unknown[] = [stores];
  const given = (value: unknown, type: string): string => `$${parameters.push(value)}::${type}`;
  const at = (instant: Instant): string => given(timestamp(instant), 'timestamptz');
  const { status, from, to } = filter;
  const conditions = [
    ...(status === null ? [] : [HAS_STATUS[status](at(now))]),
    ...(from === null ? [] : [`e.end_at > ${at(from)}`]),
    ...(to === null ? [] : [`e.start_at < ${at(to)}`]),
    ...(after === null
      ? []
      : [`(e.start_at, e.event_id) < (${at(after.startAt)}, ${given(after.eventId, 'uuid')})`]),
  ];
  const condition = conditions.map((each) => `AND ${each}`).join(' ');
  return { condition, limit: given(limit, 'int'), parameters };
}

/** Reads once for all stores of which the same stretch is asked, and gives each stretch its own. */
async function ofEachStretch<Item extends { readonly storeId: StoreId }>(
  stretches: readonly EventStretch[],
  readFor: (stores: readonly StoreId[], stretch: EventStretch) => Promise<readonly Item[]>,
): Promise<(readonly Item[])[]> {
  const found = new Map<string, ReadonlyMap<StoreId, readonly Item[]>>();
  // One after the other: an operation has one permit, and is not to occupy more than one connection with it.
  for (const [key, group] of groupBy(stretches, sameForAllStores)) {
    const stores = [...new Set(group.map(({ storeId }) => storeId))];
    found.set(
      key,
      groupBy(await readFor(stores, group[0]!), ({ storeId }) => storeId),
    );
  }
  return stretches.map((each) => found.get(sameForAllStores(each))?.get(each.storeId) ?? []);
}

const sameForAllStores = ({ filter, limit, after }: EventStretch): string =>
  JSON.stringify([filter.status, filter.from, filter.to, limit, after?.startAt, after?.eventId]);

function groupBy<Key, Item>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
