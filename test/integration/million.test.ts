import { setTimeout as pause } from 'node:timers/promises';
import { type Admin, type Kafka, Partitioners, type Producer } from 'kafkajs';
import { addresses } from '../harness/addresses';
import { freshDatabase, freshRedis, freshTopicPrefix, type Own } from '../harness/isolation';
import {
  distributionCompleted,
  eventCreated,
  type EventIds,
  newEvent,
  salesRecorded,
  viewsMeasured,
} from '../harness/messages';
import { untilCounted } from '../harness/real-service';
import { quietKafka } from '../harness/servers/kafka';
import { startTestService, type TestService } from '../harness/service';
import { sendCrowd } from '../harness/streams/crowd';
import { waitFor } from '../harness/wait-for';
import { createTopics } from '../harness/topics';

const PARTITIONS = 4;
const REPEAT_EVERY = 100;
const FEW = 1_000;
/** The stand-in broker forgets what is more than a few megabytes old, so it is asked for less, and says so. */
const isStandIn = addresses().kafkaKind === 'mock';
const MANY = isStandIn ? 10_000 : 1_000_000;
const PATIENCE_MS = 540_000;

describe(`${MANY.toLocaleString('en')} participants of one event${isStandIn ? ' (not a million: no Apache Kafka here)' : ''}`, () => {
  const topicPrefix = freshTopicPrefix();
  const topic = `${topicPrefix}participant.registered`;
  const [large, small] = [newEvent(), newEvent()];
  let owns: Own[];
  let kafka: Kafka;
  let admin: Admin;
  let producer: Producer;
  let service: TestService;

  beforeAll(async () => {
    const [database, redis] = await Promise.all([freshDatabase(), freshRedis()]);
    owns = [database, redis];
    kafka = quietKafka(addresses().kafkaBrokers);
    admin = kafka.admin();
    producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await Promise.all([admin.connect(), producer.connect()]);
    await createTopics(admin, [{ topic, numPartitions: PARTITIONS }]);
    service = await startTestService({
      env: {
        DATABASE_URL: database.url,
        REDIS_URL: redis.url,
        KAFKA_BROKERS: addresses().kafkaBrokers.join(','),
        KAFKA_TOPIC_PREFIX: topicPrefix,
        KAFKA_GROUP_ID: `${topicPrefix}workers`,
        ROLES: 'gateway,worker',
        // Only what a read asks for is to be in the statement log.
        INDUSTRY_REFRESH_SECONDS: '86400',
      },
    });
    await waitFor(async () => (await service.lifecycle.readiness()).ready, {
      what: 'the service to be ready',
      timeoutMs: 60_000,
    });
  });

  afterAll(async () => {
    await service.stop();
    await Promise.all([admin.disconnect(), producer.disconnect()]);
    await Promise.all(owns.map((own) => own.drop()));
  });

  async function describeEvent(event: EventIds): Promise<void> {
    const channels = [{ channel: 'Instagram', status: 'SUCCESS', expectedViews: 50, cost: 40_000 }];
    const values: Record<string, object> = {
      'event.created': eventCreated(event),
      'distribution.completed': distributionCompleted(event.eventId, channels),
      'channel.views-measured': viewsMeasured(event.eventId, '지니TV', 5_000_000),
      'sales.recorded': salesRecorded(event.storeId, 48_000),
    };
    for (const [name, value] of Object.entries(values)) {
      await producer.send({ topic: topicPrefix + name, messages: [{ value: JSON.stringify(value) }] });
    }
  }

  async function counted(): Promise<number> {
    const row = await service.database.prisma.eventCounts.findUnique({ where: { eventId: large.eventId } });
    return Number(row?.participants ?? 0);
  }

  /** Says how far it is, until told that it is over. */
  async function reportUntil(isOver: () => boolean, started: number): Promise<void> {
    while (!isOver()) {
      await pause(5_000);
      const seconds = Math.round((performance.now() - started) / 1_000);
      process.stderr.write(`million: ${(await counted()).toLocaleString('en')} counted after ${seconds} s\n`);
    }
  }

  it(
    'are counted exactly, repeated messages or not',
    async () => {
      await describeEvent(large);
      const started = performance.now();
      let isOver = false;
      const reports = reportUntil(() => isOver, started);
      const sent = await sendCrowd({
        producer,
        topic,
        partitions: PARTITIONS,
        eventId: large.eventId,
        size: MANY,
        repeatEvery: REPEAT_EVERY,
      });
      await untilCounted(service, large.eventId, MANY, PATIENCE_MS);
      await untilConsumed(sent);
      isOver = true;
      const seconds = (performance.now() - started) / 1_000;
      await reports;
      const rate = Math.round(sent / seconds).toLocaleString('en');
      process.stderr.write(
        `million: ${MANY.toLocaleString('en')} participants (${sent.toLocaleString('en')} messages) by ${PARTITIONS} ` +
          `partitions of Kafka into PostgreSQL in ${seconds.toFixed(1)} s, ${rate} messages/s, sending included\n`,
      );
      expect(sent).toBeGreaterThan(MANY);
      expect(await counted()).toBe(MANY);
    },
    PATIENCE_MS + 60_000,
  );

  /** The repeated ones at the end change no count, so it is the offsets that say when all is done. */
  async function untilConsumed(messages: number): Promise<void> {
    await waitFor(
      async () => {
        const rows = await service.database.prisma.partitionOffset.findMany({ where: { topic } });
        return rows.reduce((total, row) => total + Number(row.nextOffset), 0) === messages;
      },
      { what: 'every message to be dealt with', timeoutMs: PATIENCE_MS },
    );
  }

  it('are no more to read than a thousand: the same statements, and as many rows', async () => {
    await describeEvent(small);
    await sendCrowd({ producer, topic, partitions: PARTITIONS, eventId: small.eventId, size: FEW });
    await untilCounted(service, small.eventId, FEW);
    await untilQuiet();
    const ofMany = await statementsOfMiss(large);
    const ofFew = await statementsOfMiss(small);
    process.stderr.write(`million: a MISS takes ${ofMany.length} statements, ${rowsOf(ofMany)} rows\n`);
    expect(ofMany).toEqual(ofFew);
    // Whose it is, and all that stands in it.
    expect(ofMany).toHaveLength(2);
  });

  /** What was consumed last is still being told to the cache. */
  async function untilQuiet(): Promise<void> {
    const quiet = async (): Promise<boolean> => {
      service.statements.length = 0;
      await pause(700);
      return service.statements.length === 0;
    };
    await waitFor(quiet, { what: 'the service to fall silent', timeoutMs: 60_000 });
  }

  /** Statements that wait for nothing of each other go out in any order. */
  async function statementsOfMiss({ eventId }: EventIds) {
    service.statements.length = 0;
    const answer = await fetch(`${service.origin}/api/events/${eventId}/analytics`, {
      headers: { authorization: `Bearer ${service.token()}` },
    });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ eventId, cacheStatus: 'MISS' });
    return service.statements
      .map(({ sql, rows }) => ({ sql, rows }))
      .sort((one, other) => (one.sql < other.sql ? -1 : Number(one.sql > other.sql)));
  }

  function rowsOf(statements: readonly { readonly rows: number }[]): number {
    return statements.reduce((total, { rows }) => total + rows, 0);
  }
});
