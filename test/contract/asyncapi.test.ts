import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { parseMessage } from '../../src/workers/messages/parse';
import { TOPICS, type Topic } from '../../src/workers/messages/topics';
import { type Payload, brokenRules, mutated } from '../unit/messages/mutations';
import { NOW } from '../unit/messages/samples';
import { seeded } from '../harness/seeded';

/**
 * The published description of the messages is held against the parsers: neither may promise, or refuse, what the other
 * does not, but for the few rules that no schema can express.
 */

const DOCS = join(__dirname, '../../docs');
const source = parseYaml(readFileSync(join(DOCS, 'asyncapi.yaml'), 'utf8')) as object;

const reference = z.object({ $ref: z.string() });
const payloads = z.array(z.object({ payload: z.record(z.string(), z.unknown()) }));
const document = z
  .object({
    asyncapi: z.string(),
    channels: z.record(
      z.string(),
      z.object({ address: z.string(), messages: z.record(z.string(), reference) }),
    ),
    operations: z.record(z.string(), z.object({ action: z.enum(['send', 'receive']), channel: reference })),
    components: z.object({
      messages: z.record(z.string(), z.object({ payload: z.unknown(), examples: z.unknown() })),
      schemas: z.record(z.string(), z.record(z.string(), z.unknown())),
    }),
  })
  .parse(source);

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
addFormats(ajv);
// The schemas lie within a document whose own keys are none of JSON Schema's.
ajv.addVocabulary(Object.keys(source));
ajv.addSchema(source, 'asyncapi.yaml', false, false);

const channels = Object.values(document.channels);
const nameOf = (ref: string) => ref.split('/').at(-1) ?? '';

/** What a local reference (`#/a/b`) leads to. */
function resolved(ref: string): unknown {
  const keys = ref.split('/').slice(1);
  return keys.reduce<unknown>((inner, key) => Reflect.get(Object(inner), key), source);
}

/** What the document says of a topic: its schema, and the example that stands with it. */
function described(topic: Topic) {
  const channel = channels.find(({ address }) => address === topic);
  if (channel === undefined) throw new Error(`docs/asyncapi.yaml has no channel whose address is ${topic}.`);
  const [message] = Object.values(channel.messages).map(({ $ref }) => nameOf($ref));
  const { payload, examples } = document.components.messages[message ?? ''] ?? {};
  const name = nameOf(reference.parse(payload).$ref);
  return { validate: compiled(name), schema: schemaOf(name), examples: payloads.parse(examples) };
}

function compiled(name: string): ValidateFunction {
  return ajv.compile({ $ref: `asyncapi.yaml#/components/schemas/${name}` });
}

function schemaOf(name: string) {
  const shape = z.object({ required: z.array(z.string()), properties: z.record(z.string(), z.unknown()) });
  return shape.parse(document.components.schemas[name]);
}

const topics = Object.fromEntries(TOPICS.map((topic) => [topic, described(topic)] as const));
const of = (topic: Topic) => topics[topic] ?? described(topic);

function exampleOf(topic: Topic): Payload {
  const [example] = of(topic).examples;
  if (example === undefined) throw new Error(`${topic} has no example`);
  return example.payload;
}

function parserOn(topic: Topic, payload: unknown) {
  const parsed = parseMessage(topic, JSON.stringify(payload), NOW);
  return parsed.kind === 'rejected'
    ? { accepted: false, reason: parsed.reason }
    : { accepted: true, reason: '', message: parsed };
}

/** As it is on the wire: without what is undefined, and with escapes read. */
const sent = (payload: unknown): unknown => JSON.parse(JSON.stringify(payload));

describe('the AsyncAPI document', () => {
  it('is AsyncAPI 3.0, and every reference in it leads somewhere', () => {
    expect(document.asyncapi).toBe('3.0.0');
    const references = Array.from(
      JSON.stringify(source).matchAll(/"\$ref":"([^"]+)"/g),
      ([, ref]) => ref ?? '',
    );
    expect(references.length).toBeGreaterThan(50);
    expect(references.filter((ref) => resolved(ref) === undefined)).toEqual([]);
  });

  it('describes the topics that are read and their dead letters, and no other', () => {
    const addresses = channels.map(({ address }) => address);
    expect(addresses.sort()).toEqual([...TOPICS, ...TOPICS.map((topic) => `${topic}.dlq`)].sort());
  });

  it('reads the topics and writes the dead letters', () => {
    const byAction = (wanted: string) =>
      Object.values(document.operations)
        .filter(({ action }) => action === wanted)
        .map(({ channel }) => document.channels[nameOf(channel.$ref)]?.address)
        .sort();
    expect(byAction('receive')).toEqual([...TOPICS].sort());
    expect(byAction('send')).toEqual(TOPICS.map((topic) => `${topic}.dlq`).sort());
  });

  it('names the headers of a dead letter, and its example has them', () => {
    const { required, properties } = schemaOf('DeadLetterHeaders');
    expect(required).toEqual(['x-error', 'x-original-topic', 'x-original-partition', 'x-original-offset']);
    expect(Object.keys(properties)).toEqual([...required, 'x-sealed', 'x-left-out', 'x-original-digest']);
    const examples = z.array(z.object({ headers: z.unknown(), payload: z.string() }));
    const [letter] = examples.parse(document.components.messages['DeadLetter']?.examples);
    expect(compiled('DeadLetterHeaders')(letter?.headers)).toBe(true);
    expect(parseMessage('event.created', letter?.payload ?? '', NOW).kind).toBe('rejected');
  });
});

