/** A rest that can be ended early. One at a time. */
export interface Waker {
  /** Resolves when the time is over, or before that when somebody wakes. A call for nobody is kept for the next rest. */
  sleep(ms: number): Promise<void>;
  wake(): void;
}

export function createWaker(): Waker {
  let isCalled = false;
  let end: (() => void) | undefined;
  return {
    async sleep(ms) {
      if (!isCalled) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          end = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      isCalled = false;
      end = undefined;
    },
    wake() {
      isCalled = true;
      end?.();
    },
  };
}
