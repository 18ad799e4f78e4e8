import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../../database/database';
import {
  type KnownPartitions,
  moveKnownPartition,
  readKnownPartitions,
} from '../../database/dead-letters/known-partitions';
import { recordSent, type SentLetter } from '../../database/dead-letters/sent';
import type { DeadLetterTopic } from '../../messaging/source/dead-letter-topic';
import type { Watermarks } from '../../messaging/source/kafka-log';
import { emptyLettersOfErased } from '../projections/erased-people';
import type { PersonDigests } from '../projections/person-digests';
import { readSentLetter } from './sent-letter';

export interface CatchUpOptions {
  readonly database: Database;
  /** The topic whose dead letters they are. */
  readonly topic: string;
  readonly target: DeadLetterTopic;
  /** Stand for people who were erased; undefined: nobody can be. */
  readonly digests: PersonDigests | undefined;
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
export async function catchUp(options: CatchUpOptions, isUnsure: boolean): Promise<KnownPartitions> {
  const { database, target } = options;
  const marks = await settledWatermarks(target, isUnsure);
  for (;;) {
    const known = await readKnownPartitions(database, target.name);
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
  { database, topic, target, digests }: CatchUpOptions,
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
      if (!(await moveKnownPartition(sql, target.name, partition, from, nextOffset))) return false;
      await recordSent(sql, topic, letters);
      // The database may have gone back behind an erasure, which is read again: in which order is not known.
      await emptyLettersOfErased(sql, digests, {
        letters: { topic, offsets: letters.map(({ offset }) => offset) },
        texts: letters.flatMap(textsOfSent),
        writtenAt: database.clock.now(),
      });
      return true;
    });
    if (!hasMoved) return undefined;
    from = at = nextOffset;
  } while (at < end);
  return at;
}

const textsOfSent = ({ key, value, headers }: SentLetter): readonly string[] => [
  String(key),
  String(value),
  ...headers.map(([name, content]) => `${name} ${Buffer.from(content ?? '', 'base64').toString()}`),
];
