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

/** The stores that the token names, as the service reads it: it alone knows in which claim they stand. */
export function useOwnStores(): OwnStores {
  const token = session.value?.token;
  const [storeIds, setStoreIds] = useState<readonly string[]>();
  const [failure, setFailure] = useState<AnalyticsError>();
  const [attempt, setAttempt] = useState(0);
  const retry = (): void => setAttempt((number) => number + 1);

  useEffect(() => {
    if (token === undefined) return;
    const ended = new AbortController();
    let callOff: () => void = () => undefined;
    ask(token, OwnStoresDocument, {}, ended.signal).then(
      ({ viewer }) => {
        setStoreIds(viewer.storeIds);
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
  }, [token, attempt]);

  return { storeIds, failure, retry };
}
