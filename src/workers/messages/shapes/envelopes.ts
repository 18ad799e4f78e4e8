import type { MessageShape } from '../../../config/message-shapes';
import { behindMagicByte, type Decoded, decode, hasMagicByte, parseJson } from '../decode';
import { isObject } from '../json-object';
import { OUTBOX_KEYS } from '../met';
import { rejected, type Rejection } from '../rejection';

/** A message as a source or a dead letter has it. */
export interface ArrivedMessage {
  readonly value: Buffer | string | null;
  readonly headers?: Readonly<Record<string, unknown>> | undefined;
}

/** What an envelope tells of its message besides: where the message itself does not say it, it counts. */
export interface Opened extends Decoded {
  readonly around?: Readonly<Record<string, unknown>>;
}

/** Takes a message out of its envelope. What is in none is decoded as it is: a log may hold both. */
export type Opening = (message: ArrivedMessage) => Opened | Rejection;

export const OPENINGS: Readonly<Record<MessageShape['envelope'], Opening>> = {
  none: ({ value }) => decode(value),
  confluent: openConfluent,
  cloudevents: openCloudEvent,
  outbox: openOutbox,
};

/** The wire format of Confluent's JSON serialisers: magic byte, the id of a schema, JSON. No schema is fetched. */
function openConfluent({ value }: ArrivedMessage): Opened | Rejection {
  if (value === null || !hasMagicByte(value)) return decode(value);
  const opened = decode(behindMagicByte(value));
  return opened.kind === 'decoded'
    ? opened
    : rejected(`${opened.reason}, behind a schema registry's magic byte`);
}

const SPECVERSION = '1.0';

/** Version 1.0 in both of its modes: one JSON object around the message, or headers beside it. */
function openCloudEvent({ value, headers = {} }: ArrivedMessage): Opened | Rejection {
  const decoded = decode(value);
  if (decoded.kind === 'rejected') return decoded;
  const version = headerOf(headers, 'ce_specversion');
  if (version !== undefined) {
    if (version !== SPECVERSION) return rejected(`ce_specversion: must be ${SPECVERSION}`);
    return { ...decoded, around: whatIsAround(headerOf(headers, 'ce_id'), headerOf(headers, 'ce_time')) };
  }
  const event = decoded.value;
  if (!isObject(event) || !Object.hasOwn(event, 'specversion')) return decoded;
  if (event['specversion'] !== SPECVERSION) return rejected(`specversion: must be "${SPECVERSION}"`);
  if (!isObject(event['data'])) return rejected('data: must be a JSON object');
  return { kind: 'decoded', value: event['data'], around: whatIsAround(event['id'], event['time']) };
}

/** The attributes of a CloudEvent that say what every message has to. */
function whatIsAround(id: unknown, time: unknown): Readonly<Record<string, unknown>> {
  return { messageId: id, occurredAt: time };
}

/** Of several values under one name the last counts, as in HTTP's bindings of CloudEvents none may come twice. */
function headerOf(headers: Readonly<Record<string, unknown>>, name: string): string | undefined {
  if (!Object.hasOwn(headers, name)) return undefined;
  const value: unknown = Array.isArray(headers[name]) ? headers[name].at(-1) : headers[name];
  return typeof value === 'string' || Buffer.isBuffer(value) ? value.toString() : undefined;
}

/** A JSON text, `schema` and `payload`, and a JSON text as payload: none is deeper. */
const MOST_LAYERS = 3;

/** What Debezium's outbox makes of a JSON column: a JSON text that holds the message, or `payload` beside its `schema`. */
function openOutbox({ value }: ArrivedMessage): Opened | Rejection {
  let opened = decode(value);
  for (let layer = 0; layer < MOST_LAYERS && opened.kind === 'decoded'; layer++) {
    const inner = withinOutbox(opened.value);
    if (inner === undefined) break;
    opened = inner;
  }
  return opened;
}

/** @returns undefined when the value is no layer of an outbox */
function withinOutbox(value: unknown): Decoded | Rejection | undefined {
  if (typeof value === 'string') return parseJson(value) ?? rejected('not JSON within the JSON text');
  if (!isObject(value) || !Object.hasOwn(value, 'payload')) return undefined;
  return Object.keys(value).every((key) => OUTBOX_KEYS.has(key))
    ? { kind: 'decoded', value: value['payload'] }
    : undefined;
}
