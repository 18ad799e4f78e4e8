import { type GraphQLScalarType, parseValue } from 'graphql';
import {
  CountScalar,
  DateTimeScalar,
  KrwScalar,
  PercentScalar,
  UUIDScalar,
} from '../../../src/schema/scalars';

const MOST = Number.MAX_SAFE_INTEGER;
const id = '550e8400-e29b-41d4-a716-446655440000';

/** A value as a client may send it: as a variable, and written into the document. */
function read(scalar: GraphQLScalarType, value: unknown): unknown {
  const literal = parseValue(JSON.stringify(value));
  expect(scalar.parseLiteral(literal)).toEqual(scalar.parseValue(value));
  return scalar.parseValue(value);
}

function expectRefusal(scalar: GraphQLScalarType, value: unknown): void {
  expect(() => scalar.parseValue(value)).toThrow(`Not a valid ${scalar.name}`);
  expect(() => scalar.serialize(value)).toThrow(`Not a valid ${scalar.name}`);
}

describe('UUID', () => {
  it('takes any version in either case and gives lower case', () => {
    expect(read(UUIDScalar, id.toUpperCase())).toBe(id);
    expect(UUIDScalar.serialize('FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF')).toBe(
      'ffffffff-ffff-ffff-ffff-ffffffffffff',
    );
  });

  it.each([`{${id}}`, id.replaceAll('-', ''), `${id}0`, `${id}\n`, '', 5, null, { toString: 1 }])(
    'refuses %j',
    (value) => {
      expectRefusal(UUIDScalar, value);
    },
  );

  it('does not repeat a long text in its refusal', () => {
    expect(() => UUIDScalar.parseValue('x'.repeat(100_000))).toThrow(/^.{1,100}$/);
  });
});

describe('DateTime', () => {
  it('reads an offset and writes UTC', () => {
    expect(read(DateTimeScalar, '2025-10-22T19:30:00+09:00')).toBe(Date.UTC(2025, 9, 22, 10, 30));
    expect(DateTimeScalar.serialize(Date.UTC(2025, 9, 22, 10, 30))).toBe('2025-10-22T10:30:00Z');
  });

  it('refuses what is no instant', () => {
    expect(() => DateTimeScalar.parseValue('yesterday')).toThrow('Not a valid DateTime: "yesterday"');
    expect(() => DateTimeScalar.parseValue(0)).toThrow('Not a valid DateTime');
    expect(() => DateTimeScalar.serialize(0.5)).toThrow('Not a valid DateTime');
  });
});

describe('KRW and Count', () => {
  it('hold whole numbers far past 32 bits', () => {
    for (const scalar of [KrwScalar, CountScalar]) {
      expect(read(scalar, MOST)).toBe(MOST);
      expect(scalar.serialize(MOST)).toBe(MOST);
    }
  });

  it('only money may be negative', () => {
    expect(read(KrwScalar, -MOST)).toBe(-MOST);
    expectRefusal(CountScalar, -1);
  });

  it.each([1.5, MOST + 1, NaN, Infinity, '5', true, null])('refuse %p', (value) => {
    expectRefusal(KrwScalar, value);
    expectRefusal(CountScalar, value);
  });

  it('never show the negative zero', () => {
    expect(KrwScalar.serialize(-0)).toBe(0);
    expect(CountScalar.serialize(-0)).toBe(0);
  });
});

describe('Percent', () => {
  it('holds one decimal up to where percentages saturate', () => {
    expect(read(PercentScalar, 10.8)).toBe(10.8);
    expect(read(PercentScalar, 250)).toBe(250);
    expect(PercentScalar.serialize(-9_999_999_999_999.9)).toBe(-9_999_999_999_999.9);
    expect(PercentScalar.serialize(-0)).toBe(0);
  });

  it.each([10.85, 10_000_000_000_000, NaN, Infinity, '5', null])('refuses %p', (value) => {
    expectRefusal(PercentScalar, value);
  });
});
