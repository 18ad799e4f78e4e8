import { GraphQLError, GraphQLScalarType, Kind, type ValueNode, valueFromASTUntyped } from 'graphql';
import { formatInstant, parseInstant } from '../domain/instants';
import { parseUuid } from '../domain/uuid';
import type { Count, Instant, Krw, Percent } from '../domain/values';

const MOST_PERCENT = 9_999_999_999_999.9;

/** 8-4-4-4-12 hex digits of any version; either case comes in, lower case goes out. */
export const UUIDScalar = new GraphQLScalarType<string, string>({
  name: 'UUID',
  description: 'A UUID of any version, 8-4-4-4-12 hex digits. Either case is read, lower case is written.',
  serialize: readUuid,
  parseValue: readUuid,
  parseLiteral: (node) => readUuid(stringIn(node)),
});

/** Holds an Instant, milliseconds since 1970; written in UTC. */
export const DateTimeScalar = new GraphQLScalarType<Instant, string>({
  name: 'DateTime',
  description:
    'An RFC 3339 instant. Read with any offset and cut to the millisecond; written in UTC with Z and seconds, with milliseconds only when there are any.',
  serialize: (value) => formatInstant(wholeNumber('DateTime', value) as Instant),
  parseValue: readInstant,
  parseLiteral: (node) => readInstant(stringIn(node)),
});

export const KrwScalar = new GraphQLScalarType<Krw, number>({
  name: 'KRW',
  description:
    'Korean won, a whole number from -(2^53 - 1) to 2^53 - 1. Sums that would go past saturate there.',
  serialize: readKrw,
  parseValue: readKrw,
  parseLiteral: (node) => readKrw(numberIn(node)),
});

export const CountScalar = new GraphQLScalarType<Count, number>({
  name: 'Count',
  description: 'How many of something, a whole number from 0 to 2^53 - 1.',
  serialize: readCount,
  parseValue: readCount,
  parseLiteral: (node) => readCount(numberIn(node)),
});

export const PercentScalar = new GraphQLScalarType<Percent, number>({
  name: 'Percent',
  description:
    'A percentage, rounded half away from zero to one decimal, within ±9,999,999,999,999.9; 0 when what it is a percentage of is 0.',
  serialize: readPercent,
  parseValue: readPercent,
  parseLiteral: (node) => readPercent(numberIn(node)),
});

/** What Apollo Federation calls so: an object of any fields. What takes one parses it. */
export const AnyScalar = new GraphQLScalarType<unknown>({
  name: '_Any',
  description: 'An entity of a federated schema: its __typename, and the fields of its key.',
  parseValue: (value) => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
});

function readUuid(value: unknown): string {
  const uuid = typeof value === 'string' ? parseUuid(value) : undefined;
  if (uuid === undefined) throw refusal('UUID', value);
  return uuid;
}

function readInstant(value: unknown): Instant {
  const instant = typeof value === 'string' ? parseInstant(value) : undefined;
  if (instant === undefined) throw refusal('DateTime', value);
  return instant;
}

function readKrw(value: unknown): Krw {
  return wholeNumber('KRW', value) as Krw;
}

function readCount(value: unknown): Count {
  const count = wholeNumber('Count', value);
  if (count < 0) throw refusal('Count', value);
  return count as Count;
}

function readPercent(value: unknown): Percent {
  if (typeof value !== 'number' || !(Math.abs(value) <= MOST_PERCENT)) throw refusal('Percent', value);
  if (Math.round(value * 10) / 10 !== value) throw refusal('Percent', value);
  return withoutMinusZero(value) as Percent;
}

function wholeNumber(scalar: string, value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw refusal(scalar, value);
  return withoutMinusZero(value);
}

function withoutMinusZero(value: number): number {
  return value === 0 ? 0 : value;
}

function stringIn(node: ValueNode): unknown {
  return node.kind === Kind.STRING ? node.value : undefined;
}

function numberIn(node: ValueNode): unknown {
  return node.kind === Kind.INT || node.kind === Kind.FLOAT ? Number(node.value) : undefined;
}

/** Long texts are cut: an argument may be as long as a request. */
function refusal(scalar: string, value: unknown): GraphQLError {
  return new GraphQLError(`Not a valid ${scalar}: ${shown(value)}`);
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60));
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : typeof value;
}
