/**
 * An async generator that yields nothing and ends when it is returned: what keeps a subscription open whose values
 * take another way.
 */
export function untilReturned(onReturn: () => void): AsyncGenerator<never, void, undefined> {
  let end: (result: IteratorReturnResult<undefined>) => void = () => undefined;
  const over = new Promise<IteratorReturnResult<undefined>>((resolve) => {
    end = resolve;
  });
  let isOver = false;
  const finish = (): Promise<IteratorReturnResult<undefined>> => {
    if (!isOver) onReturn();
    isOver = true;
    end({ done: true, value: undefined });
    return over;
  };
  return {
    next: () => over,
    return: finish,
    throw: finish,
    [Symbol.asyncIterator]() {
      return this;
    },
    [Symbol.asyncDispose]: async () => {
      await finish();
    },
  };
}
