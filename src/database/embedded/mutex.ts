/** Lets callers through one at a time, in the order in which they asked. */
export interface Mutex {
  /** Resolves when the caller holds the mutex. @returns releases it */
  acquire(): Promise<() => void>;
}

export function createMutex(): Mutex {
  let last: Promise<void> = Promise.resolve();
  return {
    async acquire() {
      const before = last;
      let release: () => void = () => undefined;
      last = new Promise((resolve) => {
        release = resolve;
      });
      await before;
      return release;
    },
  };
}
