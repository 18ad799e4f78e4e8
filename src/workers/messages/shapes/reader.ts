import type { MessageShape, MessageShapes } from '../../../config/message-shapes';
import type { Instant } from '../../../domain/values';
import { day, observedAt, plannedAt } from '../fields';
import { isObject } from '../json-object';
import { parseMessage, parseValue } from '../parse';
import { rejected, type Rejection } from '../rejection';
import { fieldsOf, type ParsedMessage, type Topic } from '../topics';
import { type Converted, toDay, toInstant } from './dates';
import { type ArrivedMessage, OPENINGS } from './envelopes';
import { renameFields } from './field-names';

/**
 * From a message as it arrived to one whose every value is known to be good, or the reason why not. Never throws. A
 * worker, a replay and the verification of the log read records by the same one, and so come to the same result.
 */
export type MessageReader = (
  topic: Topic,
  message: ArrivedMessage,
  now: Instant,
) => ParsedMessage | Rejection;

/** Takes the plain form, and of the topics that have a shape what is written in that as well. */
export function createMessageReader(shapes: MessageShapes): MessageReader {
  return (topic, message, now) => {
    const shape = shapes.get(topic);
    if (shape === undefined) return parseMessage(topic, message.value, now);
    const plain = toPlain(topic, message, shape);
    return plain.kind === 'rejected' ? plain : parseValue(topic, plain.value, now);
  };
}

function toPlain(topic: Topic, message: ArrivedMessage, shape: MessageShape): Converted {
  const opened = OPENINGS[shape.envelope](message);
  if (opened.kind === 'rejected') return opened;
  if (!isObject(opened.value)) return { kind: 'converted', value: opened.value };
  const named =
    shape.fieldNames === 'snake_case'
      ? renameFields(topic, opened.value)
      : ({ kind: 'renamed', fields: opened.value } as const);
  if (named.kind === 'rejected') return named;
  return convertDates(topic, { ...opened.around, ...named.fields }, shape);
}

function convertDates(
  topic: Topic,
  fields: Readonly<Record<string, unknown>>,
  shape: MessageShape,
): Converted {
  const plain: [string, unknown][] = [];
  for (const [name, value] of Object.entries(fields)) {
    const converted = CONVERSIONS.get(fieldsOf(topic)[name])?.(value, shape);
    if (converted?.kind === 'rejected') return rejected(`${name}: ${converted.reason}`);
    plain.push([name, converted === undefined ? value : converted.value]);
  }
  return { kind: 'converted', value: Object.fromEntries(plain) };
}

/** By the reader of a field. */
const CONVERSIONS: ReadonlyMap<unknown, typeof toInstant> = new Map<unknown, typeof toInstant>([
  [observedAt, toInstant],
  [plannedAt, toInstant],
  [day, toDay],
]);
