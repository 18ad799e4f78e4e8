import { parseJson } from './decode';
import { isObject } from './json-object';

/**
 * What a sender wrote in place of what was wanted, where it is a form that senders are known to write. None of these
 * repeats a value. They are looked for in what has been refused already.
 */

/** @returns undefined when the value is in no known envelope */
export function metInPlaceOf(value: unknown): string | undefined {
  if (typeof value === 'string') {
    return isObject(parseJson(value)?.value) ? 'not a JSON object: JSON within a JSON text' : undefined;
  }
  if (!isObject(value)) return undefined;
  if ('specversion' in value && ('data' in value || 'data_base64' in value))
    return 'not the message itself: a CloudEvent around it';
  const isOutbox = 'payload' in value && Object.keys(value).every((key) => OUTBOX_KEYS.has(key));
  return isOutbox ? 'not the message itself: schema and payload around it' : undefined;
}

export const OUTBOX_KEYS: ReadonlySet<string> = new Set(['schema', 'payload']);

const DATE = '\\d{4}-\\d\\d-\\d\\d';
const OFFSET = '(?:[Zz]|[+-]\\d\\d:\\d\\d)';

/** Each by what is written; the first that fits counts. */
const INSTANTS: readonly (readonly [form: RegExp, met: string])[] = [
  [new RegExp(`^${DATE}$`), 'a day'],
  [/\[[\w/+-]+\]$/, 'an instant with the name of a zone behind it'],
  [new RegExp(`^${DATE} \\d\\d:\\d\\d`), 'an instant with a blank for T'],
  [new RegExp(`^${DATE}[Tt]\\d\\d:\\d\\d$`), 'an instant without seconds and without an offset'],
  [new RegExp(`^${DATE}[Tt]\\d\\d:\\d\\d${OFFSET}$`), 'an instant without seconds'],
  [new RegExp(`^${DATE}[Tt]\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?$`), 'an instant without an offset'],
  [
    new RegExp(`^${DATE}[Tt]\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d+)?)?[+-]\\d\\d(?:\\d\\d)?$`),
    'an instant whose offset is not written as +09:00',
  ],
];

/** @returns what stands in the place of an instant; undefined when it is in no known form */
export function metInPlaceOfInstant(value: unknown): string | undefined {
  if (typeof value === 'number') return 'a number';
  if (Array.isArray(value)) return 'an array';
  if (typeof value !== 'string') return undefined;
  return INSTANTS.find(([form]) => form.test(value))?.[1];
}
