import type { BusinessCalendar } from '../../../domain/calendar';
import type { Database } from '../../../database/database';
import { readAppliedPartitions } from '../../../database/offsets';
import type { LogReader } from '../../../messaging/source/kafka-log';
import type { MessageReader } from '../../messages/shapes/reader';
import { TOPICS } from '../../messages/topics';
import type { PersonDigests } from '../../projections/person-digests';
import { createProjections } from '../../projections/registry';
import type { Missing } from './compare-records';
import { type PartitionReport, verifyPartition } from './verify-partition';

export interface VerifyLogOptions {
  readonly database: Database;
  readonly reader: LogReader;
  /** Put before every topic's name. */
  readonly topicPrefix: string;
  /** As the workers have it. */
  readonly readMessage: MessageReader;
  /** That of the service: it says which day a measurement belongs to. */
  readonly calendar: Pick<BusinessCalendar, 'dayOf'>;
  /** As the workers have them: without, a log that tells of people who were erased cannot be compared. */
  readonly digests: PersonDigests | undefined;
  /** How many missing messages are named; the others are counted. */
  readonly limit: number;
  /** The text is asked for when it is to be shown. */
  readonly onProgress?: (text: () => string) => void;
}

export interface LogVerification {
  readonly partitions: readonly PartitionReport[];
  /** The first few, partition by partition. */
  readonly named: readonly Missing[];
}

/**
 * Compares the raw rows with Kafka's log as far as the log reaches: every message before the stored offset must have
 * left what it leaves, or be a dead letter. Memory does not grow with the number of messages.
 *
 * @throws PrivacyKeyMismatch when people were erased by another key
 * @throws CannotTell when the log cannot be read, or the database goes back in between
 * @throws DatabaseUnavailable
 */
export async function verifyLog(options: VerifyLogOptions): Promise<LogVerification> {
  const {
    database,
    reader,
    readMessage,
    topicPrefix,
    calendar,
    digests,
    limit,
    onProgress = () => undefined,
  } = options;
  const projections = createProjections(calendar, digests);
  const partitions: PartitionReport[] = [];
  const named: Missing[] = [];
  const onMissing = (missing: Missing): void => {
    if (named.length < limit) named.push(missing);
  };
  for (const name of TOPICS) {
    const topic = { name, trace: projections[name].trace, readMessage };
    for (const place of await partitionsOf(options, topicPrefix + name)) {
      const report = await verifyPartition({ database, reader, topic, onMissing, onProgress }, place);
      partitions.push(report);
    }
  }
  return { partitions, named };
}

/** Those of the log, and those that were read once: a topic made anew may have fewer. */
async function partitionsOf({ database, reader }: VerifyLogOptions, topic: string) {
  const inLog = await reader.watermarks(topic);
  const applied = await readAppliedPartitions(database, topic);
  const all = new Set([...inLog.keys(), ...applied]);
  return [...all].sort((one, other) => one - other).map((partition) => ({ topic, partition }));
}

/** @returns how many things are wrong: 0 when the database holds all that it says it has applied */
export function countWrong({ partitions }: LogVerification): number {
  return partitions.reduce((count, { missing, findings }) => count + missing + findings.length, 0);
}
