import { setTimeout as pause } from 'node:timers/promises';
import type { Database, Sql } from '../../database/database';
import { storableText } from '../../database/text';
import type { DeadLetterTopic } from '../../messaging/source/dead-letter-topic';
import type { Watermarks } from '../../messaging/source/kafka-log';
import { type Known, knownPartitions, moveKnown } from './outbox-rows';
import { readSentLetter, type SentLetter } from './sent-letter';

export interface CatchUpOptions {
  readonly database: Database;
  /** The topic whose dead letters they are. */
  readonly topic: string;
  readonly target: DeadLetterTopic;
}

/** A broker that answers later than this has been away, and may still process requests that were given up long ago. */
const PROMPT_MS = 2_000;
/** How long to wait for it to process them. */
const SETTLE_MS = 3_000;

/**
 * Brings the rows up to what the dead-letter topic holds: a letter that is there is marked as sent, even if its
 * sender got no answer, and one that the database lost when it went back is written again as sent. Only what is left
 * then has to be sent.
 *
 * @param isUnsure whether a request of ours may still be under way
 * @returns how far each partition is known now, which is its end
 */
export async function catchUp(options: CatchUpOptions, isUnsure: boolean): Promise<Known> {
  const { database, target } = options;
  const marks = await settledWatermarks(target, isUnsure);
  for (;;) {
    const known = await knownPartitions(database, target.name);
    const now = new Map<number, bigint>();
    for (const [partition, mark] of marks) {
      const to = await readOn(options, partition, known.get(partition) ?? 0n, mark);
      if (to !== undefined) now.set(partition, to);
    }
    // Where another process has read on at the same time, the rest is read again.
    if (now.size === marks.size) return now;
  }
}

async function settledWatermarks(
  target: DeadLetterTopic,
  isUnsure: boolean,
): Promise<ReadonlyMap<number, Watermarks>> {
  const asked = performance.now();
  const marks = await target.watermarks();
  if (!isUnsure && performance.now() - asked < PROMPT_MS) return marks;
  await pause(SETTLE_MS);
  return target.watermarks();
}

/** @returns how far the partition is known, or undefined when another process has moved that */
async function readOn(
  { database, topic, target }: CatchUpOptions,
  partition: number,
  known: bigint,
  { low, end }: Watermarks,
): Promise<bigint | undefined> {
  if (known === end) return known;
  // Beyond the end: the topic was made anew. Before its beginning: the broker has deleted what is older.
  let at = known > end || known < low ? low : known;
  let from = known;
  do {
    const { records, nextOffset } =
      at === end ? { records: [], nextOffset: end } : await target.read(partition, at);
    if (nextOffset === at && at < end)
      throw new Error(`${target.name}/${partition} cannot be read at ${at}.`);
    const letters = records.flatMap((record) => readSentLetter(topic, record) ?? []);
    const hasMoved = await database.transaction(async (sql) => {
      if (!(await moveKnown(sql, target.name, partition, from, nextOffset))) return false;
      await recordSent(sql, topic, letters);
      return true;
    });
    if (!hasMoved) return undefined;
    from = at = nextOffset;
  } while (at < end);
  return at;
}

async function recordSent(sql: Sql, topic: string, letters: readonly SentLetter[]): Promise<void> {
  const once = [
    ...new Map(
      letters.map((letter) => [`${letter.partition} ${letter.offset} ${letter.digest}`, letter]),
    ).values(),
  ];
  if (once.length === 0) return;
  await sql.execute(
    `INSERT INTO dead_letters AS l
       (topic, partition, "offset", digest, key, value, headers, reason, rejected_at, sent_at)
     SELECT $1, t.partition, t."offset", t.digest, decode(t.key, 'base64'), decode(t.value, 'base64'),
       t.headers::jsonb, t.reason, t.sent_at, t.sent_at
     FROM unnest($2::int[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
       $9::timestamptz[]) AS t(partition, "offset", digest, key, value, headers, reason, sent_at)
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
    once.map(({ sentAt }) => new Date(sentAt).toISOString()),
  );
}
