import type { Database } from '../../database/database';
import { deleteSales, storesThatLeaveAfter } from '../../database/leaving-sales';
import { lockStores } from '../../database/sales';
import type { StoreId } from '../../domain/values';
import type { Attempts } from './attempts';
import { pieceByPiece, type Pieces } from './piece-by-piece';

/** So many rows leave in one transaction: a batch of sales of the store waits for no more than that. */
const ROWS_PER_PIECE = 5_000;
const STORES_PER_ROUND = 100;

export interface SalesLeaving extends Pieces {
  readonly database: Pick<Database, 'background' | 'transaction'>;
  readonly attempts: Attempts;
}

/** Has the sales of sealed days leave, store by store, piece by piece. Begun anew it goes on where it was, wherever it was ended. */
export async function haveSalesLeave(options: SalesLeaving): Promise<void> {
  const { database, isStopping, attempts } = options;
  let last: StoreId | null = null;
  for (;;) {
    const stores: StoreId[] = await storesThatLeaveAfter(database.background, last, STORES_PER_ROUND);
    for (const storeId of stores) {
      if (isStopping()) return;
      await attempts.to(() => pieceByPiece(options, () => havePieceLeave(options, storeId)));
    }
    if (stores.length < STORES_PER_ROUND) return;
    last = stores.at(-1)!;
  }
}

/** What the lock says, and not the list: the database may have gone back in between. @returns whether there may be more */
function havePieceLeave({ database }: SalesLeaving, storeId: StoreId): Promise<boolean> {
  return database.transaction(async (sql) => {
    const before = (await lockStores(sql, [storeId])).get(storeId);
    return before !== undefined && (await deleteSales(sql, { storeId, before }, ROWS_PER_PIECE));
  });
}
