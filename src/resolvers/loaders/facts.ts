import DataLoader from 'dataloader';
import type { EventReading } from '../../platform/statistics/facts/event-facts';
import { covers, type FactKinds } from '../../platform/statistics/facts/kinds';
import type { FactsWanted } from '../../platform/statistics/facts/read-facts';
import type { EventId } from '../../schema/values';

/**
 * What one operation reads of events: all that is asked for in the same turn in one statement, and nothing twice. Made
 * anew for every operation: nothing that one reader loaded is seen by another.
 */
export interface FactsLoader {
  /** @returns null where no event.created has arrived */
  load(eventId: EventId, kinds: FactKinds): Promise<EventReading | null>;
}

type Read = (wanted: readonly FactsWanted[]) => Promise<(EventReading | null)[]>;

/** What was wanted of an event, and comes for all who want no more than that. */
interface Known {
  readonly kinds: FactKinds;
  readonly reading: Promise<EventReading | null>;
}

export function createFactsLoader(read: Read): FactsLoader {
  const known = new Map<EventId, Known>();
  // What an event's facts are kept under is not only its id: the map above does that.
  const loader = new DataLoader<FactsWanted, EventReading | null>(read, { cache: false });
  return {
    load(eventId, kinds) {
      const before = known.get(eventId);
      if (before !== undefined && covers(before.kinds, kinds)) return before.reading;
      const reading = loader.load({ eventId, kinds });
      known.set(eventId, { kinds, reading });
      return reading;
    },
  };
}
