import { createAlarm } from '../../../src/runtime/alarm';
import { createSettableClock } from '../../../src/runtime/clock';
import type { Instant } from '../../../src/domain/values';

const NOON = Date.parse('2025-10-20T12:00:00Z') as Instant;
const HOUR_MS = 3_600_000;
const after = (milliseconds: number) => (NOON + milliseconds) as Instant;

describe('an alarm', () => {
  const clock = createSettableClock(NOON);
  const rung: string[] = [];
  beforeEach(() => {
    jest.useFakeTimers();
    clock.set(NOON);
    rung.length = 0;
  });
  afterEach(() => jest.useRealTimers());

  /** Time as it passes: the clock and the timers together. */
  function pass(milliseconds: number): void {
    for (let passed = 0; passed < milliseconds; passed += 1_000) {
      clock.advance(1_000);
      jest.advanceTimersByTime(1_000);
    }
  }

  it('rings when its instant has come, and once', () => {
    createAlarm(clock)(after(HOUR_MS), () => rung.push('ring'));
    pass(HOUR_MS - 1_000);
    expect(rung).toEqual([]);
    pass(HOUR_MS);
    expect(rung).toEqual(['ring']);
  });

  it('rings within a minute where the clock has been set, or the machine has slept', () => {
    createAlarm(clock)(after(HOUR_MS), () => rung.push('ring'));
    clock.set(after(2 * HOUR_MS));
    pass(61_000);
    expect(rung).toEqual(['ring']);
  });

  it('does not ring once it is cancelled', () => {
    const cancel = createAlarm(clock)(after(HOUR_MS), () => rung.push('ring'));
    pass(HOUR_MS / 2);
    cancel();
    pass(HOUR_MS);
    expect(rung).toEqual([]);
  });
});
