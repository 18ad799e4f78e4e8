import fc from 'fast-check';
import { formatInstant, parseInstant } from '../../../src/domain/instants';
import type { Instant } from '../../../src/domain/values';
import { seeded } from '../../harness/seeded';

describe('reading an instant', () => {
  it.each([
    ['2025-10-22T10:30:00Z', '2025-10-22T10:30:00.000Z'],
    ['2025-10-22t10:30:00z', '2025-10-22T10:30:00.000Z'],
    ['2025-10-22T19:30:00+09:00', '2025-10-22T10:30:00.000Z'],
    ['2025-10-22T00:15:00-05:45', '2025-10-22T06:00:00.000Z'],
    ['2025-10-22T10:30:00.1Z', '2025-10-22T10:30:00.100Z'],
    ['2025-10-22T10:30:00.123999999Z', '2025-10-22T10:30:00.123Z'],
    ['1969-12-31T23:59:59.9999Z', '1969-12-31T23:59:59.999Z'],
    ['2024-02-29T00:00:00-00:00', '2024-02-29T00:00:00.000Z'],
  ])('takes %s', (text, expected) => {
    expect(new Date(parseInstant(text) ?? NaN).toISOString()).toBe(expected);
  });

  it.each([
    '2025-10-22T10:30:00',
    '2025-10-22 10:30:00Z',
    '2025-10-22T10:30Z',
    '2025-10-22T24:00:00Z',
    '2025-10-22T10:60:00Z',
    '2025-10-22T23:59:60Z',
    '2025-02-29T00:00:00Z',
    '2025-04-31T00:00:00Z',
    '2025-13-01T00:00:00Z',
    '2025-00-10T00:00:00Z',
    '2025-10-00T00:00:00Z',
    '2025-10-22T10:30:00+24:00',
    '2025-10-22T10:30:00+09:60',
    '2025-10-22T10:30:00+0900',
    '2025-10-22T10:30:00.Z',
    '2025-10-22T10:30:00Z ',
    '2025-10-22T10:30:00Z\n',
    '+02025-10-22T10:30:00Z',
    '2025-10-22',
    '',
  ])('refuses %j', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });
});

describe('writing an instant', () => {
  it('names milliseconds only when there are any', () => {
    expect(formatInstant(Date.UTC(2025, 9, 22, 10, 30) as Instant)).toBe('2025-10-22T10:30:00Z');
    expect(formatInstant((Date.UTC(2025, 9, 22, 10, 30) + 50) as Instant)).toBe('2025-10-22T10:30:00.050Z');
  });

  it('is undone by reading it', () => {
    const instants = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) });
    fc.assert(
      fc.property(instants, (instant) => {
        expect(parseInstant(formatInstant(instant as Instant))).toBe(instant);
      }),
      seeded(),
    );
  });
});
