import { LRUCache } from 'lru-cache';
import type { Clock } from '../runtime/clock';
import type { RateState } from './rate';
import type { Instant } from '../domain/values';

/** The text of valid tokens that have exceeded their rate: they need not be verified until they may ask again. */
export interface RateRefusals {
  /** @returns the state of the token's rate; undefined when the token has to be verified */
  find(token: string): RateState | undefined;
  /** @param expiresAt when the token expires: from then on it has to be refused for that */
  add(token: string, state: RateState, expiresAt: Instant): void;
}

interface Refusal {
  /** By `performance.now()`, as the window is a length of time. */
  readonly until: number;
  readonly expiresAt: Instant;
}

/** Some thousand usual tokens. An evicted one is verified again. */
const KEPT_BYTES = 4 * 1_024 * 1_024;
/** The approximate memory of an entry beside its text. */
const ENTRY_BYTES = 200;

export function createRateRefusals(clock: Clock): RateRefusals {
  const refusals = new LRUCache<string, Refusal>({
    maxSize: KEPT_BYTES,
    sizeCalculation: (_refusal, { length }) => length + ENTRY_BYTES,
  });
  return {
    find(token) {
      const refusal = refusals.get(token);
      if (refusal === undefined) return undefined;
      const resetMs = refusal.until - performance.now();
      if (resetMs > 0 && clock.now() < refusal.expiresAt) return stateOf(resetMs);
      refusals.delete(token);
      return undefined;
    },
    add(token, { resetMs }, expiresAt) {
      refusals.set(copyOf(token), { until: performance.now() + resetMs, expiresAt });
    },
  };
}

/** A substring keeps the whole header in memory, which may be much larger. */
const copyOf = (text: string): string => Buffer.from(text, 'latin1').toString('latin1');

const stateOf = (resetMs: number): RateState => ({ isAllowed: false, remaining: 0, resetMs });
