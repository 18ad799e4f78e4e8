import fc from 'fast-check';
import type { Topic } from '../../../src/workers/messages/topics';
import { BORDER_VALUES } from './border-values';

/** Ways to spoil a message, for tests that hold two judges of it against each other. */

export type Payload = Readonly<Record<string, unknown>>;
type Path = readonly (string | number)[];

/** The payload with one to three of its fields, at any depth, replaced, left out or added. */
export function mutated(payload: Payload): fc.Arbitrary<Payload> {
  const path = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...pathsOf(payload)) },
    { weight: 1, arbitrary: fc.constantFrom<Path>(['unknown'], ['channels', 0, 'unknown']) },
  );
  const value = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...BORDER_VALUES) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
    { weight: 1, arbitrary: fc.maxSafeInteger() },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) },
  );
  return fc
    .array(fc.tuple(path, value), { minLength: 1, maxLength: 3 })
    .map((changes) => changes.reduce<Payload>((spoilt, [at, put]) => replaced(spoilt, at, put), payload));
}

/** What a schema can say, broken one rule at a time: a name for each case, and the payload. */
export function brokenRules(topic: Topic, payload: Payload): [string, Payload][] {
  const wrongTypes = pathsOf(payload).map((at) => broken(payload, at, 'of a wrong type', { wrong: true }));
  const rules = RULES[topic].map(([at, what, value]) => broken(payload, at, what, value));
  return [...wrongTypes, ...rules];
}

function broken(payload: Payload, at: Path, what: string, value: unknown): [string, Payload] {
  return [`${at.join('.')} ${what}`, replaced(payload, at, value)];
}

type Rule = readonly [Path, what: string, value: unknown];

const count = (...at: Path): Rule[] => [
  [at, 'below 0', -1],
  [at, 'above 10^12', 1e12 + 1],
  [at, 'not whole', 0.5],
];
const name = (...at: Path): Rule[] => [
  [at, 'extra long', 'x'.repeat(201)],
  [at, 'with U+0000', 'a\0'],
  [at, 'with a lone surrogate', 'a\uD800'],
];
const missing = (...fields: string[]): Rule[] => fields.map((field) => [[field], 'missing', undefined]);
const instant = (field: string): Rule[] => [
  [[field], 'without an offset', '2025-10-15T00:00:00'],
  [[field], 'with second 60', '2025-10-15T23:59:60Z'],
  [[field], 'on February 30', '2025-02-30T00:00:00Z'],
  [[field], 'with a blank for T', '2025-10-15 00:00:00Z'],
  [[field], 'in 1998', '1998-12-31T00:00:00Z'],
];
const envelope: Rule[] = [
  ...missing('messageId', 'occurredAt'),
  ...instant('occurredAt'),
  [['messageId'], 'without hyphens', '550e8400e29b41d4a716446655440000'],
];

const RULES: { readonly [T in Topic]: readonly Rule[] } = {
  'event.created': [
    ...envelope,
    ...missing('eventId', 'storeId', 'title', 'industry', 'targetGoal', 'startAt', 'endAt'),
    ...missing('prizeCost', 'otherCosts', 'newCustomerLtv'),
    ...['targetGoal', 'prizeCost', 'otherCosts', 'newCustomerLtv'].flatMap((field) => count(field)),
    ...name('title'),
    ...name('industry'),
    [['title'], 'empty', ''],
    [['industry'], 'of blanks', ' \u3000'],
    ...instant('startAt'),
    ...instant('endAt'),
    [['endAt'], 'in 2102', '2102-01-01T00:00:00Z'],
  ],
  'participant.registered': [
    ...envelope,
    ...missing('eventId', 'participantId', 'channel'),
    ...name('channel'),
    ...name('region'),
    [['channel'], 'empty', ''],
    [['age'], 'of 131', 131],
    [['age'], 'below 0', -1],
    [['gender'], 'in lower case', 'male'],
    [['newCustomer'], 'as a text', 'true'],
  ],
  'distribution.completed': [
    ...envelope,
    ...missing('eventId', 'channels'),
    [['channels'], 'of a wrong type', { channel: 'x' }],
    [['channels'], 'empty', []],
    [
      ['channels'],
      'more than 50',
      Array.from({ length: 51 }, (_, n) => ({ channel: `${n}`, status: 'FAILED', cost: 0 })),
    ],
    [['channels', 0], 'null', null],
    [['channels', 0, 'status'], 'unknown', 'DONE'],
    [['channels', 0, 'cost'], 'missing', undefined],
    ...name('channels', 0, 'channel'),
    ...count('channels', 0, 'cost'),
    ...count('channels', 0, 'expectedViews'),
  ],
  'channel.views-measured': [
    ...envelope,
    ...missing('eventId', 'channel', 'views', 'measuredAt'),
    ...name('channel'),
    ...count('views'),
    ...instant('measuredAt'),
  ],
  'sales.recorded': [
    ...envelope,
    ...missing('storeId', 'saleDate', 'amount'),
    [['saleDate'], 'on February 30', '2025-02-30'],
    [['saleDate'], 'in 1999', '1999-12-31'],
    [['saleDate'], 'in 2101', '2101-01-01'],
    [['saleDate'], 'with a time', '2025-10-16T00:00:00Z'],
    [['amount'], 'below -10^12', -1e12 - 1],
    [['amount'], 'above 10^12', 1e12 + 1],
    [['amount'], 'not whole', 0.5],
  ],
};

/** Every place in it that holds no object or list of its own. */
function pathsOf(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  return Object.entries(value).flatMap(([key, inner]) =>
    pathsOf(inner, [...at, Array.isArray(value) ? Number(key) : key]),
  );
}

function replaced(payload: Payload, at: Path, value: unknown): Payload {
  const copy = structuredClone(payload);
  const [last] = at.slice(-1);
  const holder = at.slice(0, -1).reduce<unknown>((inner, key) => Reflect.get(Object(inner), key), copy);
  if (last !== undefined && typeof holder === 'object' && holder !== null) Reflect.set(holder, last, value);
  return copy;
}
