/** Remembers whether one holder, a token or a store, has been the only one to ask for a while. */
export interface LoneHolder {
  asks(holder: string): void;
  isAlone(): boolean;
}

/** A holder that has not asked for so long, in milliseconds, counts as gone. */
const GONE_AFTER_MS = 1_000;

/** @param elapsed milliseconds on a clock that never goes back */
export function createLoneHolder(elapsed: () => number): LoneHolder {
  let last: string | undefined;
  let since = 0;
  return {
    asks(holder) {
      if (holder === last) return;
      last = holder;
      since = elapsed();
    },
    isAlone: () => elapsed() - since >= GONE_AFTER_MS,
  };
}
