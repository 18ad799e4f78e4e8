import type { Moment } from '../../domain/calendar';
import { createHistory, type History, pastEvent, type PastEvent } from '../../domain/history';
import { SALES, toSalesDays } from '../sales';
import { read } from './columns';
import { bitOf } from './kinds';
import { SALES_AROUND, storeEvent, type StoreEventReading, toStoreEvent } from './store-event';

/**
 * Of each store, once, those of its events whose figures are not settled: a few, however many it has. Most of them began
 * lately, and what the store has sold since a little before that is told once for these.
 */
export const HISTORIES = `
SELECT json_build_array(NULL, store.store_id, (
  SELECT json_build_array(
    (SELECT ${SALES} FROM daily_sales AS d, given WHERE d.store_id = store.store_id AND d.day > given.today::date - 30),
    json_agg(${storeEvent(`CASE WHEN e.start_at < (SELECT today FROM given) - interval '20 days' THEN ${SALES_AROUND} END`)}))
  FROM store_events AS w JOIN events AS e USING (event_id) JOIN event_counts AS c USING (event_id)
  WHERE w.store_id = store.store_id AND NOT w.settled))
FROM (SELECT DISTINCT store_id FROM asked WHERE kinds & ${bitOf('history')} <> 0) AS store`;

/** Events that have no sales of their own have those of all. */
function toStoreEvents(part: unknown): StoreEventReading[] {
  const [sales, events] = read.list(part);
  const ofAll = toSalesDays(sales);
  return read
    .listOf(events, toStoreEvent)
    .map(({ event, sales: own }) => ({ event, sales: own.length > 0 ? own : ofAll }));
}

/** So many events are computed in one piece: a store may have thousands. */
const EVENTS_PER_PIECE = 50;

/** What those events of a store came to that are not settled: computed once, however many are compared with them. */
export interface StoreHistory {
  /** @param yieldToLoop awaited between two pieces of the work */
  made(yieldToLoop: () => Promise<void>): Promise<History>;
}

export function createStoreHistory(part: unknown, { calendar, now }: Moment): StoreHistory {
  let history: Promise<History> | undefined;

  async function make(yieldToLoop: () => Promise<void>): Promise<History> {
    const past: PastEvent[] = [];
    for (const [place, { event, sales }] of toStoreEvents(part).entries()) {
      if (place % EVENTS_PER_PIECE === 0) await yieldToLoop();
      past.push(pastEvent(event, sales, calendar, now));
    }
    return createHistory(past);
  }

  return { made: (yieldToLoop) => (history ??= make(yieldToLoop)) };
}
