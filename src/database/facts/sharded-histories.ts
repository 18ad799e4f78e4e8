import { z } from 'zod';
import type { EventId, StoreId } from '../../domain/values';
import type { Sql } from '../database';
import { column } from '../rows';
import { COMPARED, UNSETTLED } from './sharded-statements';
import { withSales } from './store-event';

const unsettledRow = z.object({
  storeId: column.storeId,
  eventId: column.eventId,
  sales: z.string().nullable(),
});
const comparedRow = z.object({ eventId: column.eventId, facts: z.string() });

/**
 * The events of these stores that are not settled, read by their keys: which they are, and what was sold around their starts, lies
 * with their stores.
 *
 * @returns by store what `HISTORIES` tells of it; each event has sales of its own
 */
export async function readHistories(
  sql: Sql,
  stores: readonly StoreId[],
): Promise<ReadonlyMap<string, unknown>> {
  if (stores.length === 0) return new Map();
  const unsettled = await sql.query(unsettledRow, UNSETTLED, stores);
  const facts = await readCompared(
    sql,
    unsettled.map(({ eventId }) => eventId),
  );
  return new Map(
    stores.map((store) => {
      const events = unsettled.flatMap(({ storeId, eventId, sales }) => {
        const told = storeId === store ? facts.get(eventId) : undefined;
        return told === undefined ? [] : [withSales(told, sales)];
      });
      return [store, [null, events.length > 0 ? events : null]];
    }),
  );
}

async function readCompared(sql: Sql, events: readonly EventId[]): Promise<ReadonlyMap<EventId, string>> {
  if (events.length === 0) return new Map();
  const rows = await sql.query(comparedRow, COMPARED, events);
  return new Map(rows.map(({ eventId, facts }) => [eventId, facts]));
}
