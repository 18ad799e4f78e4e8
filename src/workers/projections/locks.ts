import type { Sql } from '../../database/database';
import type { EventId, Instant, StoreId } from '../../domain/values';
import { timestamp } from './projection';

/**
 * Locks the events in the order of their ids, so that two transactions over the same events wait in line, whatever
 * topic each comes from. An event that nothing was known of yet gets its row here: there must be one to lock.
 */
export async function lockEvents(sql: Sql, events: Iterable<EventId>, committedAt: Instant): Promise<void> {
  await sql.execute(LOCK_EVENTS, [...new Set(events)], timestamp(committedAt));
}

/** Locks the stores in the order of their ids: no other transaction applies or settles their sales until this one ends. */
export async function lockStores(sql: Sql, stores: Iterable<StoreId>): Promise<void> {
  await sql.execute(LOCK_STORES, [...new Set(stores)]);
}

const LOCK_EVENTS = `
INSERT INTO event_counts (event_id, changed_at)
SELECT event_id, $2::timestamptz FROM unnest($1::uuid[]) AS t(event_id) ORDER BY event_id
ON CONFLICT (event_id) DO UPDATE SET event_id = excluded.event_id`;

// A row made only to be locked says nothing of a change: a repeated sale may name another store than it first did.
const LOCK_STORES = `
INSERT INTO store_sales (store_id, changed_at)
SELECT store_id, 'epoch' FROM unnest($1::uuid[]) AS t(store_id) ORDER BY store_id
ON CONFLICT (store_id) DO UPDATE SET store_id = excluded.store_id`;
