import type { StoredHeader, Letter } from '../../database/dead-letters/letter';
import type { OutgoingLetter } from '../../messaging/source/dead-letter-topic';
import type { Instant } from '../../domain/values';

export const HEADER = {
  error: 'x-error',
  topic: 'x-original-topic',
  partition: 'x-original-partition',
  offset: 'x-original-offset',
  /** Of a message that came for what is sealed. */
  sealed: 'x-sealed',
  /** What was left out of what is sent. */
  leftOut: 'x-left-out',
  /** Of key and value as they were; where one of them was left out. */
  digest: 'x-original-digest',
} as const;

/** Names that are ours on the dead-letter topic. */
export const OURS: ReadonlySet<string> = new Set(Object.values(HEADER));

/** Of a reason, where even that is too long to be taken whole. */
const SHORT_REASON = 200;

/**
 * A letter as it is sent. What is left out is named: a header without a value, since KafkaJS cannot write one
 * (tulios/kafkajs 1786), one by a name that is ours, and all of a letter that held somebody who was erased.
 */
export function whole(letter: Letter): OutgoingLetter {
  return toOutgoing(letter, letter.isErased ? ['value', 'headers', 'key'] : []);
}

/** For a broker that finds it too large: the letter with ever less of it, each time named. */
export function* withLess(letter: Letter): Generator<OutgoingLetter> {
  if (isLong(letter.value)) yield toOutgoing(letter, ['value']);
  if (isLong(letter.headers)) yield toOutgoing(letter, ['value', 'headers']);
  if (isLong(letter.key) || letter.reason.length > SHORT_REASON)
    yield toOutgoing(letter, ['value', 'headers', 'key']);
}

type Part = 'key' | 'value' | 'headers';

const isLong = (part: { readonly length: number } | null): boolean => part !== null && part.length > 0;

function toOutgoing(letter: Letter, without: readonly Part[]): OutgoingLetter {
  const { reason, topic, partition, offset, digest, now } = letter;
  const parts = letter.isErased ? without : without.filter((part) => isLong(letter[part]));
  const { kept, leftOut } = parts.includes('headers') ? NO_HEADERS : sortHeaders(letter.headers);
  const missing = [...parts, ...leftOut.map((name) => `header ${name}`)];
  const ours: (readonly [string, string])[] = [
    [HEADER.error, without.includes('key') ? reason.slice(0, SHORT_REASON) : reason],
    [HEADER.topic, topic],
    [HEADER.partition, String(partition)],
    [HEADER.offset, offset.toString()],
  ];
  if (letter.sealed) ours.push([HEADER.sealed, 'true']);
  if (missing.length > 0) ours.push([HEADER.leftOut, missing.join(', ')]);
  if (parts.includes('value') || parts.includes('key')) ours.push([HEADER.digest, digest]);
  return {
    key: parts.includes('key') ? null : letter.key,
    value: parts.includes('value') ? null : letter.value,
    headers: [...kept, ...ours],
    timestamp: now,
  };
}

const NO_HEADERS: { kept: []; leftOut: [] } = { kept: [], leftOut: [] };

function sortHeaders(headers: readonly StoredHeader[]) {
  const kept: (readonly [string, Buffer])[] = [];
  const leftOut: string[] = [];
  for (const [name, value] of headers) {
    if (value === null || OURS.has(name)) leftOut.push(name);
    else kept.push([name, Buffer.from(value, 'base64')]);
  }
  return { kept, leftOut };
}

/**
 * A message under the timestamp that the broker has taken with the original: where the clocks of database and broker are
 * more than an hour apart, it does not take the database's.
 */
export function underItsOwnTimestamp(message: OutgoingLetter, { timestamp }: Letter): OutgoingLetter {
  return timestamp === null ? message : { ...message, timestamp: Number(timestamp) as Instant };
}
