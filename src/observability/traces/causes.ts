import type { Traceparent } from './span';

/** What brings a piece of work about, gathered until the work begins. */
export interface Causes {
  /** Has no effect for undefined, and beyond MOST_CAUSES. */
  add(cause: Traceparent | undefined): void;
  /** All that were added since. */
  take(): readonly Traceparent[];
}

/** So many are linked to one span. */
export const MOST_CAUSES = 32;

const NONE: readonly Traceparent[] = [];

export function createCauses(): Causes {
  let causes: Set<Traceparent> | undefined;
  return {
    add(cause) {
      if (cause === undefined) return;
      causes ??= new Set();
      if (causes.size < MOST_CAUSES) causes.add(cause);
    },
    take() {
      if (causes === undefined) return NONE;
      const taken = [...causes];
      causes = undefined;
      return taken;
    },
  };
}
