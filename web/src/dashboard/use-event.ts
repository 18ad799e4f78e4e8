import { AnalyticsError } from 'event-analytics-client';
import { useEffect, useState } from 'preact/hooks';
import { OneEventDocument, type OneEventQuery } from '../../generated/operations';
import { ask, reconnections, serviceFor } from '../api/service';
import { useChangesByClock } from '../api/use-changes-by-clock';
import { changesAt } from '../events/status';
import { session, tokenRefused } from '../session/session';

export type EventDetails = OneEventQuery['event'];

export interface FoundEvent {
  readonly event: EventDetails | undefined;
  readonly failure: AnalyticsError | undefined;
  readonly retry: () => void;
}

/** The event itself; asked for again when it begins and when it ends, and when the connection is back. */
export function useEvent(eventId: string): FoundEvent {
  const token = session.value?.token;
  const connections = reconnections.value;
  const [event, setEvent] = useState<EventDetails>();
  const [failure, setFailure] = useState<AnalyticsError>();
  const [attempt, setAttempt] = useState(0);
  const retry = (): void => setAttempt((number) => number + 1);

  useEffect(() => {
    if (token === undefined) return;
    const ended = new AbortController();
    let callOff: () => void = () => undefined;
    ask(token, OneEventDocument, { eventId }, ended.signal).then(
      (found) => {
        setEvent(found.event);
        setFailure(undefined);
      },
      (thrown: unknown) => {
        if (ended.signal.aborted) return;
        const failed = AnalyticsError.of(thrown);
        if (failed.kind === 'unauthenticated') return tokenRefused(token);
        setFailure(failed);
        if (failed.isTemporary) callOff = serviceFor(token).whenWorthRetrying(failed.waitMs(), retry);
      },
    );
    return () => {
      ended.abort();
      callOff();
    };
  }, [token, eventId, attempt, connections]);

  useChangesByClock(event && changesAt(event), event, retry);

  return { event, failure, retry };
}
