import { daysUntil, lastMomentBefore } from '../../../web/src/format/days';

const SEOUL = 'Asia/Seoul';
const seoul = (time: string): string => new Date(`${time}+09:00`).toISOString();
const until = (instant: string, now: string, zone = SEOUL): number =>
  daysUntil(seoul(instant), Date.parse(seoul(now)), zone);

describe('the days until an instant', () => {
  it('are counted by midnights, not by 24 hours', () => {
    expect(until('2026-10-20T23:00:00', '2026-10-20T01:00:00')).toBe(0);
    expect(until('2026-10-21T01:00:00', '2026-10-20T23:00:00')).toBe(1);
    expect(until('2026-10-21T23:00:00', '2026-10-20T01:00:00')).toBe(1);
    expect(until('2026-11-01T00:00:00', '2026-10-30T23:59:59')).toBe(2);
  });

  it('are those of the business, wherever its owner is', () => {
    expect(until('2026-10-21T01:00:00', '2026-10-20T23:00:00', 'UTC')).toBe(0);
  });

  it('are none for what has passed', () => {
    expect(until('2026-10-18T01:00:00', '2026-10-20T23:00:00')).toBe(0);
  });
});

it('what ends at midnight ends the day before', () => {
  const last = lastMomentBefore(seoul('2026-10-21T00:00:00'));
  expect(daysUntil(last, Date.parse(seoul('2026-10-20T12:00:00')), SEOUL)).toBe(0);
});
