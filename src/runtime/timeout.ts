const LATE = Symbol('late');

/**
 * The result of the promise, or what `onLate` returns or throws when it has not settled in time. It goes on then, and its
 * failure is ignored. The timer keeps the process alive, since the caller waits for the outcome.
 *
 * @param limitMs from now on; what is negative counts as 0
 */
export async function within<T, Late>(
  limitMs: number,
  promise: Promise<T>,
  onLate: () => Late | Promise<Late>,
): Promise<T | Late> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof LATE>((resolve) => {
    // One phase of the event loop later: after a pause of the whole process the answer may be there without having been read.
    timer = setTimeout(() => setImmediate(resolve, LATE), Math.max(0, limitMs));
  });
  try {
    const outcome = await Promise.race([promise, late]);
    return outcome === LATE ? await onLate() : outcome;
  } finally {
    clearTimeout(timer);
  }
}

/** Whether a promise is fulfilled or rejected before so many milliseconds have passed. Never rejects. */
export function settlesWithin(limitMs: number, promise: Promise<unknown>): Promise<boolean> {
  const settled = promise.then(
    () => true,
    () => true,
  );
  return within(limitMs, settled, () => false);
}
