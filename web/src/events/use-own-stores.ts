import { AnalyticsError } from 'event-analytics-client';
import { useEffect, useState } from 'preact/hooks';
import { OwnStoresDocument } from '../../generated/operations';
import { ask, serviceFor } from '../api/service';
import { session, tokenRefused } from '../session/session';

export interface OwnStores {
  /** Undefined until the service has said. */
  readonly storeIds: readonly string[] | undefined;
  readonly failure: AnalyticsError | undefined;
  readonly retry: () => void;
}

interface Answer extends Pick<OwnStores, 'storeIds' | 'failure'> {
  /** For which it is. */
  readonly token: string;
}

/** The stores that the token names, as the service reads it: it alone knows in which claim they stand. */
export function useOwnStores(): OwnStores {
  const token = session.value?.token;
  const [answer, setAnswer] = useState<Answer>();
  const [attempt, setAttempt] = useState(0);
  const retry = (): void => setAttempt((number) => number + 1);

  useEffect(() => {
    if (token === undefined) return;
    const ended = new AbortController();
    let callOff: () => void = () => undefined;
    ask(token, OwnStoresDocument, {}, ended.signal).then(
      ({ viewer }) => {
        setAnswer({ token, storeIds: viewer.storeIds, failure: undefined });
      },
      (thrown: unknown) => {
        if (ended.signal.aborted) return;
        const failed = AnalyticsError.of(thrown);
        if (failed.kind === 'unauthenticated') return tokenRefused(token);
        setAnswer((last) => ({ token, storeIds: storesFor(token, last), failure: failed }));
        if (failed.isTemporary) callOff = serviceFor(token).whenWorthRetrying(failed.waitMs(), retry);
      },
    );
    return () => {
      ended.abort();
      callOff();
    };
  }, [token, attempt]);

  const failure = answer?.token === token ? answer?.failure : undefined;
  return { storeIds: storesFor(token, answer), failure, retry };
}

/** Those of the last token may be another person's. */
const storesFor = (token: string | undefined, answer: Answer | undefined): readonly string[] | undefined =>
  answer?.token === token ? answer?.storeIds : undefined;
