import type { Instant } from '../../../src/domain/values';
import { decidePoll } from '../../../src/workers/polling/schedule';

const at = (text: string): Instant => Date.parse(text) as Instant;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const event = { startAt: at('2025-10-15T00:00:00Z'), endAt: at('2025-10-22T00:00:00Z') };
const later = (instant: Instant, ms: number): Instant => (instant + ms) as Instant;

/** When an event is asked about from its end on, if it is examined whenever it is due. */
function askedAfterTheEnd(intervalMs: number): number[] {
  const sinceEnd: number[] = [];
  let askedAt: Instant | null = null;
  let now = event.endAt;
  for (;;) {
    const decision = decidePoll(event, askedAt, now, intervalMs);
    if (decision.kind === 'over') return sinceEnd;
    if (decision.kind === 'ask') {
      sinceEnd.push(now - event.endAt);
      askedAt = now;
      now = decision.next;
    } else now = decision.until;
  }
}

describe('when an event is asked about', () => {
  it('is not before its start', () => {
    const early = later(event.startAt, -1);
    expect(decidePoll(event, null, early, MINUTE_MS)).toEqual({ kind: 'wait', until: event.startAt });
  });

  it('is from its very start on, once in an interval', () => {
    const next = later(event.startAt, MINUTE_MS);
    expect(decidePoll(event, null, event.startAt, MINUTE_MS)).toEqual({ kind: 'ask', next });
    expect(decidePoll(event, event.startAt, later(next, -1), MINUTE_MS)).toEqual({
      kind: 'wait',
      until: next,
    });
    expect(decidePoll(event, event.startAt, next, MINUTE_MS)).toMatchObject({ kind: 'ask' });
  });

  it('is after its end in pauses that double up to a day, and after 30 days no more', () => {
    const asked = askedAfterTheEnd(HOUR_MS);
    const hours = asked.map((ms) => ms / HOUR_MS);
    expect(hours.slice(0, 8)).toEqual([0, 1, 2, 4, 8, 16, 32, 56]);
    const pauses = hours.slice(7).map((hour, place) => hour - hours[place + 6]!);
    expect(new Set(pauses)).toEqual(new Set([24]));
    expect(asked.at(-1)).toBeLessThanOrEqual(30 * DAY_MS);
    expect(asked.at(-1)).toBeGreaterThan(29 * DAY_MS);
  });

  it('is never more often than the interval, however long that is', () => {
    const asked = askedAfterTheEnd(10 * DAY_MS);
    expect(asked.map((ms) => ms / DAY_MS)).toEqual([0, 10, 20, 30]);
  });
});
