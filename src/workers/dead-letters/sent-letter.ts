import { z } from 'zod';
import { type StoredHeader, storedHeaders } from '../../database/dead-letters';
import type { LogRecord } from '../../messaging/source/kafka-log';
import { recordDigest } from '../../messaging/source/record-digest';
import { HEADER, OURS } from './letter';

/** A dead letter as its topic holds it: whole, but for what was left out. */
export interface SentLetter {
  readonly partition: number;
  readonly offset: bigint;
  readonly digest: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly StoredHeader[];
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
}

const header = z.instanceof(Buffer).transform(String);

/** The headers that a letter of ours has; others are in it as they came. */
const headersOfOurs = z.object({
  [HEADER.error]: header,
  [HEADER.topic]: header,
  [HEADER.partition]: header.pipe(z.string().regex(/^\d{1,9}$/)).transform(Number),
  [HEADER.offset]: header.pipe(z.string().regex(/^\d{1,18}$/)).transform(BigInt),
  [HEADER.leftOut]: header.optional(),
  [HEADER.digest]: header.optional(),
});

/** @returns undefined for what is no dead letter of this topic */
export function readSentLetter(topic: string, record: LogRecord): SentLetter | undefined {
  const { success, data } = headersOfOurs.safeParse(record.headers);
  if (!success || data[HEADER.topic] !== topic) return undefined;
  const { key, value, timestamp = 0n } = record;
  return {
    partition: data[HEADER.partition],
    offset: data[HEADER.offset],
    digest: data[HEADER.digest] ?? recordDigest({ key, value }),
    key,
    value,
    headers: storedHeaders(record.headers).filter(([name]) => !OURS.has(name)),
    reason: data[HEADER.error],
    sentAt: Number(timestamp),
  };
}
