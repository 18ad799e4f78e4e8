/** What a subscription hands on to: values, and how it ends. */
export interface ValueSink<Value> {
  next(value: Value): void;
  /** For good. */
  fail(error: unknown): void;
}

/**
 * The values of a subscription, each as soon as it has come. Of those that come while nobody asks, the latest wins. Each loop over
 * them subscribes anew.
 *
 * @param subscribe begins, and returns what ends it
 * @param signals each ends the loop without an error
 */
export function latestValues<Value>(
  subscribe: (sink: ValueSink<Value>) => () => void,
  signals: readonly AbortSignal[],
): AsyncIterable<Value> {
  return { [Symbol.asyncIterator]: () => iterate(subscribe, signals) };
}

async function* iterate<Value>(
  subscribe: (sink: ValueSink<Value>) => () => void,
  signals: readonly AbortSignal[],
): AsyncGenerator<Value, void, undefined> {
  const isAborted = (): boolean => signals.some(({ aborted }) => aborted);
  if (isAborted()) return;
  let waiting: { readonly value: Value } | undefined;
  let failure: { readonly error: unknown } | undefined;
  let wake = (): void => undefined;
  const onAbort = (): void => wake();
  for (const signal of signals) signal.addEventListener('abort', onAbort);
  const leave = subscribe({
    next(value) {
      waiting = { value };
      wake();
    },
    fail(error) {
      failure = { error };
      wake();
    },
  });
  try {
    for (;;) {
      if (isAborted()) return;
      if (waiting !== undefined) {
        const { value } = waiting;
        waiting = undefined;
        yield value;
      } else if (failure !== undefined) throw failure.error;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    for (const signal of signals) signal.removeEventListener('abort', onAbort);
    leave();
  }
}
