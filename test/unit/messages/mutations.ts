import fc from 'fast-check';
import type { Topic } from '../../../src/workers/messages/topics';
import { BROKEN_ENVELOPE, missing, type Path, type Rule } from '../../harness/messages/broken-rules';
import type { Fields } from '../../harness/messages';
import { TOPIC_FIXTURES } from '../../harness/messages/topic-fixtures';
import { BORDER_VALUES } from './border-values';

/** Ways to spoil a message, for tests that hold two judges of it against each other. */

export type Payload = Fields;

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
  const rules = rulesOf(topic).map(([at, what, value]) => broken(payload, at, what, value));
  return [...wrongTypes, ...rules];
}

function broken(payload: Payload, at: Path, what: string, value: unknown): [string, Payload] {
  return [`${at.join('.')} ${what}`, replaced(payload, at, value)];
}

/** Of the envelope, of the required fields, and of what is said of the topic's own fields. */
function rulesOf(topic: Topic): readonly Rule[] {
  const { sample, optional, brokenRules: own } = TOPIC_FIXTURES[topic];
  const fields = Object.keys(sample).filter((field) => !isIn(BROKEN_ENVELOPE, field));
  const required = fields.filter((field) => !optional.some((name) => name === field));
  return [...BROKEN_ENVELOPE, ...missing(...required), ...own];
}

const isIn = (rules: readonly Rule[], field: string): boolean => rules.some(([[first]]) => first === field);

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
