import { z } from 'zod';
import { storedHeaders } from '../../database/dead-letters/letter';
import type { SentLetter } from '../../database/dead-letters/sent';
import type { LogRecord } from '../../messaging/source/kafka-log';
import { recordDigest } from '../../messaging/source/record-digest';
import type { Instant } from '../../domain/values';
import { HEADER, OURS } from './outgoing-letter';

const header = z.instanceof(Buffer).transform(String);

/** The headers that a letter of ours has; others are in it as they came. */
const headersOfOurs = z.object({
  [HEADER.error]: header,
  [HEADER.topic]: header,
  [HEADER.partition]: header.pipe(z.string().regex(/^\d{1,9}$/)).transform(Number),
  [HEADER.offset]: header.pipe(z.string().regex(/^\d{1,18}$/)).transform(BigInt),
  [HEADER.sealed]: header.optional(),
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
    sealed: data[HEADER.sealed] === 'true',
    sentAt: Number(timestamp) as Instant,
  };
}
