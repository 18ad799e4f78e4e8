import { randomUUID } from 'node:crypto';
import type { Kafka } from 'kafkajs';
import { z } from 'zod';
import { recordDeadLetters } from '../../../src/database/dead-letters/rejected';
import { createLogger } from '../../../src/observability/log';
import { createDeadLetterTopic } from '../../../src/messaging/source/dead-letter-topic';
import { createLogReader, type LogReader, type LogRecord } from '../../../src/messaging/source/kafka-log';
import type { SourceMessage } from '../../../src/messaging/source/source';
import type { Instant } from '../../../src/domain/values';
import { createDeadLetterOutbox, type DeadLetterOutbox } from '../../../src/workers/dead-letters/outbox';
import { addresses } from '../addresses';
import { TEST_DIGESTS } from '../digests';
import { freshTopicPrefix } from '../isolation';
import { quietKafka } from '../servers/kafka';
import { type OpenDatabase, openServer } from '../streams/databases';
import { waitFor } from '../wait-for';
import { createTopics } from '../topics';

/** The content of a dead letter, without its offset. */
export type LetterContent = Partial<Omit<SourceMessage, 'offset'>> & {
  readonly reason?: string;
  readonly partition?: number;
  readonly sealed?: boolean;
};

/** A database, topics of its own, and the records on their dead-letter topics. */
export type LetterFixture = Awaited<ReturnType<typeof openLetterFixture>>;

export async function openLetterFixture(open: OpenDatabase = openServer, brokers = addresses().kafkaBrokers) {
  const opened = await open();
  const { database, url } = opened;
  const kafka = quietKafka(brokers);
  const outboxes: DeadLetterOutbox[] = [];
  const log = createLogReader(kafka);
  const lines: string[] = [];
  const logger = createLogger({ level: 'debug', destination: { write: (line) => void lines.push(line) } });

  async function waiting(topic: string): Promise<number> {
    const [row] = await database.query(
      z.object({ count: z.bigint() }),
      'SELECT count(*) FROM dead_letters WHERE topic = $1 AND send_at IS NOT NULL',
      topic,
    );
    return Number(row?.count);
  }

  return {
    database,
    databaseUrl: url ?? '',
    brokers,
    kafka,
    newTopic: () => `${freshTopicPrefix()}${randomUUID().slice(0, 4)}`,
    /** Writes letters as a worker does, from the offset on. */
    async record(topic: string, contents: readonly LetterContent[], from = 0): Promise<void> {
      for (const [
        index,
        { partition = 0, reason = 'It is no JSON.', sealed = false, ...content },
      ] of contents.entries()) {
        const message = { offset: BigInt(from + index), key: null, value: null, ...content };
        await recordDeadLetters(
          database,
          { topic, partition },
          [{ message, reason, sealed }],
          Date.now() as Instant,
        );
      }
    },
    startOutbox(topics: readonly string[], leaseMs?: number): DeadLetterOutbox {
      const outbox = createDeadLetterOutbox({
        digests: TEST_DIGESTS,
        database,
        topics,
        open: (topic) => createDeadLetterTopic(kafka, topic),
        log: logger,
        everyMs: 20,
        ...(leaseMs !== undefined && { leaseMs }),
      });
      outboxes.push(outbox);
      outbox.start();
      return outbox;
    },
    /** The records of the topic's dead-letter topic, by partition and offset. */
    sent: (topic: string) => readWhole(log, `${topic}.dlq`),
    /** How many of the topic's letters are not known to be sent. */
    waiting,
    untilWaiting: (topic: string, count: number) =>
      waitFor(async () => (await waiting(topic)) === count, {
        what: `${count} letters to wait`,
        timeoutMs: 60_000,
      }),
    /** How often the outboxes have logged that they could not send. */
    failures: () => lines.filter((line) => line.includes('dead letters cannot be sent')).length,
    makeDeadLetterTopic: (topic: string, config: Readonly<Record<string, string>>, numPartitions = 1) =>
      makeTopic(kafka, `${topic}.dlq`, config, numPartitions),
    async close(): Promise<void> {
      await Promise.all(outboxes.map((outbox) => outbox.stop()));
      await log.close();
      await opened.close();
    },
  };
}

async function readWhole(log: LogReader, topic: string): Promise<readonly LogRecord[]> {
  const records: LogRecord[] = [];
  for (const [partition, { low, end }] of await log.watermarks(topic)) {
    for (let at = low; at < end;) {
      const slice = await log.read(topic, partition, at);
      records.push(...slice.records);
      at = slice.nextOffset;
    }
  }
  return records;
}

async function makeTopic(
  kafka: Kafka,
  topic: string,
  config: Readonly<Record<string, string>>,
  numPartitions: number,
): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
  await createTopics(admin, [{ topic, numPartitions, configEntries }]);
  await admin.disconnect();
}

/** A header of a record as text. */
export function headerOf({ headers }: LogRecord, name: string): string | undefined {
  const value = headers[name];
  return Buffer.isBuffer(value) ? value.toString() : undefined;
}

/** Identifies a letter on its dead-letter topic. */
export function placeOf(record: LogRecord): string {
  return `${headerOf(record, 'x-original-partition')}/${headerOf(record, 'x-original-offset')}`;
}
