import { load, problemsOf } from './load';

describe('RETENTION_DAYS', () => {
  test('is off where it is not set', () => {
    expect(load({}).retentionDays).toBeUndefined();
    expect(load({ RETENTION_DAYS: ' ' }).retentionDays).toBeUndefined();
    expect(load({ RETENTION_DAYS: '90' }).retentionDays).toBe(90);
  });

  test.each(['0', '6', '36501', '-90', '1.5', '90d', 'never'])(
    'is no number of days where it is %s',
    (days) => {
      expect(problemsOf({ RETENTION_DAYS: days })).toEqual([
        expect.stringMatching(/^RETENTION_DAYS: .*a whole number from 7 to 36500/),
      ]);
    },
  );
});
