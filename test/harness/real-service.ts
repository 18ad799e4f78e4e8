import { addresses } from './addresses';
import { freshDatabase, freshRedis, freshTopicPrefix } from './isolation';
import { startTestService, type TestService, type TestServiceOptions } from './service';
import { openTopics, type TestTopics } from './topics';
import { waitFor } from './wait-for';

/** The whole service on the run's PostgreSQL, Redis and Kafka, with its own database, prefix and topics. */
export interface RealService extends TestService {
  readonly env: NodeJS.ProcessEnv;
  readonly topics: TestTopics;
  /** Waits until so many participants of the event are counted in the database. */
  counted(eventId: string, participants: number, timeoutMs?: number): Promise<void>;
}

export async function startRealService(options: TestServiceOptions = {}): Promise<RealService> {
  const [database, redis] = await Promise.all([freshDatabase(), freshRedis()]);
  const { kafkaBrokers } = addresses();
  const topicPrefix = freshTopicPrefix();
  const env = {
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    KAFKA_BROKERS: kafkaBrokers.join(','),
    KAFKA_TOPIC_PREFIX: topicPrefix,
    KAFKA_GROUP_ID: `${topicPrefix}workers`,
    ...options.env,
  };
  const service = await startTestService({ ...options, env });
  await waitFor(async () => (await service.lifecycle.readiness()).ready, {
    what: 'the service to be ready',
    timeoutMs: 30_000,
  });
  const topics = await openTopics(kafkaBrokers, topicPrefix);
  return {
    ...service,
    env,
    topics,
    counted: (eventId, participants, timeoutMs) => untilCounted(service, eventId, participants, timeoutMs),
    async stop() {
      await topics.close();
      await service.stop();
      await Promise.all([database.drop(), redis.drop()]);
    },
  };
}

/** Waits until so many participants of the event are counted; more than that fails at once. */
export async function untilCounted(
  { database }: Pick<TestService, 'database'>,
  eventId: string,
  participants: number,
  timeoutMs = 30_000,
): Promise<void> {
  const what = `${participants} participants of ${eventId} to be counted`;
  let count = 0n;
  await waitFor(
    async () => {
      const row = await database.prisma.eventCounts.findUnique({ where: { eventId } });
      count = row?.participants ?? 0n;
      if (count < BigInt(participants)) throw new Error(`There are ${count}.`);
      return true;
    },
    { what, timeoutMs },
  );
  if (count !== BigInt(participants))
    throw new Error(`${count} participants were counted instead of ${participants}.`);
}
