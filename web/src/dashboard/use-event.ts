import { useEffect, useState } from 'preact/hooks';
import { OneEventDocument, type OneEventQuery } from '../../generated/operations';
import { ask } from '../api/ask';
import { type Failure, toFailure } from '../api/failure';
import { connection } from '../api/live';
import { session, tokenRefused } from '../session/session';

export type EventDetails = OneEventQuery['event'];

export interface FoundEvent {
  readonly event: EventDetails | undefined;
  readonly failure: Failure | undefined;
  readonly retry: () => void;
}

/** What a timer can be set to. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** The event itself; asked for again when it begins and when it ends, and when the connection is back. */
export function useEvent(eventId: string): FoundEvent {
  const token = session.value?.token;
  const isLive = connection.value === 'live';
  const [event, setEvent] = useState<EventDetails>();
  const [failure, setFailure] = useState<Failure>();
  const [attempt, setAttempt] = useState(0);
  const retry = (): void => setAttempt((number) => number + 1);

  useEffect(() => {
    if (token === undefined) return;
    const ended = new AbortController();
    ask(token, OneEventDocument, { eventId }, ended.signal).then(
      (found) => {
        setEvent(found.event);
        setFailure(undefined);
      },
      (thrown: unknown) => {
        if (ended.signal.aborted) return;
        const failed = toFailure(thrown);
        if (failed.kind === 'unauthenticated') tokenRefused(token);
        else setFailure(failed);
      },
    );
    return () => ended.abort();
  }, [token, eventId, attempt, isLive]);

  useEffect(() => {
    const next = [event?.startAt, event?.endAt]
      .map((instant) => (instant === undefined ? 0 : Date.parse(instant)) - Date.now())
      .find((wait) => wait > 0 && wait < LONGEST_TIMEOUT_MS);
    if (next === undefined) return;
    const timer = setTimeout(retry, next + 1_000);
    return () => clearTimeout(timer);
  }, [event]);

  return { event, failure, retry };
}
