import type { Sql } from '../../../database/database';
import { readLettersLeft } from '../../../database/dead-letters/sealed-letters';
import { absentDeadLetters, type DeadLetterTrace } from '../../../database/verification/dead-letters';
import type { LogRecord } from '../../../messaging/source/kafka-log';
import { recordDigest } from '../../../messaging/source/record-digest';
import type { Partition } from '../../../messaging/source/source';
import type { Instant } from '../../../domain/values';
import type { MessageReader } from '../../messages/shapes/reader';
import type { ParsedMessage, Topic } from '../../messages/topics';
import { createTrace, type Trace } from '../../projections/verifiable';

/** The outcomes of records that lie before the stored offset. */
export interface Comparison {
  readonly applied: number;
  readonly deadLetters: number;
  /** Nor dead letters, of events and days that are sealed: what became of them cannot be told any more. */
  readonly sealed: number;
  /** Neither applied nor kept as dead letters, in the order of their offsets. */
  readonly missing: readonly Missing[];
}

export interface Missing extends Partition {
  readonly offset: bigint;
  /** "no row of participant … of event …" */
  readonly what: string;
}

/**
 * Whether a message lay too far ahead was decided by the time at which it was applied, which is not stored. So
 * that rule is left out: such a message was either applied or is a dead letter, and either is looked for.
 */
const WHENEVER = Infinity as Instant;

export interface ComparedTopic {
  /** Without the prefix of the installation. */
  readonly name: Topic;
  /** What its messages must have left. */
  readonly trace: Trace<ParsedMessage>;
  /** As the workers have it. */
  readonly readMessage: MessageReader;
}

/** A message that must be kept as a dead letter unless it was applied. */
interface Unapplied extends DeadLetterTrace {
  /** As the broker has it; undefined where it has none. */
  readonly writtenAt: Instant | undefined;
  /** Undefined where it could not be read. */
  readonly message: ParsedMessage | undefined;
  /** Why it cannot have been applied, or what is missing of it. */
  readonly what: string;
}

const DEAD_LETTERS: Trace<Unapplied> = createTrace({
  leftBy: (message) => [message],
  findAbsent: absentDeadLetters,
  describe: ({ what }) => what,
});

/**
 * Looks for what each record must have left in the database: two statements, however many records there are, and one more where something
 * is absent.
 */
export async function compareRecords(
  sql: Pick<Sql, 'query'>,
  { name, trace, readMessage }: ComparedTopic,
  place: Partition,
  records: readonly LogRecord[],
): Promise<Comparison> {
  const unapplied: Unapplied[] = [];
  const messages: ParsedMessage[] = [];
  const sources: LogRecord[] = [];
  for (const record of records) {
    const parsed = readMessage(name, record, WHENEVER);
    if (parsed.kind === 'rejected')
      unapplied.push({
        ...traceOf(place, record),
        message: undefined,
        what: `no dead letter (${parsed.reason})`,
      });
    else {
      messages.push(parsed);
      sources.push(record);
    }
  }
  const absent = await trace.findAbsent(sql, messages);
  for (const [index, what] of absent)
    unapplied.push({ ...traceOf(place, sources[index]!), message: messages[index], what });
  const lost = await DEAD_LETTERS.findAbsent(sql, unapplied);
  const sealed = await findSealed(sql, trace, unapplied, lost);
  return {
    applied: messages.length - absent.size,
    deadLetters: unapplied.length - lost.size,
    sealed: sealed.size,
    missing: [...lost]
      .filter(([index]) => !sealed.has(index))
      .map(([index, what]) => ({ ...place, offset: unapplied[index]!.offset, what }))
      .sort((one, other) => Number(one.offset - other.offset)),
  };
}

/** So far may the clocks of brokers, senders and database be apart. */
const CLOCKS_APART_MS = 3_600_000;

/**
 * Of what came before the sealing the rows have left, and of what came behind it long ago the dead letters (workers/retention). All else must be
 * a dead letter.
 *
 * @returns of those that are lost the ones of which something may have left
 */
async function findSealed(
  sql: Pick<Sql, 'query'>,
  trace: Trace<ParsedMessage>,
  unapplied: readonly Unapplied[],
  lost: ReadonlyMap<number, string>,
): Promise<ReadonlySet<number>> {
  const readable = [...lost.keys()].flatMap((index) => {
    const { message } = unapplied[index]!;
    return message === undefined ? [] : [{ index, message }];
  });
  if (readable.length === 0) return new Set();
  const sealed = await trace.findSealed(
    sql,
    readable.map(({ message }) => message),
  );
  if (sealed.size === 0) return new Set();
  const lettersLeft = (await readLettersLeft(sql)) ?? -Infinity;
  return new Set(
    [...sealed].flatMap(([place, since]) => {
      const { index } = readable[place]!;
      const { writtenAt = -Infinity } = unapplied[index]!;
      return writtenAt <= Math.max(since, lettersLeft) + CLOCKS_APART_MS ? [index] : [];
    }),
  );
}

function traceOf(place: Partition, record: LogRecord): DeadLetterTrace & Pick<Unapplied, 'writtenAt'> {
  const { offset, timestamp } = record;
  const writtenAt = timestamp === undefined ? undefined : (Number(timestamp) as Instant);
  return { ...place, offset, digest: recordDigest(record), writtenAt };
}
