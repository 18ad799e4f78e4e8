import {
  EventFiguresDocument,
  type EventInListFragment,
  StoreEventsDocument,
} from '../../generated/operations';
import { ask } from '../api/service';
import { runningFirst } from './status';

/** What an event's row shows besides the event itself. */
export interface EventFigures {
  readonly count: number;
  readonly achievementRate: number;
  readonly roi: number;
}

export interface ListedEvent extends EventInListFragment {
  /** Undefined while they are asked for, and when they cannot be had: the event is listed all the same. */
  readonly figures: EventFigures | undefined;
}

/** Where the list of each store goes on that does. */
export type Cursors = ReadonlyMap<string, string>;

export interface Listed {
  readonly events: readonly ListedEvent[];
  readonly cursors: Cursors;
}

/** A page of each store's events: the first, or where cursors are given, the next of those that go on. */
export async function askForEvents(
  token: string,
  storeIds: readonly string[],
  cursors: Cursors | undefined,
  signal: AbortSignal | undefined,
): Promise<Listed> {
  const asked = cursors === undefined ? storeIds : storeIds.filter((storeId) => cursors.has(storeId));
  const pages = await Promise.all(
    asked.map(async (storeId) => {
      const after = cursors?.get(storeId) ?? null;
      const { events } = await ask(token, StoreEventsDocument, { storeId, after }, signal);
      return { storeId, ...events };
    }),
  );
  return {
    events: pages.flatMap(({ edges }) => edges.map(({ node }) => ({ ...node, figures: undefined }))),
    cursors: new Map(
      pages.flatMap(({ storeId, pageInfo: { hasNextPage, endCursor } }) =>
        hasNextPage && endCursor !== null ? [[storeId, endCursor]] : [],
      ),
    ),
  };
}

/** What is listed, with what has come: an event that is listed already keeps its figures until newer ones come. */
export function joined(listed: Listed, { events, cursors }: Listed): Listed {
  const known = new Map(listed.events.map((event) => [event.eventId, event]));
  for (const event of events)
    known.set(event.eventId, { ...event, figures: known.get(event.eventId)?.figures });
  return { events: [...known.values()].sort(runningFirst), cursors };
}

const MOST_DASHBOARDS = 50;

/** The figures of events, by their ids; those that cannot be had are left out. */
export async function askForFigures(
  token: string,
  events: readonly ListedEvent[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, EventFigures>> {
  const ids = events.map(({ eventId }) => eventId);
  const found = new Map<string, EventFigures>();
  for (let from = 0; from < ids.length; from += MOST_DASHBOARDS) {
    const eventIds = ids.slice(from, from + MOST_DASHBOARDS);
    const { dashboards } = await ask(token, EventFiguresDocument, { eventIds }, signal);
    for (const dashboard of dashboards) {
      if (dashboard === null) continue;
      const { totalParticipants, roi } = dashboard.summaryCards;
      found.set(dashboard.eventId, { ...totalParticipants, roi: roi.value });
    }
  }
  return found;
}

export function withFigures({ events, cursors }: Listed, figures: ReadonlyMap<string, EventFigures>): Listed {
  return {
    events: events.map((event) => ({ ...event, figures: figures.get(event.eventId) ?? event.figures })),
    cursors,
  };
}
