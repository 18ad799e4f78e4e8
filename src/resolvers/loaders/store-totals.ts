import DataLoader from 'dataloader';
import type { Sql } from '../../database/database';
import { readEventsOfStores, type StoreEventTotalled } from '../../database/store-totals';
import type { Moment } from '../../domain/calendar';
import { eventTotals, type EventTotals, storeTotals, type StoreTotals } from '../../domain/store-totals';
import type { StoreId } from '../../domain/values';

/** So many events are computed in one piece: a store may have thousands. */
const EVENTS_PER_PIECE = 50;

/** Loads the totals of stores for one operation: those of several in one statement, and none twice. */
export interface StoreTotalsLoader {
  load(storeId: StoreId): Promise<StoreTotals>;
}

/** @param yieldToLoop awaited between two pieces of the work */
export function createStoreTotalsLoader(
  sql: Pick<Sql, 'query'>,
  { calendar, now }: Moment,
  yieldToLoop: () => Promise<void>,
): StoreTotalsLoader {
  async function totalsOf(events: readonly StoreEventTotalled[]): Promise<StoreTotals> {
    const totals: EventTotals[] = [];
    for (const [place, { event, sales }] of events.entries()) {
      if (place % EVENTS_PER_PIECE === 0) await yieldToLoop();
      totals.push(eventTotals(event, sales, calendar, now));
    }
    return storeTotals(totals);
  }

  return new DataLoader<StoreId, StoreTotals>(async (stores) => {
    const events = await readEventsOfStores(sql, stores);
    return Promise.all(stores.map((storeId) => totalsOf(events.get(storeId) ?? [])));
  });
}
