import type { MessageShapes } from '../../../src/config/message-shapes';
import { createBusinessCalendar } from '../../../src/domain/calendar';
import type { Database } from '../../../src/database/database';
import { openPostgres } from '../../../src/database/postgres';
import { createLogReader } from '../../../src/messaging/source/kafka-log';
import { createMessageReader } from '../../../src/workers/messages/shapes/reader';
import { TOPICS } from '../../../src/workers/messages/topics';
import { describeLog } from '../../../src/workers/verification/log/describe';
import {
  countWrong,
  type LogVerification,
  verifyLog,
} from '../../../src/workers/verification/log/verify-log';
import { verifyRollups } from '../../../src/workers/verification/verify';
import { addresses } from '../addresses';
import { TEST_DIGESTS, TEST_PRIVACY_KEY } from '../digests';
import { distributionOf, freshTopicPrefix } from '../isolation';
import { ZONE } from '../oracle/moments';
import { type RealService, startRealService } from '../real-service';
import { createRestorableDatabase } from '../restorable-database';
import { createTopics, openTopics } from '../topics';
import { waitFor } from '../wait-for';

export type LogFixture = Awaited<ReturnType<typeof openLogFixture>>;

export interface LogFixtureOptions {
  readonly partitions?: number;
  /** How the topics are written, for service and verification. */
  readonly shapes?: MessageShapes;
}

const NO_SHAPES: MessageShapes = new Map();

/** Its own topics, a restorable database, and a service that is started as needed. */
export async function openLogFixture({ partitions = 2, shapes = NO_SHAPES }: LogFixtureOptions = {}) {
  const prefix = freshTopicPrefix();
  const { kafkaBrokers } = addresses();
  const database = await createRestorableDatabase();
  const topics = await openTopics(kafkaBrokers, prefix);
  const admin = topics.kafka.admin();
  await admin.connect();
  const reader = createLogReader(topics.kafka);
  let service: RealService | undefined;

  const makeTopics = (names: readonly string[]) =>
    waitFor(
      () =>
        createTopics(
          admin,
          names.map((name) => ({ topic: prefix + name, numPartitions: partitions })),
        ),
      { what: 'the topics to be made', timeoutMs: 20_000 },
    );
  await makeTopics(TOPICS);

  async function inDatabase<T>(work: (opened: Database) => Promise<T>): Promise<T> {
    const opened = await openPostgres({
      url: database.url,
      distribution: distributionOf(database.url),
      poolSize: 3,
    });
    try {
      return await work(opened);
    } finally {
      await opened.close();
    }
  }

  const calendar = createBusinessCalendar(ZONE);

  async function verifyIn(opened: Database, limit = 100) {
    const readMessage = createMessageReader(shapes);
    const found = await verifyLog({
      ...{
        database: opened,
        reader,
        readMessage,
        topicPrefix: prefix,
        calendar,
        digests: TEST_DIGESTS,
        limit,
      },
    });
    const lines = describeLog(found).map((line) => line.replaceAll(prefix, ''));
    return { found, lines, wrong: countWrong(found), of: (topic: string) => sumOf(found, prefix + topic) };
  }
  const verify = (limit?: number) => inDatabase((opened) => verifyIn(opened, limit));

  return {
    ...{ prefix, partitions, topics, admin, reader, database, verify, makeTopics },
    env: {
      DATABASE_URL: database.url,
      KAFKA_BROKERS: kafkaBrokers.join(','),
      KAFKA_TOPIC_PREFIX: prefix,
      PRIVACY_KEY: TEST_PRIVACY_KEY,
    },
    execute: (...statements: readonly string[]) =>
      inDatabase(async (opened) => {
        for (const statement of statements) await opened.execute(statement);
      }),
    /** @returns how many rollups `verify` without the log finds wrong */
    wrongRollups: () =>
      inDatabase(async (opened) => (await verifyRollups(opened, { limit: 0, calendar })).count),
    /** Applies all messages of the topics by a service, and stops it. */
    async applyAll(): Promise<void> {
      service = await startRealService({
        env: {
          DATABASE_URL: database.url,
          KAFKA_TOPIC_PREFIX: prefix,
          KAFKA_GROUP_ID: prefix,
          KAFKA_MESSAGE_SHAPES: JSON.stringify(Object.fromEntries(shapes)),
          ROLES: 'gateway,worker',
        },
      });
      const { database: opened } = service;
      const isApplied = async () =>
        (await verifyIn(opened)).found.partitions.every(({ notAppliedYet }) => notAppliedYet === 0);
      await waitFor(isApplied, { what: 'everything to be applied', timeoutMs: 60_000 });
      await service.stop();
      service = undefined;
    },
    async close(): Promise<void> {
      await service?.stop();
      await reader.close();
      await admin.disconnect();
      await topics.close();
      await database.drop();
    },
  };
}

/** The counts of a topic's partitions together. */
function sumOf({ partitions }: LogVerification, topic: string) {
  const total = { inLog: 0, applied: 0, deadLetters: 0, sealed: 0, notAppliedYet: 0, missing: 0 };
  for (const report of partitions.filter((each) => each.topic === topic)) {
    total.inLog += report.inLog;
    total.applied += report.applied;
    total.deadLetters += report.deadLetters;
    total.sealed += report.sealed;
    total.notAppliedYet += report.notAppliedYet;
    total.missing += report.missing;
  }
  return total;
}
