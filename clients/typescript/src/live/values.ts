/** What a subscription hands on to: values, and how it ends. */
export interface ValueSink<Value> {
  next(value: Value): void;
  /** For good. */
  fail(error: unknown): void;
}

/** Begins, and returns what ends it. */
export type Subscribe<Value> = (sink: ValueSink<Value>) => () => void;

/** Is told what ends a loop, and calls it when there is a reason to, at once if there is one. Returns what forgets it. */
export type EndWhen = (end: () => void) => () => void;

/**
 * The values of a subscription, each as soon as it has come. Of those that come while nobody asks, the latest wins. Each loop over
 * them subscribes anew, and ends without an error for the reasons of `endWhen`.
 */
export function latestValues<Value>(subscribe: Subscribe<Value>, endWhen: EndWhen): AsyncIterable<Value> {
  return { [Symbol.asyncIterator]: () => iterate(subscribe, endWhen) };
}

/** Who waits for a value. */
interface Waiter<Value> {
  resolve(result: IteratorResult<Value, undefined>): void;
  reject(error: unknown): void;
}

const OVER = { done: true, value: undefined } as const;

/**
 * No generator: that one would hear of its end when somebody asks for the next value, and not at all of `return()` while
 * somebody waits for one.
 */
function iterate<Value>(
  subscribe: Subscribe<Value>,
  endWhen: EndWhen,
): AsyncIterableIterator<Value, undefined> {
  const waiters: Waiter<Value>[] = [];
  /** What has been begun, and is undone once. */
  const undoing: (() => void)[] = [];
  let latest: { readonly value: Value } | undefined;
  let failure: { readonly error: unknown } | undefined;
  let hasBegun = false;
  let isOver = false;
  const hasEnded = (): boolean => isOver || failure !== undefined;

  function begin(): void {
    hasBegun = true;
    try {
      undoing.push(endWhen(end));
      if (!isOver) undoing.push(subscribe({ next, fail }));
    } catch (error) {
      fail(error);
    }
    if (hasEnded()) undo();
  }

  function next(value: Value): void {
    if (hasEnded()) return;
    latest = { value };
    answer();
  }

  function fail(error: unknown): void {
    if (hasEnded()) return;
    failure = { error };
    undo();
    answer();
  }

  function end(): void {
    isOver = true;
    latest = undefined;
    failure = undefined;
    undo();
    answer();
  }

  function undo(): void {
    for (const step of undoing.splice(0)) step();
  }

  function answer(): void {
    while (latest !== undefined || hasEnded()) {
      const waiter = waiters.shift();
      if (waiter === undefined) return;
      if (latest !== undefined) {
        waiter.resolve({ done: false, value: latest.value });
        latest = undefined;
      } else if (failure !== undefined) {
        waiter.reject(failure.error);
        end();
      } else waiter.resolve(OVER);
    }
  }

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      return new Promise((resolve, reject) => {
        waiters.push({ resolve, reject });
        if (!hasBegun) begin();
        answer();
      });
    },
    return() {
      end();
      return Promise.resolve(OVER);
    },
    throw(error) {
      end();
      return Promise.reject(error as Error);
    },
  };
}
