/**
 * An async generator that can be returned while `next` waits. One that is written as a generator function is returned only
 * when its pending `next` has resolved, which may be never. graphql-ws wants all methods of a generator.
 *
 * @param finish ends it; calling it again has no effect
 */
export function returnable<Value>(
  next: () => Promise<IteratorResult<Value, void>>,
  finish: () => Promise<void>,
): AsyncGenerator<Value, void, undefined> {
  async function end(): Promise<IteratorReturnResult<void>> {
    await finish();
    return { done: true, value: undefined };
  }
  return {
    next,
    return: end,
    throw: end,
    [Symbol.asyncIterator]() {
      return this;
    },
    [Symbol.asyncDispose]: finish,
  };
}
