import DataLoader from 'dataloader';
import type { EventReading } from '../../database/facts/event-facts';
import { covers, type FactKinds } from '../../database/facts/kinds';
import type { FactsWanted } from '../../database/facts/read-facts';
import type { EventId } from '../../domain/values';

/**
 * Loads the facts of one operation: all that are requested in the same iteration of the event loop in one statement, and none
 * twice. Created anew for every operation, so that no viewer sees what another one loaded.
 */
export interface FactsLoader {
  /** @returns null where no event.created has arrived */
  load(eventId: EventId, kinds: FactKinds): Promise<EventReading | null>;
  /** The same for several, each in the place of its id, in one promise. */
  loadAll(eventIds: readonly EventId[], kinds: FactKinds): Promise<readonly (EventReading | null)[]>;
}

type Read = (wanted: readonly FactsWanted[]) => Promise<(EventReading | null)[]>;

type Readings = readonly (EventReading | null)[];

/** The facts of an event that were requested: any request for no more than these shares them. */
interface Known {
  readonly kinds: FactKinds;
  /** Of all events that were requested with it. */
  readonly readings: Promise<Readings>;
  readonly place: number;
}

export function createFactsLoader(read: Read): FactsLoader {
  // All that was requested of each: another field may be covered by the first of it, or by the last.
  const known = new Map<EventId, Known[]>();
  // What an event's facts are kept under is not only its id: the map above does that.
  const loader = new DataLoader<readonly FactsWanted[], Readings>((lists) => readLists(read, lists), {
    cache: false,
  });

  function findKnown(eventId: EventId, kinds: FactKinds): Known | undefined {
    return known.get(eventId)?.find((before) => covers(before.kinds, kinds));
  }

  function ask(eventIds: readonly EventId[], kinds: FactKinds): Promise<Readings> {
    const readings = loader.load(eventIds.map((eventId) => ({ eventId, kinds })));
    eventIds.forEach((eventId, place) => keep(eventId, { kinds, readings, place }));
    return readings;
  }

  function keep(eventId: EventId, requested: Known): void {
    const before = known.get(eventId);
    if (before === undefined) known.set(eventId, [requested]);
    else before.push(requested);
  }

  async function ofKnown(eventId: EventId, kinds: FactKinds): Promise<EventReading | null> {
    const { readings, place } = findKnown(eventId, kinds)!;
    return (await readings)[place]!;
  }

  return {
    load(eventId, kinds) {
      if (findKnown(eventId, kinds) === undefined) void ask([eventId], kinds);
      return ofKnown(eventId, kinds);
    },
    loadAll(eventIds, kinds) {
      const asked = eventIds.filter((eventId) => findKnown(eventId, kinds) === undefined);
      const readings = asked.length === 0 ? undefined : ask(asked, kinds);
      const areAll = readings !== undefined && asked.length === eventIds.length;
      return areAll ? readings : Promise.all(eventIds.map((eventId) => ofKnown(eventId, kinds)));
    },
  };
}

/** Reads what several asked for together, and gives each its own. */
async function readLists(read: Read, lists: readonly (readonly FactsWanted[])[]): Promise<Readings[]> {
  const [only] = lists;
  if (only !== undefined && lists.length === 1) return [await read(only)];
  const readings = await read(lists.flat());
  let end = 0;
  return lists.map(({ length }) => readings.slice(end, (end += length)));
}
