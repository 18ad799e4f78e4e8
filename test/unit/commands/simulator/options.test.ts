import { readSimulation } from '../../../../src/commands/simulator/options';

const NOW = Date.parse('2025-10-22T10:00:00+09:00');
const GIVEN = { seed: '1', stores: '10', events: '20', rate: '50', duration: '1m', days: '14' };

describe('what is to be played', () => {
  test('ends with the last midnight in Korea, so that the same hours are played whenever it is asked for', () => {
    expect(readSimulation(GIVEN, NOW)).toMatchObject({
      durationMs: 60_000,
      from: Date.parse('2025-10-08T00:00:00+09:00'),
      until: Date.parse('2025-10-22T00:00:00+09:00'),
    });
  });

  test.each([
    ['30s', 30_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
  ])('may take %s', (duration, durationMs) => {
    expect(readSimulation({ ...GIVEN, duration }, NOW).durationMs).toBe(durationMs);
  });

  test.each(['', '0s', '5', '5d', '1.5h', '-5s', '25h', 'm'])('but not %j', (duration) => {
    expect(() => readSimulation({ ...GIVEN, duration }, NOW)).toThrow(/^--duration: /);
  });

  test.each([
    [{ stores: '0' }, /^--stores: must be a whole number from 1/],
    [{ events: 'x' }, /^--events: /],
    [{ rate: '1.5' }, /^--rate: /],
    [{ days: '366' }, /^--days: /],
    [{ seed: '-1' }, /^--seed: /],
    [{ start: '2025-10-01' }, /^--start: must be an instant/],
    [
      { start: '2025-10-10T00:00:00+09:00' },
      /^--start: the 14 days .* at the latest 2025-10-08T01:00:00\.000Z/,
    ],
  ])('refuses %j', (given, sentence) => {
    expect(() => readSimulation({ ...GIVEN, ...given }, NOW)).toThrow(sentence);
  });
});
