import type { Instant } from '../../../src/domain/values';
import type { SetAlarm } from '../../../src/runtime/alarm';
import { type Clock, createSettableClock } from '../../../src/runtime/clock';

/** A clock that goes on when a test says so, and rings the alarms that are due by then. */
export interface SettableTime {
  readonly clock: Clock;
  readonly setAlarm: SetAlarm;
  advance(milliseconds: number): void;
}

export function createSettableTime(): SettableTime {
  const clock = createSettableClock(Date.now() as Instant);
  const alarms = new Set<{ readonly at: Instant; readonly ring: () => void }>();
  return {
    clock,
    setAlarm(at, ring) {
      const alarm = { at, ring };
      alarms.add(alarm);
      return () => void alarms.delete(alarm);
    },
    advance(milliseconds) {
      clock.advance(milliseconds);
      for (const alarm of [...alarms].sort((one, other) => one.at - other.at)) {
        // One that rings may cancel another.
        if (alarm.at <= clock.now() && alarms.delete(alarm)) alarm.ring();
      }
    },
  };
}
