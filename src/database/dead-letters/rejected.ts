import type { Instant } from '../../domain/values';
import { recordDigest } from '../../messaging/source/record-digest';
import type { BatchPosition, RejectedMessage } from '../../messaging/source/source';
import type { Sql } from '../database';
import { storableText, timestamp } from '../parameters';
import { storedHeaders } from './letter';

/** What is written by one statement: PostgreSQL takes no parameter of a gigabyte, nor is memory without end. */
const BYTES_AT_ONCE = 16 * 1024 * 1024;
/** A reason is for people to read. */
const LONGEST_REASON = 4_000;

/**
 * Writes messages that can never be applied as rows, due at once for the dead-letter topic. To be called within the
 * transaction that moves the partition's offset past them, so that each is there exactly once. One that is there
 * already, since the log or the database went back, stays as it is; if it was read back from the dead-letter topic
 * (workers/dead-letters/catch-up.ts), where something of it may have been left out, it is made whole.
 *
 * @param rejectedAt by the database's clock
 */
export async function recordDeadLetters(
  sql: Sql,
  { topic, partition }: Pick<BatchPosition, 'topic' | 'partition'>,
  letters: readonly RejectedMessage[],
  rejectedAt: Instant,
): Promise<void> {
  for (const chunk of inChunks(letters)) {
    await sql.execute(
      INSERT,
      topic,
      partition,
      timestamp(rejectedAt),
      chunk.map(({ message }) => message.offset.toString()),
      chunk.map(({ message }) => recordDigest(message)),
      chunk.map(({ message }) => message.timestamp?.toString() ?? null),
      chunk.map(({ message }) => message.key?.toString('base64') ?? null),
      chunk.map(({ message }) => message.value?.toString('base64') ?? null),
      chunk.map(({ message }) => JSON.stringify(storedHeaders(message.headers))),
      chunk.map(({ reason }) => storableText(reason, LONGEST_REASON)),
      chunk.map(({ sealed = false }) => sealed),
    );
  }
}

/** Bytes travel as text: an array of them is taken by one of the two drivers only. */
const INSERT = `
  INSERT INTO dead_letters
    (topic, partition, "offset", digest, record_timestamp, key, value, headers, reason, sealed, rejected_at, send_at)
  SELECT DISTINCT ON (t."offset", t.digest) $1, $2::int, t."offset", t.digest, t.record_timestamp, decode(t.key, 'base64'), decode(t.value, 'base64'),
    t.headers::jsonb, t.reason, t.sealed, $3::timestamptz, now()
  FROM unnest($4::bigint[], $5::text[], $6::bigint[], $7::text[], $8::text[], $9::text[], $10::text[], $11::bool[])
    WITH ORDINALITY AS t("offset", digest, record_timestamp, key, value, headers, reason, sealed, place)
  ORDER BY t."offset", t.digest, t.place
  ON CONFLICT (topic, partition, "offset", digest) DO UPDATE
  SET record_timestamp = excluded.record_timestamp, key = excluded.key, value = excluded.value,
    headers = excluded.headers
  WHERE dead_letters.sent_at IS NOT NULL AND dead_letters.attempts = 0 AND dead_letters.erased_at IS NULL`;

function* inChunks(letters: readonly RejectedMessage[]): Generator<readonly RejectedMessage[]> {
  let chunk: RejectedMessage[] = [];
  let bytes = 0;
  for (const letter of letters) {
    const size = (letter.message.key?.length ?? 0) + (letter.message.value?.length ?? 0);
    if (chunk.length > 0 && bytes + size > BYTES_AT_ONCE) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(letter);
    bytes += size;
  }
  if (chunk.length > 0) yield chunk;
}
