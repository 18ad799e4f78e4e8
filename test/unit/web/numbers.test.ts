import { formatPercent, formatSigned, formatWon } from '../../../web/src/format/numbers';

describe('won as Koreans write them', () => {
  it.each([
    [0, '0원'],
    [9_999, '9,999원'],
    [10_000, '1만 원'],
    [12_345, '1.2만 원'],
    [3_500_000, '350만 원'],
    [99_994_999, '9,999만 원'],
    [99_999_999, '1억 원'],
    [123_450_000, '1억 2,345만 원'],
    [999_999_999_999, '1조 원'],
    [2_345_600_000_000, '2조 3,456억 원'],
    [Number.MAX_SAFE_INTEGER, '9,007조 1,993억 원'],
    [-3_500_000, '-350만 원'],
  ])('%d is %s', (value, shown) => {
    expect(formatWon(value, 'ko').shown).toBe(shown);
  });

  it('keeps the exact amount beside', () => {
    expect(formatWon(3_512_345, 'ko')).toEqual({ shown: '351만 원', exact: '3,512,345원' });
    expect(formatWon(3_512_345, 'en')).toEqual({ shown: '₩3.5M', exact: '₩3,512,345' });
  });
});

it('gives every percentage one decimal, and a change its sign', () => {
  expect(formatPercent(64, 'ko')).toBe('64.0%');
  expect(formatSigned(33.3, 'ko')).toBe('+33.3');
  expect(formatSigned(0, 'ko')).toBe('0');
});
