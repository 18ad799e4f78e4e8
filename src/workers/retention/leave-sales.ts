import type { Database } from '../../database/database';
import { daysThatLeave, deleteSales, markLeft } from '../../database/sealed-days';

/** So many rows leave in one transaction. */
const ROWS_PER_PIECE = 5_000;
const STORES_PER_ROUND = 100;

export interface SalesLeaving {
  readonly database: Pick<Database, 'query' | 'transaction'>;
  readonly isStopping: () => boolean;
}

/** Has the sales of sealed days leave, piece by piece. */
export async function haveSalesLeave({ database, isStopping }: SalesLeaving): Promise<void> {
  for (;;) {
    const days = await daysThatLeave(database, STORES_PER_ROUND);
    if (days.length === 0) return;
    let hasMore = true;
    while (hasMore) {
      if (isStopping()) return;
      hasMore = await database.transaction((sql) => deleteSales(sql, days, ROWS_PER_PIECE));
    }
    await database.transaction((sql) => markLeft(sql, days));
  }
}
