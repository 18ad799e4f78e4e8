import { z } from 'zod';
import type { Database, Sql } from '../../database/database';
import { storableText } from '../../database/text';
import { deadLetterTopicOf } from '../../messaging/source/kafka-topics';
import { type Letter, LETTER_COLUMNS, letterRow } from './letter';

/** What one request carries; a broker looks at the size of the whole, not of each letter. */
const LETTERS_AT_ONCE = 500;
const BYTES_AT_ONCE = 512 * 1024;
const LONGEST_FAILURE = 500;

/** Those of the topics that have letters which may be sent now. */
export async function dueTopics(sql: Sql, topics: readonly string[]): Promise<readonly string[]> {
  const rows = await sql.query(
    z.object({ topic: z.string() }),
    `SELECT t.topic FROM unnest($1::text[]) AS t(topic)
     WHERE EXISTS (SELECT FROM dead_letters AS l WHERE l.topic = t.topic AND l.send_at <= now())`,
    topics,
  );
  return rows.map(({ topic }) => topic);
}

/** How far each partition of a dead-letter topic must be known for the claim to hold. */
export type Known = ReadonlyMap<number, bigint>;

/**
 * Claims what one request carries of one partition's letters, those that are due for longest, and puts them off by the
 * lease: no other process sends them before it is over. Rows that another process is claiming at this moment are skipped. It is
 * one statement, and so a transaction of its own.
 *
 * @param known nothing is claimed when the database knows less: it has gone back, and with it what had been sent
 */
export async function claimLetters(
  sql: Sql,
  topic: string,
  known: Known,
  leaseMs: number,
): Promise<readonly Letter[]> {
  const letters = await sql.query(
    letterRow,
    `WITH first AS (
       SELECT partition FROM dead_letters WHERE topic = $1 AND send_at <= now() ORDER BY send_at, id LIMIT 1
     ), due AS (
       SELECT id, send_at, coalesce(octet_length(key), 0) + coalesce(octet_length(value), 0)
         + octet_length(headers::text) AS bytes
       FROM dead_letters
       WHERE topic = $1 AND send_at <= now() AND partition = (SELECT partition FROM first)
       ORDER BY send_at, id LIMIT $2::int FOR UPDATE SKIP LOCKED
     ), sized AS (
       SELECT id, sum(bytes) OVER (ORDER BY send_at, id) - bytes AS before FROM due
     )
     UPDATE dead_letters AS l SET attempts = attempts + 1, send_at = now() + $4::float8 * interval '1 ms'
     FROM sized
     WHERE l.id = sized.id AND sized.before < $3::int AND NOT EXISTS (
       SELECT FROM unnest($6::int[], $7::bigint[]) AS k(partition, known)
       LEFT JOIN dead_letter_logs AS d ON d.topic = $5 AND d.partition = k.partition
       WHERE coalesce(d.read_to, 0) < k.known
     )
     RETURNING ${LETTER_COLUMNS}`,
    topic,
    LETTERS_AT_ONCE,
    BYTES_AT_ONCE,
    leaseMs,
    deadLetterTopicOf(topic),
    [...known.keys()],
    [...known.values()].map(String),
  );
  return letters.sort((one, other) => (one.id < other.id ? -1 : 1));
}

/** All of these identify a claimed letter: a database that went back gives the same id to another. */
const CLAIMED = `FROM unnest($1::bigint[], $2::text[], $3::int[]) AS t(id, digest, attempts)
  WHERE l.id = t.id AND l.digest = t.digest AND l.attempts = t.attempts AND l.send_at IS NOT NULL`;

const claimed = (letters: readonly Letter[]) => [
  letters.map(({ id }) => id.toString()),
  letters.map(({ digest }) => digest),
  letters.map(({ attempts }) => attempts),
];

/** Ends a claim without the letters having been sent. @param delayMs after which they are due again */
export async function putOff(
  sql: Sql,
  letters: readonly Letter[],
  delayMs: number,
  failure: string,
): Promise<void> {
  await sql.execute(
    `UPDATE dead_letters AS l SET send_at = now() + $4::float8 * interval '1 ms', failure = $5 ${CLAIMED}`,
    ...claimed(letters),
    delayMs,
    storableText(failure, LONGEST_FAILURE),
  );
}

/** Stores why a claim may have failed. The letters stay put off until its lease is over. */
export async function noteFailure(sql: Sql, letters: readonly Letter[], failure: string): Promise<void> {
  await sql.execute(
    `UPDATE dead_letters AS l SET failure = $4 ${CLAIMED}`,
    ...claimed(letters),
    storableText(failure, LONGEST_FAILURE),
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
    const hasMoved = isNext && (await moveKnown(sql, deadLetterTopicOf(topic), partition, known, next));
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

/** How far each partition of a dead-letter topic is known. */
export async function knownPartitions(sql: Sql, deadLetterTopic: string): Promise<Known> {
  const rows = await sql.query(
    z.object({ partition: z.number(), readTo: z.bigint() }),
    'SELECT partition, read_to AS "readTo" FROM dead_letter_logs WHERE topic = $1',
    deadLetterTopic,
  );
  return new Map(rows.map(({ partition, readTo }) => [partition, readTo]));
}

/**
 * Moves how far a partition is known, and locks that for the transaction.
 *
 * @param from what it is moved from; 0 for a partition of which nothing is known
 * @returns false when it has moved since: by another process, or because the database went back
 */
export async function moveKnown(
  sql: Sql,
  deadLetterTopic: string,
  partition: number,
  from: bigint,
  to: bigint,
): Promise<boolean> {
  const moved = await sql.execute(
    `INSERT INTO dead_letter_logs AS d (topic, partition, read_to)
     SELECT $1, $2::int, $4::bigint
     WHERE $3::bigint = 0 OR EXISTS (SELECT FROM dead_letter_logs WHERE topic = $1 AND partition = $2::int)
     ON CONFLICT (topic, partition) DO UPDATE SET read_to = excluded.read_to WHERE d.read_to = $3::bigint`,
    deadLetterTopic,
    partition,
    from,
    to,
  );
  return moved === 1;
}
