import type { Instant } from '../domain/values';
import type { Clock } from './clock';

/** Calls once, when the instant has come. @returns cancels it */
export type SetAlarm = (at: Instant, ring: () => void) => () => void;

/** After so long the clock is looked at again: it may have been set, or the machine may have slept, and timers know of neither. */
const MAX_TIMER_MS = 60_000;

/** By timers, which keep no process alive. */
export function createAlarm(clock: Clock): SetAlarm {
  return (at, ring) => {
    let timer: NodeJS.Timeout;
    const wait = (): void => {
      const left = at - clock.now();
      timer = setTimeout(left > MAX_TIMER_MS ? wait : ring, Math.min(left, MAX_TIMER_MS)).unref();
    };
    wait();
    return () => clearTimeout(timer);
  };
}
