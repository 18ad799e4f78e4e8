import { createHistory, type History, pastEvent, type PastEvent } from '../../../metrics/history';
import { toSalesDays, toStoreEvents } from './decode';
import type { Moment } from './event-facts';
import { read } from './columns';

/** So many events are computed in one piece: a store may have thousands. */
const EVENTS_PER_PIECE = 50;

/** What the events of a store came to: computed once, however many of them are compared with each other. */
export interface StoreHistory {
  /** @param giveWay awaited between two pieces of the work */
  made(giveWay: () => Promise<void>): Promise<History>;
}

export function createStoreHistory(text: string, { calendar, now }: Moment): StoreHistory {
  let history: Promise<History> | undefined;

  async function make(giveWay: () => Promise<void>): Promise<History> {
    const [events, sales] = read.list(JSON.parse(text));
    const days = toSalesDays(sales);
    const past: PastEvent[] = [];
    for (const [place, event] of toStoreEvents(events).entries()) {
      if (place % EVENTS_PER_PIECE === 0) await giveWay();
      past.push(pastEvent(event, days, calendar, now));
    }
    return createHistory(past);
  }

  return { made: (giveWay) => (history ??= make(giveWay)) };
}
