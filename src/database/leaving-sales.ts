import { z } from 'zod';
import type { LocalDay, MessageId, StoreId } from '../domain/values';
import type { Sql } from './database';
import { column } from './rows';

const storeRow = z.object({ storeId: column.storeId });

/** @returns up to `limit` stores with sealed days of which rows may be there, in the order of their ids, from behind this one on */
export async function storesThatLeaveAfter(
  sql: Pick<Sql, 'query'>,
  last: StoreId | null,
  limit: number,
): Promise<StoreId[]> {
  const page = (behind: string): string =>
    `SELECT store_id::text AS "storeId" FROM store_sales
     WHERE sealed_before > coalesce(left_before, '-infinity') ${behind} ORDER BY store_id LIMIT $1::int`;
  const rows = await (last === null
    ? sql.query(storeRow, page(''), limit)
    : sql.query(storeRow, page('AND store_id > $2::uuid'), limit, last));
  return rows.map(({ storeId }) => storeId);
}

const leftRow = z.object({ from: column.day.nullable() });
const saleRow = z.object({
  messageId: z.string().transform((id) => id as MessageId),
  day: column.day,
});

/**
 * Deletes the next sales of the sealed days of a store, which is locked, in the order of days, and notes the days of which all have left:
 * the next piece goes on behind them, also that of another process. By two statements: where sales lie by message, none can say in one
 * both whose they are and how many.
 *
 * @param before as the lock has told it
 * @returns whether there may be more
 */
export async function deleteSales(
  sql: Sql,
  { storeId, before }: { readonly storeId: StoreId; readonly before: LocalDay },
  limit: number,
): Promise<boolean> {
  const [left] = await sql.query(
    leftRow,
    `SELECT to_char(left_before, 'YYYY-MM-DD') AS "from" FROM store_sales WHERE store_id = $1::uuid`,
    storeId,
  );
  const sales = await sql.query(
    saleRow,
    `SELECT message_id::text AS "messageId", to_char(day, 'YYYY-MM-DD') AS day FROM sales
     WHERE store_id = $1::uuid AND day >= $2::date AND day < $3::date ORDER BY sales.day LIMIT $4::int`,
    storeId,
    left?.from ?? '-infinity',
    before,
    limit,
  );
  if (sales.length > 0)
    await sql.execute(
      'DELETE FROM sales WHERE message_id = ANY ($1::uuid[])',
      sales.map(({ messageId }) => messageId),
    );
  const hasMore = sales.length === limit;
  await sql.execute(
    'UPDATE store_sales SET left_before = $2::date WHERE store_id = $1::uuid',
    storeId,
    hasMore ? sales.at(-1)!.day : before,
  );
  return hasMore;
}
