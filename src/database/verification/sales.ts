import type { MessageId } from '../../domain/values';
import type { Sql } from '../database';
import { absent, absentFrom, type AbsentPositions } from './absent';
import { type Check, IN_SLICE, OF_STORES } from './check';

/** Of days that are not sealed: the rows of the others leave, or have left (sealed.ts). */
const openDaysOf = (table: string): string => `
  LEFT JOIN (SELECT store_id, sealed_before FROM store_sales ${OF_STORES} AND sealed_before IS NOT NULL OFFSET 0) AS w
    ON w.store_id = ${table}.store_id
  WHERE ${table}.store_id ${IN_SLICE} AND ${table}.day >= coalesce(w.sealed_before, '-infinity')`;

const dailySales: Check = {
  rollup: 'daily_sales',
  keys: ['store_id', 'day'],
  place: `store_id::text || ' ' || day::text`,
  figures: ['amount', 'records'],
  absent: '0',
  stored: `SELECT d.store_id, d.day, d.amount, d.records FROM daily_sales AS d ${openDaysOf('d')}`,
  recomputed: `SELECT s.store_id, s.day, sum(s.amount) AS amount, count(*) AS records FROM sales AS s ${openDaysOf('s')} GROUP BY 1, 2`,
};

/** Of one store, which is the first and the last of the slice, those days that were noticed and are to be sealed: no others are read. */
const noticedOf = (table: string): string => `
  JOIN (SELECT store_id, sealing_before, sealed_before FROM store_sales WHERE store_id = $1::uuid OFFSET 0) AS w
    ON w.store_id = ${table}.store_id
  WHERE ${table}.store_id = $1::uuid AND ${table}.store_id = $2::uuid
    AND ${table}.day < w.sealing_before AND ${table}.day >= coalesce(w.sealed_before, '-infinity')`;

/** For the last time, ahead of their sealing. */
export const noticedDays: Check = {
  ...dailySales,
  stored: `SELECT d.store_id, d.day, d.amount, d.records FROM daily_sales AS d ${noticedOf('d')}`,
  recomputed: `SELECT s.store_id, s.day, sum(s.amount) AS amount, count(*) AS records FROM sales AS s ${noticedOf('s')} GROUP BY 1, 2`,
};

/** The rollups that add up sales. */
export const salesRollups: readonly Check[] = [dailySales];

export interface SaleTrace {
  readonly messageId: MessageId;
}

export function absentSales(sql: Pick<Sql, 'query'>, traces: readonly SaleTrace[]): Promise<AbsentPositions> {
  return absent(
    sql,
    absentFrom(['uuid'], ['message_id'], 'FROM sales AS s WHERE s.message_id = t.message_id'),
    traces.map(({ messageId }) => messageId),
  );
}
