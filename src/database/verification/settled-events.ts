import { z } from 'zod';
import type { EventId } from '../../domain/values';
import type { Sql } from '../database';
import { column } from '../rows';

const settledRow = z.object({
  storeId: column.storeId,
  eventId: column.eventId,
  participants: z.bigint(),
  /** In tenths of a percent. */
  roi: z.bigint(),
  /** In tenths of a percent. */
  growth: z.bigint(),
});

/** A settled event with the figures that are stored with it. */
export type StoredSettledEvent = z.infer<typeof settledRow>;

/** @returns up to `limit` settled events in the order of their ids, from behind this one on */
export function readSettledEvents(
  sql: Pick<Sql, 'query'>,
  last: EventId | null,
  limit: number,
): Promise<StoredSettledEvent[]> {
  const page = (behind: string): string =>
    `SELECT store_id::text AS "storeId", event_id::text AS "eventId", participants, roi_tenths AS roi,
            growth_tenths AS growth
     FROM store_events WHERE settled ${behind} ORDER BY event_id LIMIT $1::int`;
  return last === null
    ? sql.query(settledRow, page(''), limit)
    : sql.query(settledRow, page('AND event_id > $2::uuid'), limit, last);
}
