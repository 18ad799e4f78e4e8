import { createBusinessCalendar } from '../../../src/domain/calendar';
import { participationTrend } from '../../../src/domain/trend';
import { at, eventFacts, hourFacts } from './facts-of';

const newYork = createBusinessCalendar('America/New_York');
const lasting = (startAt: string, endAt: string) => eventFacts({ startAt: at(startAt), endAt: at(endAt) });

describe('when the clocks change', () => {
  it('the repeated hour is two buckets', () => {
    const night = lasting('2025-11-02T04:00:00Z', '2025-11-02T08:00:00Z');
    const hours = [hourFacts('2025-11-02T05:00:00Z', 1), hourFacts('2025-11-02T06:00:00Z', 10)];
    const trend = participationTrend(night, hours, newYork, at('2025-11-03T00:00:00Z'));
    expect(trend.dataPoints.map(({ timestamp }) => newYork.hourOfDay(timestamp))).toEqual([0, 1, 1, 2]);
    expect(trend.dataPoints.map(({ participantCount }) => participantCount)).toEqual([0, 1, 11, 11]);
  });

  it('the skipped hour is none', () => {
    const night = lasting('2025-03-09T05:00:00Z', '2025-03-09T08:00:00Z');
    const trend = participationTrend(
      night,
      [hourFacts('2025-03-09T05:00:00Z', 1)],
      newYork,
      at('2025-03-10T00:00:00Z'),
    );
    expect(trend.dataPoints.map(({ timestamp }) => newYork.hourOfDay(timestamp))).toEqual([0, 1, 3]);
  });

  it.each([
    ['2025-03-08', 24, '2025-03-09', 23],
    ['2025-11-01', 24, '2025-11-02', 25],
  ])('days keep their true length: %s has %i hours, %s has %i', (one, hours, other, otherHours) => {
    const week = lasting(`${one}T12:00:00Z`, `${one.slice(0, 8)}20T12:00:00Z`);
    const { dataPoints } = participationTrend(
      week,
      [hourFacts(`${one}T12:00:00Z`, 1)],
      newYork,
      at(`${other.slice(0, 8)}15T00:00:00Z`),
    );
    const lengths = dataPoints
      .slice(1, 3)
      .map(({ timestamp }, index) => (timestamp - (dataPoints[index]?.timestamp ?? 0)) / 3_600_000);
    expect(lengths).toEqual([hours, otherHours]);
  });

  it('a day that the zone left out has no bucket', () => {
    const apia = createBusinessCalendar('Pacific/Apia');
    const week = lasting('2011-12-29T12:00:00Z', '2012-01-05T12:00:00Z');
    const { dataPoints } = participationTrend(
      week,
      [hourFacts('2011-12-29T12:00:00Z', 1)],
      apia,
      at('2011-12-31T12:00:00Z'),
    );
    expect(dataPoints.map(({ timestamp }) => apia.dayOf(timestamp))).toEqual([
      '2011-12-29',
      '2011-12-31',
      '2012-01-01',
    ]);
  });
});
