import type { ReasonCount } from '../database/dead-letters/letter-counts';
import { textOf } from '../database/dead-letters/letter-text';
import { type LetterSummary, stateOf, type WholeLetter } from '../database/dead-letters/stored-letters';
import type { Count, Instant } from '../domain/values';
import type { DeadLetter, DeadLetterContent, DeadLetterCount, LetterPart } from '../schema/dead-letter';
import { DeadLetterState } from '../schema/enums';
import { MOST_HEADERS } from './list-limits';

const LONGEST_REASON = 500;
const LONGEST_CONTENT = 4_096;
const LONGEST_NAME = 200;

export const cutReason = (reason: string): string => cut(reason, LONGEST_REASON);

const STATES = {
  waiting: DeadLetterState.WAITING,
  sent: DeadLetterState.SENT,
  replayed: DeadLetterState.REPLAYED,
  erased: DeadLetterState.ERASED,
} as const;

export function toCount({ topic, reason, state, count }: ReasonCount): DeadLetterCount {
  return { topic, reason: cutReason(reason), state: STATES[state], count: count as Count };
}

export function toLetter(letter: LetterSummary): DeadLetter {
  const { id, topic, partition, offset, reason, rejectedAt, sizeBytes } = letter;
  return {
    id: id.toString(),
    topic,
    partition,
    offset: offset.toString(),
    reason: cutReason(reason),
    rejectedAt,
    state: STATES[stateOf(letter)],
    sizeBytes,
  };
}

export function toContent(letter: WholeLetter): DeadLetterContent {
  const { timestamp, failure, headers, key, value } = letter;
  return {
    letter: toLetter(letter),
    writtenAt: timestamp === null ? null : instantOf(timestamp),
    failure: failure === null ? null : cutReason(failure),
    headers: headers.slice(0, MOST_HEADERS).map(([name, base64]) => ({
      name: cut(name, LONGEST_NAME),
      value: base64 === null ? null : toPart(Buffer.from(base64, 'base64')),
    })),
    key: key && toPart(key),
    value: value && toPart(value),
  };
}

/** What a sender wrote as the time of a record is any number of 64 bits. */
function instantOf(timestamp: bigint): Instant | null {
  const instant = Number(timestamp);
  return Number.isNaN(new Date(instant).getTime()) ? null : (instant as Instant);
}

function toPart(bytes: Buffer): LetterPart {
  const text = textOf(bytes);
  const whole = text ?? bytes.toString('base64');
  const content = cut(whole, LONGEST_CONTENT);
  return { content, isText: text !== undefined, isCut: content !== whole, bytes: bytes.length };
}

/** Never within a character: the half of one is no text. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return text.slice(0, isLeading(text.charCodeAt(most - 1)) ? most - 1 : most);
}

/** Whether a code unit is the first of two that are one character. */
const isLeading = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
