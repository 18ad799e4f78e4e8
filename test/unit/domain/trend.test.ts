import fc from 'fast-check';
import { createBusinessCalendar } from '../../../src/domain/calendar';
import type { HourFacts } from '../../../src/domain/facts';
import { defaultTimeUnit, participationTrend } from '../../../src/domain/trend';
import { formatInstant } from '../../../src/domain/instants';
import type { ParticipationTrend } from '../../../src/schema/participation-trend';
import type { Instant } from '../../../src/domain/values';
import { at, count, eventFacts, hourFacts, utc } from './facts-of';
import { seeded } from '../../harness/seeded';

const newYork = createBusinessCalendar('America/New_York');
const lasting = (startAt: string, endAt: string) => eventFacts({ startAt: at(startAt), endAt: at(endAt) });
const pointsOf = ({ dataPoints }: ParticipationTrend) =>
  dataPoints.map(({ timestamp, participantCount }) => [formatInstant(timestamp), participantCount]);

describe('the time unit', () => {
  it('is HOURLY up to 48 hours, DAILY past them', () => {
    expect(defaultTimeUnit(lasting('2025-10-15T09:00:00Z', '2025-10-17T09:00:00Z'))).toBe('HOURLY');
    expect(defaultTimeUnit(lasting('2025-10-15T09:00:00Z', '2025-10-17T09:00:00.001Z'))).toBe('DAILY');
  });

  it('is what was asked for, when something was', () => {
    const event = lasting('2025-10-15T09:00:00Z', '2025-10-25T09:00:00Z');
    expect(participationTrend(event, [], utc, at('2025-10-16T00:00:00Z'), 'HOURLY').timeUnit).toBe('HOURLY');
  });
});

describe('the points of a trend', () => {
  const event = lasting('2025-10-15T10:30:00Z', '2025-10-15T14:00:00Z');

  it('are none, and there is no peak, while there is no participant', () => {
    expect(participationTrend(event, [], utc, at('2025-10-15T12:00:00Z'))).toEqual({
      timeUnit: 'HOURLY',
      dataPoints: [],
      peakTime: null,
    });
  });

  it('go without gaps from the start to now and add up, whatever the order of the hours', () => {
    const hours = [hourFacts('2025-10-15T12:00:00Z', 5), hourFacts('2025-10-15T11:00:00Z', 2)];
    expect(pointsOf(participationTrend(event, hours, utc, at('2025-10-15T13:00:00.001Z')))).toEqual([
      ['2025-10-15T10:00:00Z', 0],
      ['2025-10-15T11:00:00Z', 2],
      ['2025-10-15T12:00:00Z', 7],
      ['2025-10-15T13:00:00Z', 7],
    ]);
  });

  it('leave out the bucket that begins just now, and the one that begins at the end', () => {
    const hours = [hourFacts('2025-10-15T11:00:00Z', 2)];
    const lastAt = (now: string) => pointsOf(participationTrend(event, hours, utc, at(now))).at(-1)?.[0];
    expect(lastAt('2025-10-15T13:00:00Z')).toBe('2025-10-15T12:00:00Z');
    expect(lastAt('2025-10-20T00:00:00Z')).toBe('2025-10-15T13:00:00Z');
  });

  it('begin with the first registration when it is ahead of the start', () => {
    const hours = [hourFacts('2025-10-15T08:00:00Z', 1)];
    expect(pointsOf(participationTrend(event, hours, utc, at('2025-10-15T09:30:00Z')))).toEqual([
      ['2025-10-15T08:00:00Z', 1],
      ['2025-10-15T09:00:00Z', 1],
    ]);
  });

  it('go on to a registration that is dated past the end, or past now', () => {
    const late = [hourFacts('2025-10-15T15:00:00Z', 1)];
    expect(pointsOf(participationTrend(event, late, utc, at('2025-10-20T00:00:00Z'))).at(-1)).toEqual([
      '2025-10-15T15:00:00Z',
      1,
    ]);
    expect(pointsOf(participationTrend(event, late, utc, at('2025-10-15T11:00:00Z')))).toHaveLength(6);
  });

  it('are days of the business zone', () => {
    const seoul = createBusinessCalendar('Asia/Seoul');
    const week = lasting('2025-10-15T00:00:00Z', '2025-10-22T00:00:00Z');
    const hours = [hourFacts('2025-10-15T14:00:00Z', 1), hourFacts('2025-10-15T15:00:00Z', 1)];
    expect(pointsOf(participationTrend(week, hours, seoul, at('2025-10-16T01:00:00Z')))).toEqual([
      ['2025-10-14T15:00:00Z', 1],
      ['2025-10-15T15:00:00Z', 2],
    ]);
  });
});

