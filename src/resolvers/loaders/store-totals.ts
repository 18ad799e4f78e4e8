import DataLoader from 'dataloader';
import type { Sql } from '../../database/database';
import { type EventsPiece, readEventsOfStores, readPiece } from '../../database/store-totals';
import type { Moment } from '../../domain/calendar';
import { eventTotals, type EventTotals, storeTotals, type StoreTotals } from '../../domain/store-totals';
import type { StoreId } from '../../domain/values';

/** Loads the totals of stores for one operation: those of several in one statement, and none twice. */
export interface StoreTotalsLoader {
  load(storeId: StoreId): Promise<StoreTotals>;
}

/** @param yieldToLoop awaited between two pieces of the work */
export function createStoreTotalsLoader(
  sql: Pick<Sql, 'query' | 'isDistributed'>,
  { calendar, now }: Moment,
  yieldToLoop: () => Promise<void>,
): StoreTotalsLoader {
  async function totalsOf(pieces: readonly EventsPiece[]): Promise<StoreTotals> {
    const totals: EventTotals[] = [];
    for (const piece of pieces) {
      await yieldToLoop();
      for (const { event, sales } of readPiece(piece)) totals.push(eventTotals(event, sales, calendar, now));
    }
    return storeTotals(totals);
  }

  return new DataLoader<StoreId, StoreTotals>(async (stores) => {
    const events = await readEventsOfStores(sql, stores);
    return Promise.all(stores.map((storeId) => totalsOf(events.get(storeId) ?? [])));
  });
}
