import { LRUCache } from 'lru-cache';
import type { Clock } from '../runtime/clock';
import type { RateState } from './rate';
import type { Instant } from '../domain/values';

/**
 * Tokens that were valid and have asked too often, by their text: until they may ask again there is nothing to be found
 * out about them.
 */
export interface RateRefusals {
  /** @returns how it stands with the rate of who sends this; undefined for whom it has to be found out */
  find(token: string): RateState | undefined;
  /** @param expiresAt when the token ends: from then on it is to be told that */
  add(token: string, state: RateState, expiresAt: Instant): void;
}

interface Refusal {
  /** By `performance.now()`, as the window is a length of time. */
  readonly until: number;
  readonly expiresAt: Instant;
}

/** Of some thousand tokens as they usually are. Whoever is forgotten is looked at as before. */
const KEPT_BYTES = 4 * 1_024 * 1_024;
/** What an entry takes beside its text, about. */
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

/** A part of a header keeps all of it in memory, which may be much more. */
const copyOf = (text: string): string => Buffer.from(text, 'latin1').toString('latin1');

const stateOf = (resetMs: number): RateState => ({ isAllowed: false, remaining: 0, resetMs });
