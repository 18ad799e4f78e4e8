import type { Sql } from '../../../database/database';
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
  /** Nor dead letters, of events and days that are sealed: whether they were applied cannot be told any more. */
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

/** Looks for what each record must have left in the database: two statements, however many records there are, and one more where something is absent. */
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
        ...placeOf(place, record),
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
    unapplied.push({ ...placeOf(place, sources[index]!), message: messages[index], what });
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

/** @returns of those that are lost the ones whose rows leave or have left */
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
  const sealed = await trace.findSealed(
    sql,
    readable.map(({ message }) => message),
  );
  return new Set([...sealed].map((place) => readable[place]!.index));
}

function placeOf(place: Partition, record: LogRecord): DeadLetterTrace {
  return { ...place, offset: record.offset, digest: recordDigest(record) };
}
