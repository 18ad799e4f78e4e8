import { AnalyticsError, type TypedDocument } from 'event-analytics-client';
import { useEffect, useState } from 'preact/hooks';
import { session, tokenRefused } from '../session/session';
import { ask, serviceFor } from './service';
import type { Live } from './use-live';

/** Something that is asked for again and again. */
export interface Polled<Result> extends Live<Result> {
  /** An answer of up to a minute before the last one, and older than it: what has happened since is their difference. */
  readonly earlier: Result | undefined;
}

/** For so long an answer is kept that newer ones are compared with. */
const KEPT_MS = 60_000;

interface Answer<Result> {
  readonly result: Result;
  /** When it came, by `performance.now()`. */
  readonly at: number;
}

interface State<Result> {
  readonly answers: readonly Answer<Result>[];
  readonly failure: AnalyticsError | undefined;
}

/**
 * Asks again and again while the page is looked at; after a failure when asking is worth it again, and never after a refusal.
 *
 * @param everyMs from one answer to the next question
 */
export function usePolled<Result, Variables>(
  operation: TypedDocument<Result, Variables>,
  variables: Variables,
  everyMs: number,
): Polled<Result> {
  const token = session.value?.token;
  const [state, setState] = useState<State<Result>>({ answers: [], failure: undefined });
  const [attempt, setAttempt] = useState(0);
  const retry = (): void => setAttempt((number) => number + 1);

  useEffect(() => {
    if (token === undefined) return;
    const ended = new AbortController();
    let callOff: () => void = () => undefined;
    const again = (): void => void round(token);

    async function round(held: string): Promise<void> {
      try {
        const answer = await ask(held, operation, variables, ended.signal);
        if (ended.signal.aborted) return;
        setState(({ answers }) => ({ answers: withNewest(answers, answer), failure: undefined }));
        callOff = laterWhenSeen(everyMs, again);
      } catch (thrown) {
        if (!ended.signal.aborted) fail(held, AnalyticsError.of(thrown));
      }
    }

    function fail(held: string, failure: AnalyticsError): void {
      if (failure.kind === 'unauthenticated') return tokenRefused(held);
      setState(({ answers }) => ({ answers: failure.isTemporary ? answers : [], failure }));
      if (!failure.isTemporary) return;
      const isTold = failure.retryAfterMs !== undefined;
      const waitMs = isTold ? failure.waitMs() : everyMs;
      callOff = serviceFor(held).whenWorthRetrying(waitMs, () => (callOff = laterWhenSeen(0, again)));
    }

    again();
    return () => {
      ended.abort();
      callOff();
    };
  }, [token, operation, JSON.stringify(variables), everyMs, attempt]);

  const { answers, failure } = state;
  const value = answers.at(-1)?.result;
  return { value, failure, retry, earlier: answers.length > 1 ? answers[0]?.result : undefined };
}

/** Nobody may have looked for hours: what was known then is nothing to compare with. */
function withNewest<Result>(answers: readonly Answer<Result>[], result: Result): readonly Answer<Result>[] {
  // Which goes on while a machine sleeps, as performance.now() may not.
  const at = Date.now();
  return [...answers.filter((each) => at - each.at <= KEPT_MS), { result, at }];
}

/** After a time, and not before somebody looks at the page. @returns calls it off */
function laterWhenSeen(ms: number, run: () => void): () => void {
  const timer = setTimeout(due, ms);
  function due(): void {
    if (document.hidden) document.addEventListener('visibilitychange', seen);
    else run();
  }
  function seen(): void {
    if (document.hidden) return;
    callOff();
    run();
  }
  function callOff(): void {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', seen);
  }
  return callOff;
}
