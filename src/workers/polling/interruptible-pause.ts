/** A pause that can be ended early. One at a time. */
export interface InterruptiblePause {
  /** Resolves when the time is over or the pause is interrupted. An interrupt between two pauses ends the next one. */
  wait(ms: number): Promise<void>;
  interrupt(): void;
}

export function createInterruptiblePause(): InterruptiblePause {
  let isInterrupted = false;
  let end: (() => void) | undefined;
  return {
    async wait(ms) {
      if (!isInterrupted) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          end = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      isInterrupted = false;
      end = undefined;
    },
    interrupt() {
      isInterrupted = true;
      end?.();
    },
  };
}
