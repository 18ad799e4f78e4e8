import { createDatabaseClock } from '../../../src/database/connections/database-clock';

/** Milliseconds since 1970 at which this process's monotonic clock stood at 0, by the database. */
const START = Date.parse('2026-01-01T00:00:00Z');

describe('the clock that follows the database', () => {
  const reading = (sentAt: number, receivedAt: number, databaseNow: number) => ({
    sentAt,
    receivedAt,
    databaseNow: START + databaseNow,
  });

  function clockAt(first = reading(0, 10, 5)) {
    let monotonic = 10;
    const clock = createDatabaseClock(first, () => monotonic);
    return { clock, at: (moment: number) => ((monotonic = moment), clock.now() - START) };
  }

  it('goes on between two readings, whatever the machine thinks what time it is', () => {
    const { at } = clockAt();
    expect([at(10), at(1_010.7), at(60_010)]).toEqual([10, 1_010, 60_010]);
  });

  it('stays where it is as long as a reading allows that', () => {
    const { clock, at } = clockAt();
    clock.correct(reading(1_000, 1_010, 1_001));
    clock.correct(reading(2_000, 9_000, 8_900));
    expect(at(10_000)).toBe(10_000);
  });

  it('follows the database no further than it must, forwards and backwards', () => {
    const { clock, at } = clockAt();
    clock.correct(reading(1_000, 1_010, 61_000));
    expect(at(1_010)).toBe(61_000);
    clock.correct(reading(2_000, 2_010, 2_000));
    expect(at(2_010)).toBe(2_010);
  });
});
