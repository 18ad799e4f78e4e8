import type { Instant } from '../../domain/values';
import { deadLetterTopicOf } from '../../messaging/source/kafka-topics';
import type { Database, Sql } from '../database';
import { storableText, timestamp } from '../parameters';
import type { StoredHeader, Letter } from './letter';
import { moveKnownPartition } from './known-partitions';

/** A dead letter as its topic holds it: whole, but for what was left out. */
export interface SentLetter {
  readonly partition: number;
  readonly offset: bigint;
  readonly digest: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly StoredHeader[];
  readonly reason: string;
  readonly sealed: boolean;
  readonly sentAt: Instant;
}

/**
 * Marks what a topic was found to hold as sent, and writes as sent what the database has lost.
 *
 * @param topic the topic whose dead letters they are, as the broker knows it
 */
export async function recordSent(sql: Sql, topic: string, letters: readonly SentLetter[]): Promise<void> {
  const once = [
    ...new Map(
      letters.map((letter) => [`${letter.partition} ${letter.offset} ${letter.digest}`, letter]),
    ).values(),
  ];
  if (once.length === 0) return;
  await sql.execute(
    `INSERT INTO dead_letters AS l
       (topic, partition, "offset", digest, key, value, headers, reason, sealed, rejected_at, sent_at)
     SELECT $1, t.partition, t."offset", t.digest, decode(t.key, 'base64'), decode(t.value, 'base64'),
       t.headers::jsonb, t.reason, t.sealed, t.sent_at, t.sent_at
     FROM unnest($2::int[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
       $9::bool[], $10::timestamptz[]) AS t(partition, "offset", digest, key, value, headers, reason, sealed, sent_at)
     ON CONFLICT (topic, partition, "offset", digest) DO UPDATE
     SET sent_at = excluded.sent_at, send_at = NULL, failure = NULL WHERE l.sent_at IS NULL`,
    topic,
    once.map(({ partition }) => partition),
    once.map(({ offset }) => offset.toString()),
    once.map(({ digest }) => digest),
    once.map(({ key }) => key?.toString('base64') ?? null),
    once.map(({ value }) => value?.toString('base64') ?? null),
    once.map(({ headers }) => JSON.stringify(headers)),
    once.map(({ reason }) => storableText(reason)),
    once.map(({ sealed }) => sealed),
    once.map(({ sentAt }) => timestamp(sentAt)),
  );
}

/** Where letters were written, and how far that partition of the dead-letter topic was known before. */
export interface Written {
  readonly partition: number;
  readonly known: bigint;
  /** Undefined where the broker does not return it. */
  readonly firstOffset: bigint | undefined;
}

/**
 * Marks letters as sent, once the broker has accepted them, even if another process has claimed them since. What they add to the
 * dead-letter topic is known with that, unless something else stands between them and what was known before.
 *
 * @returns how far the partition is known now
 * @throws when the database does not hold them all: it went back
 */
export async function markSent(
  database: Database,
  letters: readonly Letter[],
  { partition, known, firstOffset }: Written,
): Promise<bigint> {
  const topic = letters[0]!.topic;
  const next = known + BigInt(letters.length);
  return database.transaction(async (sql) => {
    const isNext = firstOffset === known;
    const hasMoved =
      isNext && (await moveKnownPartition(sql, deadLetterTopicOf(topic), partition, known, next));
    const marked = await sql.execute(
      `UPDATE dead_letters AS l
       SET sent_at = coalesce(l.sent_at, now()), send_at = NULL, failure = NULL
       FROM unnest($2::int[], $3::bigint[], $4::text[]) AS t(partition, "offset", digest)
       WHERE l.topic = $1 AND l.partition = t.partition AND l."offset" = t."offset" AND l.digest = t.digest`,
      topic,
      letters.map((letter) => letter.partition),
      letters.map(({ offset }) => offset.toString()),
      letters.map(({ digest }) => digest),
    );
    if (marked < letters.length) throw new Error('The database has gone back behind letters that were sent.');
    return hasMoved ? next : known;
  });
}
