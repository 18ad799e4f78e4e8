import fc from 'fast-check';
import { DateTime } from 'luxon';
import { createBusinessCalendar } from '../../../src/domain/calendar';
import { addDays, daysBetween } from '../../../src/domain/days';
import type { Instant } from '../../../src/domain/values';
import { at, day } from './facts-of';
import { seeded } from '../../harness/seeded';

const HOUR = 3_600_000;
const iso = (instant: number) => new Date(instant).toISOString();

describe('a business calendar', () => {
  const seoul = createBusinessCalendar('Asia/Seoul');
  const newYork = createBusinessCalendar('America/New_York');

  it('begins the day when the clocks of the zone say midnight', () => {
    expect(iso(seoul.startOfToday(at('2025-10-22T14:59:59.999Z')))).toBe('2025-10-21T15:00:00.000Z');
    expect(iso(seoul.startOfToday(at('2025-10-22T15:00:00Z')))).toBe('2025-10-22T15:00:00.000Z');
    expect(seoul.dayOf(at('2025-10-22T14:59:59.999Z'))).toBe('2025-10-22');
    expect(seoul.dayOf(at('2025-10-22T15:00:00Z'))).toBe('2025-10-23');
  });

  it('knows the hour that the clocks show', () => {
    expect(seoul.hourOfDay(at('2025-10-22T15:59:59Z'))).toBe(0);
    expect(seoul.hourOfDay(at('2025-10-22T14:00:00Z'))).toBe(23);
  });

  it.each([
    ['2025-03-09', 23],
    ['2025-11-02', 25],
    ['2025-11-03', 24],
    ['2075-11-03', 25],
  ])('gives %s in New York %i hours', (text, hours) => {
    const length = newYork.startOf(addDays(day(text), 1)) - newYork.startOf(day(text));
    expect(length / HOUR).toBe(hours);
  });

  it('shows the repeated hour twice and the skipped one not at all', () => {
    const hoursOf = (from: string, count: number) =>
      Array.from({ length: count }, (_, hour) => newYork.hourOfDay((at(from) + hour * HOUR) as Instant));
    expect(hoursOf('2025-11-02T04:00:00Z', 4)).toEqual([0, 1, 1, 2]);
    expect(hoursOf('2025-03-09T05:00:00Z', 4)).toEqual([0, 1, 3, 4]);
  });

  it('begins a day whose midnight is skipped at one o’clock', () => {
    const saoPaulo = createBusinessCalendar('America/Sao_Paulo');
    expect(iso(saoPaulo.startOf(day('2018-11-04')))).toBe('2018-11-04T03:00:00.000Z');
    expect(saoPaulo.hourOfDay(saoPaulo.startOf(day('2018-11-04')))).toBe(1);
  });

  it('gives a day that the zone left out no time at all', () => {
    const apia = createBusinessCalendar('Pacific/Apia');
    expect(apia.startOf(day('2011-12-30'))).toBe(apia.startOf(day('2011-12-31')));
    expect(apia.dayOf((apia.startOf(day('2011-12-31')) - 1) as Instant)).toBe('2011-12-29');
  });

  it('takes an hour in which the clocks change at one minute past for what most of it is', () => {
    // At 00:01 of November 7 the clocks went back to 23:01 of November 6.
    const gooseBay = createBusinessCalendar('America/Goose_Bay');
    expect(gooseBay.hourOfDay(at('2010-11-07T03:00:00Z'))).toBe(23);
    expect(gooseBay.dayOf(at('2010-11-07T03:30:00Z'))).toBe('2010-11-06');
    expect(iso(gooseBay.startOf(day('2010-11-07')))).toBe('2010-11-07T04:00:00.000Z');
  });

  it('reaches beyond the years it knows with the offset that it knows last', () => {
    expect(seoul.dayOf(at('1999-01-01T00:00:00Z'))).toBe('1999-01-01');
    expect(iso(seoul.startOf(day('2150-01-01')))).toBe('2149-12-31T15:00:00.000Z');
  });

  it.each([
    'UTC',
    'Asia/Seoul',
    'America/New_York',
    'America/Sao_Paulo',
    'Europe/Dublin',
    'Africa/Casablanca',
  ])('agrees with the time zone database in %s at any instant', (zone) => {
    const calendar = createBusinessCalendar(zone);
    const instants = fc.integer({ min: at('2000-01-01T00:00:00Z'), max: at('2100-12-31T23:59:59Z') });
    fc.assert(
      fc.property(instants, (instant) => {
        const expected = DateTime.fromMillis(instant, { zone });
        expect(calendar.dayOf(instant as Instant)).toBe(expected.toISODate());
        expect(calendar.hourOfDay(instant as Instant)).toBe(expected.hour);
        expect(calendar.startOfToday(instant as Instant)).toBe(expected.startOf('day').toMillis());
      }),
      seeded(),
    );
  });

  it.each(['Asia/Nowhere', '', 'local', 'system', '+09:30'])(
    'refuses %j, which is no zone it can use',
    (zone) => {
      expect(() => createBusinessCalendar(zone)).toThrow(Error);
    },
  );

  it('says that a zone is unknown', () => {
    expect(() => createBusinessCalendar('Asia/Nowhere')).toThrow('Unknown time zone: "Asia/Nowhere"');
  });

  it.each(['Asia/Kolkata', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Asia/Pyongyang', 'America/Caracas'])(
    'refuses %s, which is or once was not whole hours from UTC',
    (zone) => {
      expect(() => createBusinessCalendar(zone)).toThrow('not a whole number of hours');
    },
  );
});

describe('days', () => {
  it('are added over the ends of months and years', () => {
    expect(addDays(day('2024-02-28'), 1)).toBe('2024-02-29');
    expect(addDays(day('2000-01-03'), -7)).toBe('1999-12-27');
    expect(daysBetween(day('2024-12-31'), day('2025-01-02'))).toBe(2);
    expect(daysBetween(day('2025-01-02'), day('2024-12-31'))).toBe(-2);
  });
});
