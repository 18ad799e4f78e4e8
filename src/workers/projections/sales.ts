import { z } from 'zod';
import type { SalesRecorded } from '../messages/sales-recorded';
import { datedBy, type StoreProjection, timestamp } from './projection';
import { takingBack } from './store-events';

/** Adds each sale once to its store's day, by its messageId over all sales; the first applied wins. */
export const salesProjection: StoreProjection<SalesRecorded> = {
  locks: 'stores',
  storeOf: ({ storeId }) => storeId,
  async apply(sql, messages, committedAt) {
    const positions = firstOfEach(messages);
    const batch = positions.map((position) => messages[position]!);
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
    return { changed: messages.map((_, position) => fresh.has(position)) };
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

/** A day's sales are compared for events that start from six days ahead of it to seven days after, in whatever zone. */
const COMPARED_WITH_THESE_DAYS = `
SELECT w.store_id, w.event_id
FROM (SELECT store_id, min(day)::timestamp AS first, max(day)::timestamp AS last FROM fresh GROUP BY store_id) AS sold
JOIN store_events AS w USING (store_id)
WHERE w.start_at BETWEEN ((sold.first - interval '7 days') AT TIME ZONE 'UTC')
                     AND ((sold.last + interval '9 days') AT TIME ZONE 'UTC')`;

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
),
${takingBack(COMPARED_WITH_THESE_DAYS)}
SELECT coalesce(array_agg(input.position), '{}') AS fresh FROM input JOIN fresh USING (message_id)`;
