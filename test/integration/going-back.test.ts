import { randomUUID } from 'node:crypto';
import { Partitioners } from 'kafkajs';
import { readProgress } from '../../src/database/partition-progress';
import { addresses } from '../harness/addresses';
import { freshTopicPrefix } from '../harness/isolation';
import { lockedRow } from '../harness/locked-row';
import { newEvent, participantRegistered } from '../harness/messages';
import { type RealService, startRealService } from '../harness/real-service';
import { createRestorableDatabase, type RestorableDatabase } from '../harness/restorable-database';
import { createTopics, openTopics, type TestTopics } from '../harness/topics';
import { waitFor } from '../harness/wait-for';

const TOPIC = 'participant.registered';
const PARTITIONS = 3;

/** The log or the database forgets something, and what the log still holds has to be counted all the same. */
describe('when the log or the database goes back', () => {
  let prefix: string;
  let topics: TestTopics;
  let database: RestorableDatabase;
  let service: RealService;
  let eventId: string;

  const start = (): Promise<RealService> =>
    startRealService({
      env: { DATABASE_URL: database.url, KAFKA_TOPIC_PREFIX: prefix, KAFKA_GROUP_ID: prefix },
    });

  const send = (count: number, to = eventId): Promise<void> =>
    topics.send(
      TOPIC,
      Array.from({ length: count }, () => participantRegistered(to, { participantId: randomUUID() })),
      { key: to },
    );

  beforeEach(async () => {
    prefix = freshTopicPrefix();
    ({ eventId } = newEvent());
    topics = await openTopics(addresses().kafkaBrokers, prefix);
    database = await createRestorableDatabase();
    await createTopic();
    service = await start();
  });

  afterEach(async () => {
    await service.stop();
    await topics.close();
    await database.drop();
  });

  async function createTopic(): Promise<void> {
    const admin = topics.kafka.admin();
    await admin.connect();
    const topic = { topic: prefix + TOPIC, numPartitions: PARTITIONS };
    // A worker makes a topic that is missing for long, and may be quicker.
    const isEmpty = async (): Promise<boolean> =>
      (await admin.fetchTopicOffsets(topic.topic)).every(({ high }) => high === '0');
    await waitFor(async () => (await createTopics(admin, [topic])) || (await isEmpty()), {
      what: 'the topic to be made',
      timeoutMs: 60_000,
    });
    await admin.disconnect();
  }

  async function makeTopicAnew(): Promise<void> {
    const admin = topics.kafka.admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [prefix + TOPIC] });
    await admin.disconnect();
    await createTopic();
  }

  it('reads again what a restored database has lost, under a running worker, though nothing arrives', async () => {
    await send(20);
    await service.counted(eventId, 20);
    await database.remember();
    await send(30);
    await service.counted(eventId, 50);
    await database.restore();
    await service.counted(eventId, 50);
    await send(5);
    await service.counted(eventId, 55);
  });

  it('reads again what a restored database has lost when messages go on arriving', async () => {
    await send(20);
    await service.counted(eventId, 20);
    await database.remember();
    await send(30);
    await service.counted(eventId, 50);
    await database.restore();
    for (let round = 0; round < 10; round += 1) await send(1);
    await service.counted(eventId, 60);
  });

  it.each([
    { before: 40, after: 15, what: 'shorter than the old one' },
    { before: 15, after: 40, what: 'longer than the old one' },
  ])(
    'takes a topic that was made anew under a running worker for a new log, $what',
    async ({ before, after }) => {
      await send(before);
      await service.counted(eventId, before);
      await makeTopicAnew();
      await send(after);
      await service.counted(eventId, before + after);
      await send(1);
      await service.counted(eventId, before + after + 1);
    },
    120_000,
  );

  it.each([
    { before: 40, after: 15, what: 'shorter' },
    { before: 15, after: 40, what: 'longer' },
  ])(
    'takes a topic that was made anew while no worker ran for a new log, $what than the old one',
    async ({ before, after }) => {
      await send(before);
      await service.counted(eventId, before);
      await service.stop();
      await makeTopicAnew();
      await send(after);
      service = await start();
      await service.counted(eventId, before + after);
    },
    120_000,
  );

  it('fills a new database from the log though the group stands at its end and nothing arrives', async () => {
    await send(25);
    await service.counted(eventId, 25);
    await service.stop();
    await database.drop();
    database = await createRestorableDatabase();
    service = await start();
    await service.counted(eventId, 25);
  });

  it('has no lag once all that can be applied is applied, aborted messages left aside', async () => {
    await send(3);
    await service.counted(eventId, 3);
    const producer = topics.kafka.producer({
      transactionalId: `${prefix}upstream`,
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    const aborted = await producer.transaction();
    const value = JSON.stringify(participantRegistered(eventId));
    await aborted.send({ topic: prefix + TOPIC, messages: [{ key: eventId, value }] });
    await aborted.abort();
    await producer.disconnect();
    const partition = partitionOf(eventId);
    const progress = await waitFor(
      async () =>
        (await readProgress(service.database)).find(
          (each) => each.topic === prefix + TOPIC && each.partition === partition && each.logEnd === 5n,
        ),
      { what: 'the worker to have seen the end of the log', timeoutMs: 30_000 },
    );
    expect(progress).toMatchObject({ lag: 0n, stalledSince: undefined });
    await service.counted(eventId, 3);
  });

  it('finds new partitions by itself', async () => {
    const admin = topics.kafka.admin();
    await admin.connect();
    await admin.createPartitions({ topicPartitions: [{ topic: prefix + TOPIC, count: PARTITIONS + 3 }] });
    // KafkaJS drops, without a word, what is sent to a partition that the broker has not told it of yet.
    const areKnown = async (): Promise<boolean> => {
      const { topics: told } = await admin.fetchTopicMetadata({ topics: [prefix + TOPIC] });
      return told[0]?.partitions.length === PARTITIONS + 3;
    };
    await waitFor(areKnown, { what: 'the broker to tell of the new partitions', timeoutMs: 60_000 });
    await admin.disconnect();
    const producer = topics.kafka.producer();
    await producer.connect();
    const messages = Array.from({ length: PARTITIONS + 3 }, (_, partition) => ({
      partition,
      value: JSON.stringify(participantRegistered(eventId)),
    }));
    const taken = await waitFor(() => producer.send({ topic: prefix + TOPIC, messages }), {
      what: 'the new partitions to take messages',
      timeoutMs: 20_000,
    });
    expect(taken).toHaveLength(messages.length);
    await producer.disconnect();
    // The list of partitions is asked for every fifteen seconds, and may be old once more when a broker has just been told.
    await service.counted(eventId, PARTITIONS + 3, 90_000);
  });

  it('lets other partitions go on while a row is locked by another client, and says which one cannot', async () => {
    const held = eventId;
    await send(1);
    await service.counted(held, 1);
    const lock = await lockedRow(database.url, 'SELECT 1 FROM event_counts WHERE event_id = $1 FOR UPDATE', [
      held,
    ]);
    try {
      await send(1);
      const free = eventOfAnotherPartition(held);
      for (let count = 1; count <= 5; count += 1) {
        await send(1, free);
        await service.counted(free, count);
      }
      await service.counted(held, 1);
      const parts = await waitFor(
        async () => {
          const report = await service.lifecycle.readiness();
          return !report.ready && report.parts;
        },
        { what: 'the worker to say that a partition is stuck', timeoutMs: 30_000 },
      );
      const stuck = {
        topic: prefix + TOPIC,
        partition: partitionOf(held),
        since: expect.any(String) as string,
      };
      expect(parts).toContainEqual(
        expect.objectContaining({
          name: 'consumer',
          ready: false,
          detail: { partitions: [expect.objectContaining(stuck)] },
        }),
      );
      const labels = `topic="${prefix}${TOPIC}",partition="${partitionOf(held)}"`;
      await waitFor(
        async () => {
          const page = await (await fetch(`${service.origin}/metrics`)).text();
          return Number(page.split(`analytics_partition_stalled_seconds{${labels}} `)[1]?.split('\n')[0]) > 5;
        },
        { what: 'the metrics to tell of the partition', timeoutMs: 20_000 },
      );
    } finally {
      await lock.release();
    }
    await service.counted(held, 2);
  });
});

const partitioner = Partitioners.DefaultPartitioner();

function partitionOf(key: string): number {
  const partitionMetadata = Array.from({ length: PARTITIONS }, (_, partitionId) => ({
    partitionId,
    ...{ leader: 1, partitionErrorCode: 0, replicas: [1], isr: [1] },
  }));
  return partitioner({ topic: TOPIC, partitionMetadata, message: { key, value: null } });
}

function eventOfAnotherPartition(eventId: string): string {
  for (;;) {
    const other = newEvent().eventId;
    if (partitionOf(other) !== partitionOf(eventId)) return other;
  }
}
