/** A stream that holds one value: a reader who is slower than its writer gets the latest, and misses those between. */
export interface Latest<Value> {
  put(value: Value): void;
  /** Ends the stream once what was put last has been read. */
  end(): void;
  readonly stream: AsyncGenerator<Value, void, undefined>;
}

/**
 * @param onReturn called once, when the reader leaves or the stream has ended
 * @param untilReady what comes meanwhile replaces the value that waits
 */
export function createLatest<Value>(onReturn: () => void, untilReady: () => Promise<void>): Latest<Value> {
  let waiting: { readonly value: Value } | undefined;
  let isOver = false;
  let wake: () => void = () => undefined;

  async function* read(): AsyncGenerator<Value, void, undefined> {
    for (;;) {
      await untilReady();
      if (waiting !== undefined) {
        const { value } = waiting;
        waiting = undefined;
        yield value;
      } else if (isOver) return;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  }

  const values = read();
  const finish = async (): Promise<IteratorReturnResult<void>> => {
    if (!isOver) onReturn();
    isOver = true;
    waiting = undefined;
    // A generator that is waiting for a value cannot be returned before it wakes up.
    wake();
    await values.return();
    return { done: true, value: undefined };
  };

  return {
    put(value) {
      if (isOver) return;
      waiting = { value };
      wake();
    },
    end() {
      if (!isOver) onReturn();
      isOver = true;
      wake();
    },
    stream: {
      next: () => values.next(),
      return: finish,
      throw: finish,
      [Symbol.asyncIterator]() {
        return this;
      },
      [Symbol.asyncDispose]: async () => {
        await finish();
      },
    },
  };
}
