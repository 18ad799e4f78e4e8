import type { Moment } from '../../domain/calendar';
import { createHistory, type History, pastEvent, type PastEvent } from '../../domain/history';
import { toStoreEvents } from './decode';

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
