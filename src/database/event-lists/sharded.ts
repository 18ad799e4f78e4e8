import { z } from 'zod';
import type { EventId, Instant, StoreId } from '../../domain/values';
import type { Sql } from '../database';
import { type EventRecord, eventRow, selectEvents } from '../events';
import { column } from '../rows';
import { GOES_ON } from '../shards';
import { notThereYet } from '../unavailable';
import { conditionsByEnd, conditionsByStart, type EventStretch, type Given, goesByEnd } from './stretch';

/*
 * The list of a store's events where rows lie in shards: which events a store has lies with the store, and what they are with the
 * events, which are read by their keys.
 */

const keyRow = z.object({ eventId: column.eventId });
const changeRow = z.object({ storeId: column.storeId, changedAt: column.instant });

/**
 * @param stores of which each has the same stretch read
 * @returns the events of all of these stores, newest first. An event that moved to another store in between has the list read
 *   once more
 * @throws DatabaseUnavailable where a store has an event that is not there: what a node that was lost has yet to commit
 */
export async function readShardedStretch(
  sql: Pick<Sql, 'query'>,
  stores: readonly StoreId[],
  stretch: EventStretch,
  now: Instant,
): Promise<readonly EventRecord[]> {
  const read = (): Promise<readonly EventRecord[] | undefined> => readOnce(sql, stores, stretch, now);
  return (await read()) ?? (await read()) ?? Promise.reject(notThereYet());
}

/** @returns undefined where an event is not that store's that has it */
async function readOnce(
  sql: Pick<Sql, 'query'>,
  stores: readonly StoreId[],
  stretch: EventStretch,
  now: Instant,
): Promise<readonly EventRecord[] | undefined> {
  const ids = await readKeys(sql, stores, stretch, now);
  if (ids.length === 0) return [];
  const parameters: unknown[] = [ids];
  const byEnd = conditionsByEnd(stretch, now, givenIn(parameters));
  const records = await sql.query(eventRow, recordsOf(byEnd), ...parameters);
  const own = new Set(stores);
  // Where it goes by ends as well, all that a store has was looked at, and what is missing does not end as it should.
  if (
    !goesByEnd(stretch) &&
    (records.length < ids.length || records.some(({ storeId }) => !own.has(storeId)))
  )
    return undefined;
  const changes = await sql.query(changeRow, SALES_CHANGED, stores);
  const changedAt = new Map(changes.map(({ storeId, changedAt: at }) => [storeId, at]));
  const listed = records.filter(({ storeId }) => own.has(storeId));
  return firstOfEach(listed, stretch.limit).map((record) => ({
    ...record,
    lastUpdated: Math.max(record.lastUpdated, changedAt.get(record.storeId) ?? 0) as Instant,
  }));
}

/** More than the stretch takes where it goes by ends as well, which lie with the events: all that a store has, at most. */
async function readKeys(
  sql: Pick<Sql, 'query'>,
  stores: readonly StoreId[],
  stretch: EventStretch,
  now: Instant,
): Promise<EventId[]> {
  const parameters: unknown[] = [stores];
  const given = givenIn(parameters);
  const byStart = conditionsByStart(stretch, now, given);
  const first = goesByEnd(stretch) ? 'true' : `place <= ${given(stretch.limit, 'int')}`;
  const rows = await sql.query(keyRow, keysOf(byStart, first), ...parameters);
  return rows.map(({ eventId }) => eventId);
}

const givenIn =
  (parameters: unknown[]): Given =>
  (value, type) =>
    `$${parameters.push(value)}::${type}`;

const keysOf = (byStart: readonly string[], first: string): string => `
SELECT event_id::text AS "eventId" FROM (
  SELECT e.event_id, row_number() OVER (PARTITION BY e.store_id ORDER BY e.start_at DESC, e.event_id DESC) AS place
  FROM store_events AS e WHERE ${['e.store_id = ANY ($1::uuid[])', ...byStart].join(' AND ')}
) AS of_store WHERE ${first}`;

const recordsOf = (byEnd: readonly string[]): string => `${GOES_ON}
${selectEvents('c.changed_at')}
WHERE ${['e.event_id = ANY ($1::uuid[])', 'c.event_id = ANY ($1::uuid[])', ...byEnd].join(' AND ')}
ORDER BY e.start_at DESC, e.event_id DESC`;

const SALES_CHANGED = `${GOES_ON}
SELECT store_id::text AS "storeId", changed_at AS "changedAt" FROM store_sales WHERE store_id = ANY ($1::uuid[])`;

function firstOfEach(records: readonly EventRecord[], limit: number): EventRecord[] {
  const taken = new Map<StoreId, number>();
  return records.filter(({ storeId }) => {
    const before = taken.get(storeId) ?? 0;
    taken.set(storeId, before + 1);
    return before < limit;
  });
}
