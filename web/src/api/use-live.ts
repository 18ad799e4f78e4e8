import { AnalyticsError, type OperationVariables, type TypedDocument } from 'event-analytics-client';
import { useEffect, useRef, useState } from 'preact/hooks';
import { session, tokenRefused } from '../session/session';
import { follow } from './live';
import { ask, serviceFor } from './service';

/** Something that is asked for, and kept current from then on. */
export interface Live<Value> {
  /** The newest that is known, also while a newer one is asked for, and after one could not be had. */
  readonly value: Value | undefined;
  readonly failure: AnalyticsError | undefined;
  readonly retry: () => void;
}

export interface LiveSource<Value, Variables> {
  readonly ask: TypedDocument<{ dashboard: Value }, Variables>;
  readonly watch: TypedDocument<{ dashboardUpdated: Value }, Variables>;
}

/**
 * One section of a dashboard: asked for over HTTP, which tells what is wrong when it cannot be had, then watched. Each
 * section is an operation of its own, so that one that fails takes none of the others with it.
 *
 * @param moment changes when figures may have changed by the clock alone, of which nothing tells
 */
export function useLive<Value, Variables extends OperationVariables>(
  source: LiveSource<Value, Variables>,
  variables: Variables,
  moment: number,
): Live<Value> {
  const token = session.value?.token;
  const [state, setState] = useState<Pick<Live<Value>, 'value' | 'failure'>>({
    value: undefined,
    failure: undefined,
  });
  const [attempt, setAttempt] = useState(0);
  const retry = useRef(() => setAttempt((number) => number + 1)).current;

  useEffect(() => {
    if (token === undefined) return;
    const ended = new AbortController();
    let callOff: () => void = () => undefined;

    async function open(held: string): Promise<void> {
      const { dashboard } = await ask(held, source.ask, variables, ended.signal);
      if (ended.signal.aborted) return;
      setState({ value: dashboard, failure: undefined });
      const changes = serviceFor(held).live.watch(source.watch, variables, ended);
      await follow(
        changes,
        ({ dashboardUpdated }) => setState({ value: dashboardUpdated, failure: undefined }),
        (failure) => fail(held, failure),
      );
    }

    function fail(held: string, failure: AnalyticsError): void {
      if (failure.kind === 'unauthenticated') return tokenRefused(held);
      setState(({ value }) => ({ value, failure }));
      callOff = serviceFor(held).whenWorthRetrying(failure.waitMs(), retry);
    }

    open(token).catch((thrown: unknown) => {
      if (!ended.signal.aborted) fail(token, AnalyticsError.of(thrown));
    });
    return () => {
      ended.abort();
      callOff();
    };
  }, [token, source, JSON.stringify(variables), moment, attempt]);

  return { ...state, retry };
}
