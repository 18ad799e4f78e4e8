import { useEffect, useState } from 'preact/hooks';
import {
  EventFiguresDocument,
  type EventInListFragment,
  StoreEventsDocument,
} from '../../generated/operations';
import { ask } from '../api/ask';
import { type Failure, toFailure } from '../api/failure';
import { session, tokenRefused } from '../session/session';

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

export interface Events {
  readonly events: readonly ListedEvent[] | undefined;
  readonly failure: Failure | undefined;
  /** Undefined when all are shown. */
  readonly more: (() => void) | undefined;
  readonly retry: () => void;
}

interface Page {
  readonly events: readonly ListedEvent[];
  /** Where each store's list goes on. */
  readonly cursors: ReadonlyMap<string, string>;
}

const NOTHING: Page = { events: [], cursors: new Map() };

/** The events of some stores, a page of each at a time. */
export function useEvents(storeIds: readonly string[]): Events {
  const token = session.value?.token;
  const [page, setPage] = useState<Page>();
  const [failure, setFailure] = useState<Failure>();
  const [attempt, setAttempt] = useState(0);

  async function load(held: string, from: Page, signal?: AbortSignal): Promise<void> {
    try {
      const next = await nextPage(held, storeIds, from, signal);
      setPage(next);
      setFailure(undefined);
      setPage(await withFigures(held, next, signal));
    } catch (thrown) {
      if (signal?.aborted) return;
      const failed = toFailure(thrown);
      if (failed.kind === 'unauthenticated') tokenRefused(held);
      else setFailure(failed);
    }
  }

  useEffect(() => {
    if (token === undefined) return;
    const ended = new AbortController();
    void load(token, NOTHING, ended.signal);
    return () => ended.abort();
  }, [token, storeIds.join(), attempt]);

  return {
    events: page?.events,
    failure,
    more: token !== undefined && page && page.cursors.size > 0 ? () => void load(token, page) : undefined,
    retry: () => setAttempt((number) => number + 1),
  };
}

async function nextPage(
  token: string,
  storeIds: readonly string[],
  { events, cursors }: Page,
  signal: AbortSignal | undefined,
): Promise<Page> {
  const isFirst = events.length === 0;
  const asked = isFirst ? storeIds : storeIds.filter((storeId) => cursors.has(storeId));
  const pages = await Promise.all(
    asked.map(async (storeId) => {
      const after = cursors.get(storeId) ?? null;
      const { events: found } = await ask(token, StoreEventsDocument, { storeId, after }, signal);
      return { storeId, ...found };
    }),
  );
  const added = pages.flatMap(({ edges }) => edges.map(({ node }) => ({ ...node, figures: undefined })));
  return {
    events: [...events, ...added].sort(runningFirst),
    cursors: new Map(
      pages.flatMap(({ storeId, pageInfo: { hasNextPage, endCursor } }) =>
        hasNextPage && endCursor !== null ? [[storeId, endCursor]] : [],
      ),
    ),
  };
}

const RANKS = { RUNNING: 0, SCHEDULED: 1, ENDED: 2 } as const;

function runningFirst(one: ListedEvent, other: ListedEvent): number {
  return RANKS[one.status] - RANKS[other.status] || Date.parse(other.startAt) - Date.parse(one.startAt);
}

const MOST_DASHBOARDS = 50;

/** The figures of those that have none yet. */
async function withFigures(token: string, page: Page, signal: AbortSignal | undefined): Promise<Page> {
  const ids = page.events.filter(({ figures }) => figures === undefined).map(({ eventId }) => eventId);
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
  return {
    ...page,
    events: page.events.map((event) => ({ ...event, figures: found.get(event.eventId) ?? event.figures })),
  };
}
