import { z } from 'zod';
import type { StoreId } from '../../schema/values';
import type { SalesRecorded } from '../messages/sales-recorded';
import { datedBy, type Projection, timestamp } from './projection';

/** Adds each sale once to its store's day, by its messageId over all sales; the first applied wins. */
export const salesProjection: Projection<SalesRecorded> = {
  async apply(sql, messages, committedAt) {
    const positions = firstOfEach(messages);
    const batch = positions.map((position) => messages[position]!);
    await sql.execute(LOCK_STORES, [...new Set(batch.map((sale) => sale.storeId))]);
    const [row] = await sql.query(
      freshRow,
      RECORD,
      positions,
      batch.map((sale) => sale.messageId),
      batch.map((sale) => sale.storeId),
      batch.map((sale) => sale.saleDate),
      batch.map((sale) => sale.amount),
      timestamp(committedAt),
    );
    const fresh = new Set(row?.fresh);
    const stores = new Set<StoreId>(
      batch.filter((_, index) => fresh.has(positions[index]!)).map((sale) => sale.storeId),
    );
    return { changed: messages.map((_, position) => fresh.has(position)), events: [], stores: [...stores] };
  },
};

const freshRow = z.object({ fresh: z.array(z.number()) });

function firstOfEach(messages: readonly SalesRecorded[]): number[] {
  const first = new Map<string, number>();
  messages.forEach((sale, position) => {
    if (!first.has(sale.messageId)) first.set(sale.messageId, position);
  });
  return [...first.values()];
}

// A row made only to be locked says nothing of a change: a repeated sale may name another store than it first did.
const LOCK_STORES = `
INSERT INTO store_sales (store_id, changed_at)
SELECT store_id, 'epoch' FROM unnest($1::uuid[]) AS t(store_id) ORDER BY store_id
ON CONFLICT (store_id) DO UPDATE SET store_id = excluded.store_id`;

const RECORD = `
WITH input AS (
  SELECT * FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::date[], $5::bigint[])
    AS t(position, message_id, store_id, day, amount)
), fresh AS (
  INSERT INTO sales (message_id, store_id, day, amount)
  SELECT message_id, store_id, day, amount FROM input ORDER BY message_id
  ON CONFLICT DO NOTHING
  RETURNING *
), by_day AS (
  INSERT INTO daily_sales AS d (store_id, day, amount, records)
  SELECT store_id, day, sum(amount)::bigint, count(*) FROM fresh GROUP BY store_id, day
  ON CONFLICT (store_id, day) DO UPDATE SET amount = d.amount + excluded.amount, records = d.records + excluded.records
), touched AS (
  UPDATE store_sales SET changed_at = ${datedBy('changed_at', '$6')}
  WHERE store_id IN (SELECT store_id FROM fresh)
)
SELECT coalesce(array_agg(input.position), '{}') AS fresh FROM input JOIN fresh USING (message_id)`;
