import { createBusinessCalendar } from '../../../src/domain/calendar';
import { addDays, DAY_IN_MS, daysBetween, localDayOf, utcMidnight } from '../../../src/domain/days';
import type { Instant, LocalDay } from '../../../src/domain/values';

/** Far more than are kept at a time. */
const DAYS = 365 * 40;
const FIRST = Date.UTC(1960, 0, 1);

const written = (clock: number): string => new Date(clock).toISOString().slice(0, 10);

describe('days', () => {
  it('are the same whether they are met for the first time or again, and after others', () => {
    for (const within of [0, 1, DAY_IN_MS / 2, DAY_IN_MS - 1, 0])
      for (let place = 0; place < DAYS; place += within === 0 ? 1 : 97) {
        const midnight = FIRST + place * DAY_IN_MS;
        const day = localDayOf(midnight + within);
        if (day !== written(midnight)) throw new Error(`${midnight + within} is in ${day}.`);
        if (utcMidnight(day) !== midnight) throw new Error(`${day} begins at ${utcMidnight(day)}.`);
      }
  });

  it('can be read ahead of anything that has named them', () => {
    const day = '2093-03-01' as LocalDay;
    expect(addDays(day, -1)).toBe('2093-02-28');
    expect(daysBetween('2092-02-28' as LocalDay, day)).toBe(367);
  });

  it('are not made of what is none', () => {
    expect(utcMidnight('2026-02-31' as LocalDay)).toBe(Date.UTC(2026, 1, 31));
    expect(localDayOf(Date.UTC(2026, 2, 3))).toBe('2026-03-03');
    expect(utcMidnight('yesterday' as LocalDay)).toBeNaN();
    expect(() => localDayOf(NaN)).toThrow(RangeError);
    expect(() => localDayOf(NaN)).toThrow(RangeError);
  });
});

describe('hours of a day', () => {
  it('are those of a clock, before 1970 as well', () => {
    const calendar = createBusinessCalendar('UTC');
    for (let hour = -50; hour < 50; hour += 1)
      for (const within of [0, 1, 3_599_999]) {
        const instant = (hour * 3_600_000 + within) as Instant;
        expect(calendar.hourOfDay(instant)).toBe(new Date(instant).getUTCHours());
      }
  });
});