describe.each(TOPICS)('the schema of %s', (topic) => {
  const { validate, schema } = of(topic);

  it('takes its example, and so does the parser', () => {
    expect(validate(exampleOf(topic)) || validate.errors).toBe(true);
    expect(parserOn(topic, exampleOf(topic))).toMatchObject({ accepted: true });
  });

  it('names the fields that the parser gives', () => {
    const { kind, ...fields } = parserOn(topic, exampleOf(topic)).message ?? {};
    expect(kind).toBe(topic);
    expect(Object.keys(schema.properties).sort()).toEqual(Object.keys(fields).sort());
  });

  it('requires what the parser misses, and nothing else', () => {
    const missed = Object.keys(schema.properties).filter(
      (field) =>
        parserOn(topic, { ...exampleOf(topic), [field]: undefined }).reason === `${field}: is missing`,
    );
    expect([...schema.required].sort()).toEqual(missed.sort());
  });

  it.each(brokenRules(topic, exampleOf(topic)))('refuses %s, and so does the parser', (_name, payload) => {
    expect(validate(sent(payload))).toBe(false);
    expect(parserOn(topic, payload)).toMatchObject({ accepted: false });
  });

  it('takes whatever the parser takes', () => {
    fc.assert(
      fc.property(mutated(exampleOf(topic)), (payload) => {
        fc.pre(parserOn(topic, payload).accepted);
        expect(validate(sent(payload)) || validate.errors).toBe(true);
      }),
      seeded({ numRuns: 1_000 }),
    );
  });

  it('refuses whatever the parser refuses, but for the rules that no schema can express', () => {
    fc.assert(
      fc.property(mutated(exampleOf(topic)), (payload) => {
        const { accepted, reason } = parserOn(topic, payload);
        fc.pre(!accepted && !BEYOND_SCHEMAS.test(reason));
        expect(validate(sent(payload))).toBe(false);
      }),
      seeded({ numRuns: 1_000 }),
    );
  });
});

/** What compares fields with each other or with the clock, and what is measured once a text or instant was read. */
const BEYOND_SCHEMAS =
  /must be later than startAt|must not lie more than 24 hours ahead|must not name a channel twice|besides blanks|up to 50 characters|not before 2000|in the years 2000 to 2100 \(UTC\)/;

describe('a distributed channel', () => {
  const { required, properties } = schemaOf('DistributedChannel');
  const first = (changes: Payload) => {
    const [channel] = z
      .array(z.record(z.string(), z.unknown()))
      .parse(exampleOf('distribution.completed')['channels']);
    return parserOn('distribution.completed', {
      ...exampleOf('distribution.completed'),
      channels: [{ ...channel, ...changes }],
    });
  };

  it('has the fields that the parser gives, and requires those that it misses', () => {
    const { message } = first({});
    if (message?.kind !== 'distribution.completed') throw new Error('no distribution');
    expect(Object.keys(properties).sort()).toEqual(Object.keys(message.channels[0] ?? {}).sort());
    const missed = Object.keys(properties).filter((field) => !first({ [field]: undefined }).accepted);
    expect([...required].sort()).toEqual(missed.sort());
  });
});

describe('the page on the messages', () => {
  const page = readFileSync(join(DOCS, 'messages.md'), 'utf8');

  it.each(TOPICS)('has %s in its table of topics and in that of what must be there', (topic) => {
    const rows = page.split('\n').filter((line) => line.startsWith('| `' + topic + '` '));
    expect(rows).toHaveLength(2);
  });

  it.each(TOPICS)('has an example of %s that schema and parser take', (topic) => {
    const [, json] = new RegExp('## `' + topic + '`[^#]*?```json\\n([^`]+)```').exec(page) ?? [];
    const example: unknown = JSON.parse(json ?? 'null');
    expect(of(topic).validate(example) || of(topic).validate.errors).toBe(true);
    expect(parserOn(topic, example)).toMatchObject({ accepted: true });
  });

  it.each(TOPICS)('names every field of %s', (topic) => {
    const [, section] = new RegExp('## `' + topic + '`\\n([^]*?)\\n## ').exec(page) ?? [];
    for (const field of Object.keys(of(topic).schema.properties))
      expect(section).toContain('`' + field + '`');
  });
});
