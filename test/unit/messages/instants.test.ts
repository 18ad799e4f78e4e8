import fc from 'fast-check';
import { parseInstant } from '../../../src/domain/instants';
import { parseMessage } from '../../../src/workers/messages/parse';
import type { Instant } from '../../../src/domain/values';
import { parsedWith, refusalOf } from './parse-sample';
import { NOW, SAMPLES } from './samples';
import { seeded } from '../../harness/seeded';

const occurredAt = (text: string) => parsedWith('participant.registered', { occurredAt: text }).occurredAt;
const refused = (occurredAt: unknown) => refusalOf('participant.registered', { occurredAt });
const iso = (milliseconds: number) => new Date(milliseconds).toISOString();

const OBSERVED = 'must be an RFC 3339 instant with an offset, not before 2000-01-01T00:00Z';
const PLANNED = 'must be an RFC 3339 instant with an offset, in the years 2000 to 2100 (UTC)';
const AHEAD = 'must not lie more than 24 hours ahead';

describe('an instant', () => {
  it('is the same whether it is written as most write it or with an offset', () => {
    const digits = (most: number) => fc.nat(most).map((value) => String(value).padStart(2, '0'));
    const written = fc.tuple(
      fc.integer({ min: 1990, max: 2026 }),
      digits(13),
      digits(32),
      digits(25),
      digits(60),
    );
    fc.assert(
      fc.property(written, ([year, month, day, hour, minute]) => {
        const local = `${year}-${month}-${day}T${hour}:${minute}:07.089`;
        expect(parseInstant(`${local}Z`)).toBe(parseInstant(`${local}+00:00`));
      }),
      seeded({ numRuns: 2_000 }),
    );
  });

  it.each([
    ['2025-10-20T18:05:00Z', '2025-10-20T18:05:00.000Z'],
    ['2025-10-20t18:05:00z', '2025-10-20T18:05:00.000Z'],
    ['2025-10-21T03:05:00+09:00', '2025-10-20T18:05:00.000Z'],
    ['2025-10-20T12:35:00.5-05:30', '2025-10-20T18:05:00.500Z'],
    ['2025-10-20T18:05:00-00:00', '2025-10-20T18:05:00.000Z'],
    ['2025-10-21T18:04:00+23:59', '2025-10-20T18:05:00.000Z'],
    ['2025-10-20T18:05:00.1239999999999999999999999Z', '2025-10-20T18:05:00.123Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2000-01-01T00:00:00Z', '2000-01-01T00:00:00.000Z'],
    ['1999-12-31T20:00:00-04:00', '2000-01-01T00:00:00.000Z'],
  ])('%s is read as %s', (text, expected) => {
    expect(iso(occurredAt(text))).toBe(expected);
  });

  it.each([
    ['2025-10-20 18:05:00Z', 'an instant with a blank for T'],
    ['2025-10-20T18:05:00', 'an instant without an offset'],
    ['2025-10-20T18:05:00.123456789', 'an instant without an offset'],
    ['2025-10-20T18:05Z', 'an instant without seconds'],
    ['2025-10-20T18:05+09:00', 'an instant without seconds'],
    ['2025-10-20T18:05', 'an instant without seconds and without an offset'],
    ['2025-10-20', 'a day'],
    ['2025-10-20T18:05:00+0900', 'an instant whose offset is not written as +09:00'],
    ['2025-10-20T18:05:00.000+0000', 'an instant whose offset is not written as +09:00'],
    ['2025-10-20T18:05:00+09', 'an instant whose offset is not written as +09:00'],
    ['2025-10-20T18:05:00+09:00[Asia/Seoul]', 'an instant with the name of a zone behind it'],
    [1760983500000, 'a number'],
    [[2025, 10, 20, 18, 5], 'an array'],
  ])('%p is refused, and said to be %s', (value, met) => {
    expect(refused(value)).toBe(`occurredAt: ${OBSERVED} (this is ${met})`);
  });

  it.each([
    '2025-10-20T23:59:60Z',
    '2025-10-20T24:00:00Z',
    '2025-10-20T18:60:00Z',
    '2025-10-20T18:05:00+24:00',
    '2025-10-20T18:05:00+09:60',
    '2025-10-20T18:05:00.Z',
    '2025-10-20T18:05:00,5Z',
    '2025-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2025-04-31T00:00:00Z',
    '2025-13-01T00:00:00Z',
    '2025-00-10T00:00:00Z',
    '2025-10-00T00:00:00Z',
    '+002025-10-20T18:05:00Z',
    ' 2025-10-20T18:05:00Z',
    '2025-10-20T18:05:00Z\n',
    '２０25-10-20T18:05:00Z',
    '1999-12-31T23:59:59.999999Z',
    '2000-01-01T00:00:00+00:01',
    '',
    null,
    { $date: '2025-10-20T18:05:00Z' },
  ])('%p is refused', (value) => {
    expect(refused(value)).toBe(`occurredAt: ${OBSERVED}`);
  });

  it('may be observed up to 24 hours ahead of now, not a millisecond more', () => {
    const latest = NOW + 24 * 60 * 60 * 1000;
    expect(occurredAt(iso(latest))).toBe(latest);
    expect(refused(iso(latest + 1))).toBe(`occurredAt: ${AHEAD}`);
    // Cut to the millisecond before it is compared.
    expect(occurredAt(iso(latest).replace('Z', '999Z'))).toBe(latest);
  });

  it('is compared with the now that is passed in', () => {
    const text = JSON.stringify(SAMPLES['participant.registered']);
    const longAgo = Date.UTC(2025, 0, 1) as Instant;
    expect(parseMessage('participant.registered', text, longAgo).kind).toBe('rejected');
  });

  it('is held to the same bounds as a measurement', () => {
    const views = (measuredAt: string) => refusalOf('channel.views-measured', { measuredAt });
    expect(views('2000-01-01T00:00:00Z')).toBeUndefined();
    expect(views('1999-12-31T23:59:59Z')).toBe(`measuredAt: ${OBSERVED}`);
    expect(views(iso(NOW + 24 * 60 * 60 * 1000))).toBeUndefined();
    expect(views(iso(NOW + 24 * 60 * 60 * 1000 + 1))).toBe(`measuredAt: ${AHEAD}`);
  });
});

