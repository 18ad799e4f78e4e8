import { AnalyticsError, type TypedDocument } from 'event-analytics-client';
import { useEffect, useState } from 'preact/hooks';
import { session, tokenRefused } from '../session/session';
import { ask, serviceFor } from './service';

/** What an operation has answered. */
export interface Asked<Result> {
  /** The last answer, also while it is asked again, and after it could not be had. */
  readonly answer: Result | undefined;
  readonly failure: AnalyticsError | undefined;
  readonly retry: () => void;
}

/**
 * Asks over HTTP, and again where something else is asked for, and after a failure that may pass.
 *
 * @param since changes when the answer may be another one
 */
export function useAsked<Result, Variables>(
  document: TypedDocument<Result, Variables>,
  variables: Variables,
  since = 0,
): Asked<Result> {
  const token = session.value?.token;
  const [answer, setAnswer] = useState<Result>();
  const [failure, setFailure] = useState<AnalyticsError>();
  const [attempt, setAttempt] = useState(0);
  const retry = (): void => setAttempt((number) => number + 1);

  useEffect(() => {
    if (token === undefined) return;
    const ended = new AbortController();
    let callOff: () => void = () => undefined;
    ask(token, document, variables, ended.signal).then(
      (given) => {
        setAnswer(() => given);
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
  }, [token, document, JSON.stringify(variables), attempt, since]);

  return { answer, failure, retry };
}
