import { AnalyticsError } from 'event-analytics-client';
import { useEffect, useState } from 'preact/hooks';
import { reconnections, serviceFor } from '../api/service';
import { useChangesByClock } from '../api/use-changes-by-clock';
import { session, tokenRefused } from '../session/session';
import { changesAt } from './status';
import {
  askForEvents,
  askForFigures,
  type Cursors,
  joined,
  type Listed,
  type ListedEvent,
  withFigures,
} from './store-events';

export interface Events {
  readonly events: readonly ListedEvent[] | undefined;
  readonly failure: AnalyticsError | undefined;
  /** Undefined when all are shown. */
  readonly more: (() => void) | undefined;
  readonly retry: () => void;
}

/** How long after a store was found without events it is asked again. */
const EMPTY_AGAIN_MS = 15_000;

const NOTHING: Listed = { events: [], cursors: new Map() };

/**
 * The events of some stores, a page of each at a time. The first pages are asked for again when one of the events begins
 * or ends, when the connection is back, and again and again while there is none.
 *
 * @param storeIds always the same
 */
export function useEvents(storeIds: readonly string[]): Events {
  const token = session.value?.token;
  const connections = reconnections.value;
  const [listed, setListed] = useState<Listed>();
  const [failure, setFailure] = useState<AnalyticsError>();
  const [attempt, setAttempt] = useState(0);
  const retry = (): void => setAttempt((number) => number + 1);

  /** @param cursors given for the next pages; what is asked for anew says nothing of where the list goes on */
  async function load(held: string, cursors?: Cursors, signal?: AbortSignal): Promise<void> {
    const came = await askForEvents(held, storeIds, cursors, signal);
    setListed((known) => {
      if (known === undefined) return joined(NOTHING, came);
      return joined(known, cursors === undefined ? { ...came, cursors: known.cursors } : came);
    });
    const figures = await askForFigures(held, came.events, signal);
    setListed((known) => known && withFigures(known, figures));
    setFailure(undefined);
  }

  function fail(held: string, thrown: unknown): AnalyticsError | undefined {
    const failed = AnalyticsError.of(thrown);
    if (failed.kind !== 'unauthenticated') {
      setFailure(failed);
      return failed;
    }
    tokenRefused(held);
    return undefined;
  }

  useEffect(() => {
    if (token === undefined) return;
    const ended = new AbortController();
    let callOff: () => void = () => undefined;
    load(token, undefined, ended.signal).catch((thrown: unknown) => {
      if (ended.signal.aborted) return;
      const failed = fail(token, thrown);
      if (failed?.isTemporary) callOff = serviceFor(token).whenWorthRetrying(failed.waitMs(), retry);
    });
    return () => {
      ended.abort();
      callOff();
    };
  }, [token, attempt, connections]);

  // Nothing tells of the first event of a store: its events are watched, and there is none.
  const isEmpty = listed?.events.length === 0;
  useEffect(
    () => (isEmpty && token ? serviceFor(token).whenWorthRetrying(EMPTY_AGAIN_MS, retry) : undefined),
    [isEmpty, token, attempt],
  );

  useChangesByClock(nextChange(listed?.events), listed, retry);

  return {
    events: listed?.events,
    failure,
    more:
      token !== undefined && listed && listed.cursors.size > 0
        ? () => void load(token, listed.cursors).catch((thrown: unknown) => fail(token, thrown))
        : undefined,
    retry,
  };
}

/** When the first of some events begins or ends. */
function nextChange(events: readonly ListedEvent[] = []): string | undefined {
  const changes = events.flatMap((event) => changesAt(event) ?? []);
  return changes.sort((one, other) => Date.parse(one) - Date.parse(other))[0];
}
