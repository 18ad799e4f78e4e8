import { z } from 'zod';
import { deadLetterTopicOf } from '../../messaging/source/kafka-topics';
import type { Sql } from '../database';
import { storableText } from '../parameters';
import type { KnownPartitions } from './known-partitions';
import { type Letter, LETTER_COLUMNS, letterRow } from './letter';

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

/** The most that a claim takes. */
export interface ClaimLimits {
  readonly letters: number;
  /** Of keys, values and headers together; a claim takes one letter at least. */
  readonly bytes: number;
}

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
  known: KnownPartitions,
  limits: ClaimLimits,
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
    limits.letters,
    limits.bytes,
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
