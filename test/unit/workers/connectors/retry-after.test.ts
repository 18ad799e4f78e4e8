import { retryAtOf } from '../../../../src/workers/connectors/retry-after';
import { later, NOW } from './asking';

describe('Retry-After', () => {
  test.each([
    ['1', 1_000],
    [' 120 ', 120_000],
    ['Mon, 20 Oct 2025 12:01:00 GMT', 60_000],
  ])('%s', (value, ms) => {
    expect(retryAtOf(value, NOW)).toBe(later(ms));
  });

  test.each([
    null,
    '',
    '0',
    '-5',
    '1.5',
    'soon',
    '2025-10-21T00:00:00Z',
    'Mon, 20 Oct 2025 12:00:00 GMT',
    'Mon, 20 Oct 2025 11:00:00 GMT',
    'Mon, 99 Oct 2025 12:01:00 GMT',
  ])('%p says nothing', (value) => {
    expect(retryAtOf(value, NOW)).toBeUndefined();
  });
});
