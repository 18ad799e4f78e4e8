import type { Clock } from '../../runtime/clock';
import type { FailureReason, PlatformHealth } from './platform';

/** Records whether a platform works: by several failures in a row, and for those who read it, so it is no fault log. */
export interface HealthRecord {
  readonly current: PlatformHealth;
  /** It answered. */
  succeeded(): void;
  /** A question failed. */
  failed(reason: FailureReason): void;
  /** It is known to fail, however many questions there were. */
  broke(reason: FailureReason): void;
  onChange(listener: (health: PlatformHealth) => void): () => void;
}

/** @param failuresUntilFailing how many questions in a row must fail before a platform counts as failing */
export function createHealthRecord(clock: Clock, failuresUntilFailing: number): HealthRecord {
  const listeners = new Set<(health: PlatformHealth) => void>();
  let current: PlatformHealth = { status: 'HEALTHY', since: clock.now() };
  let failuresInARow = 0;

  function become(next: PlatformHealth): void {
    current = next;
    for (const listener of listeners) listener(next);
  }

  function broke(reason: FailureReason): void {
    // A platform that fails in another way is no change, but a reader sees the present reason.
    if (current.status === 'FAILING') current = { ...current, reason };
    else become({ status: 'FAILING', since: clock.now(), reason });
  }

  return {
    get current() {
      return current;
    },
    broke,
    failed(reason) {
      failuresInARow += 1;
      if (failuresInARow >= failuresUntilFailing) broke(reason);
    },
    succeeded() {
      failuresInARow = 0;
      if (current.status === 'FAILING') become({ status: 'HEALTHY', since: clock.now() });
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
