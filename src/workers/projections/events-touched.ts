import { z } from 'zod';
import type { Sql } from '../../database/database';
import { column } from '../../database/rows';
import type { EventId, Instant } from '../../domain/values';
import { takingBackAll } from './store-events';
import { type Applied, datedBy, NOTHING_CHANGED, timestamp } from './projection';

/**
 * Locks the events in the order of their ids, so that two transactions over the same events wait in line, whatever
 * topic each comes from. An event that nothing was known of yet gets its row here: there must be one to lock.
 */
export async function lockEvents(sql: Sql, events: Iterable<EventId>, committedAt: Instant): Promise<void> {
  await sql.execute(
    `INSERT INTO event_counts (event_id, changed_at)
     SELECT event_id, $2::timestamptz FROM unnest($1::uuid[]) AS t(event_id) ORDER BY event_id
     ON CONFLICT (event_id) DO UPDATE SET event_id = excluded.event_id`,
    [...new Set(events)],
    timestamp(committedAt),
  );
}

const storeRow = z.object({ storeId: column.storeId });

/** Counts one change of each event and dates it; says whose events they are, as far as that is known yet. */
export async function touchEvents(
  sql: Sql,
  events: ReadonlySet<EventId>,
  committedAt: Instant,
): Promise<Pick<Applied, 'events' | 'stores'>> {
  if (events.size === 0) return NOTHING_CHANGED;
  const rows = await sql.query(
    storeRow,
    `WITH touched AS (
       UPDATE event_counts SET version = version + 1, changed_at = ${datedBy('changed_at', '$2')}
       WHERE event_id = ANY ($1::uuid[]) RETURNING event_id
     ),
     ${takingBackAll('touched')}
     SELECT DISTINCT store_id::text AS "storeId" FROM owned`,
    [...events],
    timestamp(committedAt),
  );
  return { events: [...events], stores: rows.map((row) => row.storeId) };
}
