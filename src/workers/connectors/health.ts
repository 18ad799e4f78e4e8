import type { Clock } from '../../runtime/clock';
import type { FailureReason, PlatformHealth } from './platform';

/** Keeps account of whether a platform does its work. */
export interface HealthRecord {
  readonly current: PlatformHealth;
  /** It answered. */
  succeeded(): void;
  /** A question was asked in vain. */
  failed(reason: FailureReason): void;
  /** It is known to fail, however many questions there were. */
  broke(reason: FailureReason): void;
  onChange(listener: (health: PlatformHealth) => void): () => void;
}

/** @param failuresThatTell how many questions in a row must be asked in vain before a platform counts as failing */
export function createHealthRecord(clock: Clock, failuresThatTell: number): HealthRecord {
  const listeners = new Set<(health: PlatformHealth) => void>();
  let current: PlatformHealth = { status: 'HEALTHY', since: clock.now() };
  let inVain = 0;

  function become(next: PlatformHealth): void {
    current = next;
    for (const listener of listeners) listener(next);
  }

  function broke(reason: FailureReason): void {
    // A platform that fails in another way is no change, but whoever looks sees the present reason.
    if (current.status === 'FAILING') current = { ...current, reason };
    else become({ status: 'FAILING', since: clock.now(), reason });
  }

  return {
    get current() {
      return current;
    },
    broke,
    failed(reason) {
      inVain += 1;
      if (inVain >= failuresThatTell) broke(reason);
    },
    succeeded() {
      inVain = 0;
      if (current.status === 'FAILING') become({ status: 'HEALTHY', since: clock.now() });
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
