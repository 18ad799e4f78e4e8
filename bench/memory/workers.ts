import type { Lifecycle } from '../../src/lifecycle';
import { addresses } from '../../test/harness/addresses';
import { freshDatabase, freshRedis, freshTopicPrefix } from '../../test/harness/isolation';
import { freePort } from '../../test/harness/machine/ports';
import { tell } from '../../test/harness/machine/progress';
import { quietKafka } from '../../test/harness/servers/kafka';
import { waitFor } from '../../test/harness/wait-for';
import { TOPICS } from '../../src/workers/messages/topics';
import { startChild } from '../live/child';
import { EXPOSED, keptBytes } from './kept';
import type { Row } from './results';

const READY_MS = 180_000;

/** A worker of its own for each number of partitions that every topic has. */
export async function measureWorkers(
  lifecycle: Lifecycle,
  [few, many]: readonly [number, number],
): Promise<readonly Row[]> {
  const fromBytes = await ofPartitions(lifecycle, few);
  const toBytes = await ofPartitions(lifecycle, many);
  const [from, to] = [few * TOPICS.length, many * TOPICS.length];
  return [{ of: 'partition of a worker', from, to, fromBytes, toBytes }];
}

async function ofPartitions(lifecycle: Lifecycle, partitions: number): Promise<number> {
  const [database, redis] = await Promise.all([freshDatabase(), freshRedis()]);
  lifecycle.own('database', () => database.drop());
  lifecycle.own('redis', () => redis.drop());
  const { kafkaBrokers } = addresses();
  const prefix = freshTopicPrefix();
  const admin = quietKafka(kafkaBrokers).admin();
  await admin.connect();
  await admin.createTopics({
    waitForLeaders: true,
    topics: TOPICS.map((topic) => ({ topic: prefix + topic, numPartitions: partitions })),
  });
  await admin.disconnect();
  tell(`a worker with ${partitions} partitions of each topic …`);
  const port = await freePort();
  const worker = startChild({
    name: 'worker',
    script: 'dist/main.js',
    nodeOptions: EXPOSED,
    env: {
      NODE_ENV: 'production',
      ROLES: 'worker',
      HOST: '127.0.0.1',
      PORT: String(port),
      LOG_LEVEL: 'error',
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      KAFKA_BROKERS: kafkaBrokers.join(),
      KAFKA_TOPIC_PREFIX: prefix,
      KAFKA_GROUP_ID: prefix,
    },
  });
  lifecycle.own('worker', () => worker.end());
  await waitFor(async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok, {
    what: 'the worker to have its partitions',
    timeoutMs: READY_MS,
  });
  const bytes = await keptBytes(worker);
  await worker.end();
  return bytes;
}