describe('long events', () => {
  it('show 2,000 hours, and days from the next hour on', () => {
    const event = lasting('2025-01-01T00:00:00Z', '2026-01-01T00:00:00Z');
    const hours = [hourFacts('2025-01-01T00:00:00Z', 1)];
    const after = (count: number) => (event.startAt + count * 3_600_000) as Instant;
    const full = participationTrend(event, hours, utc, after(2000), 'HOURLY');
    expect([full.timeUnit, full.dataPoints.length]).toEqual(['HOURLY', 2000]);
    const past = participationTrend(event, hours, utc, (after(2000) + 1) as Instant, 'HOURLY');
    expect([past.timeUnit, past.dataPoints.length]).toEqual(['DAILY', 84]);
  });

  it('of a hundred years show the last 2,000 days, and count what lies ahead of them', () => {
    const event = lasting('2000-01-01T00:00:00Z', '2100-12-31T00:00:00Z');
    const hours = [hourFacts('2000-01-01T00:00:00Z', 7), hourFacts('2100-12-30T05:00:00Z', 1)];
    const trend = participationTrend(event, hours, utc, at('2100-12-31T00:00:00Z'), 'HOURLY');
    expect(trend.timeUnit).toBe('DAILY');
    expect(trend.dataPoints).toHaveLength(2000);
    expect(pointsOf(trend)[0]).toEqual(['2095-07-10T00:00:00Z', 7]);
    expect(pointsOf(trend).at(-1)).toEqual(['2100-12-30T00:00:00Z', 8]);
    expect(trend.peakTime).toEqual({ timestamp: at('2000-01-01T00:00:00Z'), participantCount: 7 });
  });
});

it('the peak is an hour even among days, and the earliest of equals', () => {
  const event = lasting('2025-10-15T00:00:00Z', '2025-10-22T00:00:00Z');
  const hours = [
    hourFacts('2025-10-17T18:00:00Z', 20),
    hourFacts('2025-10-16T18:00:00Z', 20),
    hourFacts('2025-10-16T03:00:00Z', 19),
  ];
  const { timeUnit, peakTime } = participationTrend(event, hours, utc, at('2025-10-22T00:00:00Z'));
  expect(timeUnit).toBe('DAILY');
  expect(peakTime).toEqual({ timestamp: at('2025-10-16T18:00:00Z'), participantCount: 20 });
});

it('any trend ends with everybody, never falls, and has one point for each bucket', () => {
  const start = at('2025-03-01T00:00:00Z');
  const hour = fc.record({
    offset: fc.integer({ min: -300, max: 6000 }),
    registrations: fc.integer({ min: 1, max: 50 }),
  });
  const hours = fc.uniqueArray(hour, { minLength: 1, maxLength: 40, selector: ({ offset }) => offset });
  const length = fc.integer({ min: 1, max: 5000 });
  const now = fc.integer({ min: -500, max: 6500 });
  fc.assert(
    fc.property(
      hours,
      length,
      now,
      fc.constantFrom('HOURLY', 'DAILY'),
      (sketches, hoursLong, nowAt, unit) => {
        const instant = (offset: number) => (start + offset * 3_600_000) as Instant;
        const event = eventFacts({ startAt: instant(0), endAt: instant(hoursLong) });
        const facts: HourFacts[] = sketches.map(({ offset, registrations }) => ({
          hour: instant(offset),
          registrations: count(registrations),
        }));
        const { dataPoints, timeUnit } = participationTrend(event, facts, newYork, instant(nowAt), unit);
        const total = facts.reduce((sum, { registrations }) => sum + registrations, 0);
        expect(dataPoints.at(-1)?.participantCount).toBe(total);
        expect(dataPoints.length).toBeLessThanOrEqual(2000);
        dataPoints.slice(1).forEach((point, index) => {
          const before = dataPoints[index]!;
          expect(point.participantCount).toBeGreaterThanOrEqual(before.participantCount);
          const hoursApart = (point.timestamp - before.timestamp) / 3_600_000;
          expect(timeUnit === 'HOURLY' ? [1] : [23, 24, 25]).toContain(hoursApart);
        });
      },
    ),
    seeded(),
  );
});
