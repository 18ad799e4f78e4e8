import { z } from 'zod';
import type { Given, RequireTimeZone, Vocabulary } from './given';
import { unusable } from './problems';

/** What a message may be wrapped in: docs/messages.md, "Other shapes". */
export const ENVELOPES = ['none', 'confluent', 'cloudevents', 'outbox'] as const;
const FIELD_NAMES = ['camelCase', 'snake_case'] as const;
const NUMERIC_INSTANTS = ['refused', 'seconds', 'milliseconds'] as const;

/** How the sender of a topic writes its messages, beside the plain form, which is always taken. */
export interface MessageShape {
  readonly envelope: (typeof ENVELOPES)[number];
  readonly fieldNames: (typeof FIELD_NAMES)[number];
  /** What an instant counts that is written as a number, from 1970 on. */
  readonly numericInstants: (typeof NUMERIC_INSTANTS)[number];
  /** The IANA zone of local dates and times; undefined: they are refused. */
  readonly zone: string | undefined;
}

/** Of the topics that are written otherwise than plainly, by the name of each without the prefix of an installation. */
export type MessageShapes = ReadonlyMap<string, MessageShape>;

export interface ReadShapes {
  readonly shapes: MessageShapes;
  /** Each with its place, `KAFKA_MESSAGE_SHAPES["event.created"].envelope: …`. */
  readonly problems: readonly string[];
}

const NAME = 'KAFKA_MESSAGE_SHAPES';
const EXAMPLE = 'a JSON object like {"event.created": {"envelope": "confluent"}}';

/** Reads how the topics are written. Shapes with a problem count as none. */
export function readMessageShapes(given: Given, { requireTimeZone, topics }: Vocabulary): ReadShapes {
  const text = given[NAME];
  if (text === undefined) return { shapes: new Map(), problems: [] };
  const shape = shapeIn(requireTimeZone);
  const shapes = z.strictObject(Object.fromEntries(topics.map((topic) => [topic, shape.optional()])));
  const { data, error } = shapes.safeParse(parseJson(text));
  if (data === undefined)
    return { shapes: new Map(), problems: error.issues.flatMap((issue) => describe(issue, topics)) };
  return { shapes: new Map(topics.flatMap((topic) => entryOf(topic, data[topic]))), problems: [] };
}

const entryOf = (topic: string, shape: MessageShape | undefined): [string, MessageShape][] =>
  shape === undefined ? [] : [[topic, shape]];

function shapeIn(requireTimeZone: RequireTimeZone) {
  return z
    .strictObject({
      envelope: choice(ENVELOPES).default('none'),
      fieldNames: choice(FIELD_NAMES).default('camelCase'),
      numericInstants: choice(NUMERIC_INSTANTS).default('refused'),
      zone: zone(requireTimeZone).optional(),
    })
    .transform(({ zone: named, ...rest }): MessageShape => ({ ...rest, zone: named }));
}

const choice = <const Choices extends readonly [string, ...string[]]>(choices: Choices) =>
  z.enum(choices, { error: `its value cannot be used (one of ${choices.join(', ')})` });

function zone(requireTimeZone: RequireTimeZone) {
  const error = 'its value cannot be used (an IANA zone of whole-hour offsets, like Asia/Seoul)';
  return z
    .string({ error })
    .trim()
    .refine((name) => isUsable(name, requireTimeZone), { error });
}

function isUsable(name: string, requireTimeZone: RequireTimeZone): boolean {
  try {
    requireTimeZone(name);
    return true;
  } catch {
    return false;
  }
}

/** Undefined for invalid JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function describe(issue: z.core.$ZodIssue, topics: readonly string[]): string[] {
  const [topic, field] = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const known = topic === undefined ? topics : ['envelope', 'fieldNames', 'numericInstants', 'zone'];
    return issue.keys.map((key) => `${placeOf(topic, key)}: is not known (one of ${known.join(', ')})`);
  }
  if (topic === undefined) return [unusable(NAME, undefined, EXAMPLE)];
  if (field === undefined) return [`${placeOf(topic)}: its value cannot be used (an object)`];
  return [`${placeOf(topic, field)}: ${issue.message}`];
}

/** Topics have dots in their names. */
function placeOf(topic: string | undefined, field?: string): string {
  if (topic === undefined) return `${NAME}[${JSON.stringify(field)}]`;
  return `${NAME}[${JSON.stringify(topic)}]${field === undefined ? '' : `.${field}`}`;
}
