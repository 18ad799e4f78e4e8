import { z } from 'zod';
import type { EventId, Instant, StoreId } from '../../domain/values';
import type { Sql } from '../database';
import { type EventRecord, eventRow, SELECT_EVENTS } from '../events';
import { column } from '../rows';
import type { StoreEventKey } from '../store-events';
import { readShardedStretch } from './sharded';
import { conditionsByEnd, conditionsByStart, type EventStretch, type Given } from './stretch';

/**
 * @param now a status is that of this moment
 * @returns the events of each stretch, in its place; equal stretches of several stores are read in one statement
 */
export function readStretches(
  sql: Pick<Sql, 'query' | 'isDistributed'>,
  stretches: readonly EventStretch[],
  now: Instant,
): Promise<(readonly EventRecord[])[]> {
  return ofEachStretch(stretches, (stores, stretch) => {
    if (sql.isDistributed) return readShardedStretch(sql, stores, stretch, now);
    const { condition, limit, parameters } = partsOf(stores, stretch, now);
    const list = `${SELECT_EVENTS} WHERE e.store_id = asked.store_id ${condition} ${NEWEST_FIRST} LIMIT ${limit}`;
    return sql.query(eventRow, listOfEach('list.*', list), ...parameters);
  });
}

/** The same, and of each event no more than its id. */
export async function readIdsOfStretches(
  sql: Pick<Sql, 'query' | 'isDistributed'>,
  stretches: readonly EventStretch[],
  now: Instant,
): Promise<(readonly EventId[])[]> {
  const keys = await ofEachStretch<StoreEventKey>(stretches, (stores, stretch) => {
    if (sql.isDistributed) return readShardedStretch(sql, stores, stretch, now);
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

function partsOf(stores: readonly StoreId[], stretch: EventStretch, now: Instant) {
  const parameters: unknown[] = [stores];
  const given: Given = (value, type) => `$${parameters.push(value)}::${type}`;
  const conditions = [...conditionsByStart(stretch, now, given), ...conditionsByEnd(stretch, now, given)];
  const condition = conditions.map((each) => `AND ${each}`).join(' ');
  return { condition, limit: given(stretch.limit, 'int'), parameters };
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