describe('the span of an event', () => {
  const span = (startAt: string, endAt: string) => refusalOf('event.created', { startAt, endAt });

  it('may lie far ahead, within the years 2000 to 2100 of UTC', () => {
    expect(span('2000-01-01T00:00:00Z', '2100-12-31T23:59:59.999Z')).toBeUndefined();
    expect(span('2099-01-01T00:00:00Z', '2101-01-01T00:00:00Z')).toBe(`endAt: ${PLANNED}`);
    expect(span('1999-12-31T23:59:59.999Z', '2025-01-01T00:00:00Z')).toBe(`startAt: ${PLANNED}`);
  });

  it('takes the year of the instant, not the one that is written', () => {
    expect(span('1999-12-31T23:00:00-01:00', '2101-01-01T08:59:59+09:00')).toBeUndefined();
    expect(span('2000-01-01T08:59:59+09:00', '2025-01-01T00:00:00Z')).toBe(`startAt: ${PLANNED}`);
    expect(span('2100-01-01T00:00:00Z', '2100-12-31T23:00:00-01:00')).toBe(`endAt: ${PLANNED}`);
  });

  it('ends after it starts, by a millisecond at least', () => {
    const LATER = 'endAt: must be later than startAt';
    expect(span('2025-10-15T00:00:00Z', '2025-10-15T00:00:00Z')).toBe(LATER);
    expect(span('2025-10-15T00:00:00Z', '2025-10-14T00:00:00Z')).toBe(LATER);
    expect(span('2025-10-15T00:00:00Z', '2025-10-15T08:59:00+09:00')).toBe(LATER);
    expect(span('2025-10-15T00:00:00Z', '2025-10-15T00:00:00.0009Z')).toBe(LATER);
    expect(span('2025-10-15T00:00:00.0009Z', '2025-10-15T00:00:00.001Z')).toBeUndefined();
  });
});

describe('the day of a sale', () => {
  const day = (saleDate: unknown) => refusalOf('sales.recorded', { saleDate });

  it.each(['2000-01-01', '2100-12-31', '2024-02-29', '2000-02-29'])('%s is a day', (saleDate) => {
    expect(parsedWith('sales.recorded', { saleDate }).saleDate).toBe(saleDate);
  });

  it.each([
    '1999-12-31',
    '2101-01-01',
    '2100-02-29',
    '2025-02-29',
    '2025-02-30',
    '2025-04-31',
    '2025-13-01',
    '2025-00-01',
    '2025-01-00',
    '2025-1-1',
    '20250101',
    '2025-01-01T00:00:00Z',
    '2025-01-01 ',
    '2025-01-01\n',
    20250101,
    null,
  ])('%p is none', (saleDate) => {
    expect(day(saleDate)).toBe('saleDate: must be a day YYYY-MM-DD in the years 2000 to 2100');
  });
});
