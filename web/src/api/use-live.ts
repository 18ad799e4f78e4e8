import { useEffect, useRef, useState } from 'preact/hooks';
import type { TypedDocumentString } from '../../generated/operations';
import { session, tokenRefused } from '../session/session';
import { ask } from './ask';
import { type Failure, toFailure, waitAfter } from './failure';
import { watch } from './live';
import { whenWorthRetrying } from './patience';

/** Something that is asked for, and kept current from then on. */
export interface Live<Value> {
  /** The newest that is known, also while a newer one is asked for, and after one could not be had. */
  readonly value: Value | undefined;
  readonly failure: Failure | undefined;
  readonly retry: () => void;
}

export interface LiveSource<Value, Variables> {
  readonly ask: TypedDocumentString<{ dashboard: Value }, Variables>;
  readonly watch: TypedDocumentString<{ dashboardUpdated: Value }, Variables>;
}

/**
 * One section of a dashboard: asked for over HTTP, which tells what is wrong when it cannot be had, then watched. Each
 * section is an operation of its own, so that one that fails takes none of the others with it.
 *
 * @param moment changes when figures may have changed by the clock alone, of which nothing tells
 */
export function useLive<Value, Variables extends Record<string, unknown>>(
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
    let leave: () => void = () => undefined;
    let callOff: () => void = () => undefined;

    async function open(held: string): Promise<void> {
      const { dashboard } = await ask(held, source.ask, variables, ended.signal);
      if (ended.signal.aborted) return;
      setState({ value: dashboard, failure: undefined });
      leave = watch(source.watch, variables, ({ dashboardUpdated }) =>
        setState({ value: dashboardUpdated, failure: undefined }),
      );
    }

    open(token).catch((thrown: unknown) => {
      if (ended.signal.aborted) return;
      const failure = toFailure(thrown);
      if (failure.kind === 'unauthenticated') return tokenRefused(token);
      setState(({ value }) => ({ value, failure }));
      callOff = whenWorthRetrying(waitAfter(failure), retry);
    });
    return () => {
      ended.abort();
      leave();
      callOff();
    };
  }, [token, source, JSON.stringify(variables), moment, attempt]);

  return { ...state, retry };
}
