import type { Sql } from '../../../database/database';
import type { LogRecord } from '../../../messaging/source/kafka-log';
import { recordDigest } from '../../../messaging/source/record-digest';
import type { Partition } from '../../../messaging/source/source';
import type { Instant } from '../../../domain/values';
import type { MessageReader } from '../../messages/shapes/reader';
import type { ParsedMessage, Topic } from '../../messages/topics';
import { DEAD_LETTERS, type Trace, type Traces, type Unapplied } from './traces';

/** The outcomes of records that lie before the stored offset. */
export interface Comparison {
  readonly applied: number;
  readonly deadLetters: number;
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
  readonly traces: Traces;
  /** As the workers have it. */
  readonly readMessage: MessageReader;
}

/** Looks for what each record must have left in the database: two statements, however many records there are. */
export async function compareRecords(
  sql: Pick<Sql, 'query'>,
  { name, traces, readMessage }: ComparedTopic,
  place: Partition,
  records: readonly LogRecord[],
): Promise<Comparison> {
  const unapplied: Unapplied[] = [];
  const messages: ParsedMessage[] = [];
  const sources: LogRecord[] = [];
  for (const record of records) {
    const parsed = readMessage(name, record, WHENEVER);
    if (parsed.kind === 'rejected')
      unapplied.push(toUnapplied(place, record, `no dead letter (${parsed.reason})`));
    else {
      messages.push(parsed);
      sources.push(record);
    }
  }
  const trace: Trace<ParsedMessage> = traces[name];
  const absent = await trace.findAbsent(sql, messages);
  for (const [index, what] of absent) unapplied.push(toUnapplied(place, sources[index]!, what));
  const lost = await DEAD_LETTERS.findAbsent(sql, unapplied);
  return {
    applied: messages.length - absent.size,
    deadLetters: unapplied.length - lost.size,
    missing: [...lost]
      .map(([index, what]) => ({ ...place, offset: unapplied[index]!.offset, what }))
      .sort((one, other) => Number(one.offset - other.offset)),
  };
}

function toUnapplied(place: Partition, record: LogRecord, what: string): Unapplied {
  return { ...place, offset: record.offset, digest: recordDigest(record), what };
}
