import type { MessageId } from '../../domain/values';
import type { Sql } from '../database';
import { absent, absentFrom, type AbsentPositions } from './absent';
import { type Check, OF_STORES } from './check';

const dailySales: Check = {
  rollup: 'daily_sales',
  keys: ['store_id', 'day'],
  place: `store_id::text || ' ' || day::text`,
  figures: ['amount', 'records'],
  absent: '0',
  stored: `SELECT store_id, day, amount, records FROM daily_sales ${OF_STORES}`,
  recomputed: `SELECT store_id, day, sum(amount) AS amount, count(*) AS records FROM sales ${OF_STORES} GROUP BY 1, 2`,
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
