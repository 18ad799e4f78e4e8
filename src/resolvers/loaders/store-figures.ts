import { type EventFigures, figuresOf } from '../../metrics/comparison';
import type { EventRecord } from '../../platform/statistics/events';
import type { Instant } from '../../schema/values';
import { loadComparable } from '../facts';
import type { Loaders } from './loaders';

/** What one event of a store has come to, for others of the store to be compared with. */
export interface StoreFigures {
  readonly startAt: Instant;
  readonly figures: EventFigures;
}

/** So many events are computed in one piece: a store may have thousands. */
const EVENTS_PER_PIECE = 50;

/**
 * The figures of a store's events, each computed once however many events of the store are compared with it.
 *
 * @param giveWay awaited between two pieces
 */
export async function storeFiguresOf(
  events: readonly EventRecord[],
  loaders: Pick<Loaders, 'channels' | 'sales'>,
  giveWay: () => Promise<void>,
): Promise<StoreFigures[]> {
  const facts = await Promise.all(events.map((event) => loadComparable(loaders, event)));
  const found: StoreFigures[] = [];
  for (const [place, each] of facts.entries()) {
    if (place % EVENTS_PER_PIECE === 0) await giveWay();
    found.push({ startAt: each.event.startAt, figures: figuresOf(each) });
  }
  return found;
}
