import { createSecretKey, randomBytes } from 'node:crypto';
import path from 'node:path';
import { signDevelopmentToken } from '../../../src/auth/dev-token';
import type { Instant, StoreId } from '../../../src/domain/values';
import { startServiceProcess } from '../../faults/deployment/service-process';
import { publishAddresses } from '../../harness/addresses';
import { freshDatabase, freshRedis, freshTopicPrefix } from '../../harness/isolation';
import { startServers } from '../../harness/servers';
import { openTopics } from '../../harness/topics';
import { waitFor } from '../../harness/wait-for';
import { type Gateway, startGateway } from './gateway';
import { openShops, type Shop, type Shops } from './shops';

/** Real servers, a worker, shops, and one gateway after the other. */
export interface Deployment {
  readonly shops: Shops;
  /** A token of the owner of a shop. @param owner its subject: each token has its own limits */
  token(shop: Shop, owner: string): string;
  /** A token that may read these shops; an administrator's when there are none. */
  tokenOf(shops: readonly Shop[], owner: string): string;
  send(topic: string, values: readonly unknown[]): Promise<void>;
  /** Starts another gateway. @param env variables added to its default ones */
  startGateway(env?: NodeJS.ProcessEnv): Promise<Gateway>;
  close(): Promise<void>;
}

const TOPICS_MS = 60_000;
const HOUR_MS = 3_600_000;

/** @param logFolder for the logs of the processes */
export async function openDeployment(logFolder: string): Promise<Deployment> {
  const closing: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const each of closing.reverse()) await each();
  };
  try {
    return await fillDeployment(logFolder, closing, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function fillDeployment(
  logFolder: string,
  closing: (() => Promise<unknown>)[],
  close: () => Promise<void>,
): Promise<Deployment> {
  const servers = await startServers(process.env);
  closing.push(() => servers.remove());
  publishAddresses(servers.addresses);
  const [database, redis] = await Promise.all([freshDatabase(), freshRedis()]);
  closing.push(() => Promise.all([database.drop(), redis.drop()]));
  const topicPrefix = freshTopicPrefix();
  const secret = randomBytes(32).toString('hex');
  const env = {
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    KAFKA_BROKERS: servers.addresses.kafkaBrokers.join(','),
    KAFKA_TOPIC_PREFIX: topicPrefix,
    KAFKA_GROUP_ID: `${topicPrefix}workers`,
  };
  const worker = startServiceProcess({
    name: 'worker',
    logFile: path.join(logFolder, 'worker.log'),
    env: { ...env, ROLES: 'worker', PORT: '0', INDUSTRY_REFRESH_SECONDS: '5' },
  });
  closing.push(() => worker.kill());
  const topics = await openTopics(servers.addresses.kafkaBrokers, topicPrefix);
  closing.push(() => topics.close());
  await untilWorkerHasTopics(topics.kafka.admin(), `${topicPrefix}sales.recorded.dlq`);
  const shops = await openShops(database.url, (topic, values) => topics.send(topic, values));
  let gateways = 0;

  return {
    shops,
    token: (shop, owner) => signToken(secret, [shop], owner),
    tokenOf: (readable, owner) => signToken(secret, readable, owner),
    send: (topic, values) => topics.send(topic, values),
    async startGateway(extra = {}) {
      const name = `gateway-${(gateways += 1)}`;
      const gateway = await startGateway(name, logFolder, { ...env, JWT_SECRET: secret, ...extra });
      closing.push(() => gateway.process.kill());
      return gateway;
    },
    close,
  };
}

async function untilWorkerHasTopics(
  admin: ReturnType<Awaited<ReturnType<typeof openTopics>>['kafka']['admin']>,
  last: string,
): Promise<void> {
  await admin.connect();
  try {
    await waitFor(async () => (await admin.listTopics()).includes(last), {
      what: 'the worker to make its topics',
      timeoutMs: TOPICS_MS,
      everyMs: 100,
    });
  } finally {
    await admin.disconnect();
  }
}

function signToken(secret: string, shops: readonly Shop[], owner: string): string {
  return signDevelopmentToken(createSecretKey(secret, 'utf8'), {
    subject: owner,
    storeIds: shops.map(({ storeId }) => storeId as StoreId),
    ...(shops.length === 0 && { roles: ['ADMIN'] }),
    issuedAt: (Date.now() - HOUR_MS) as Instant,
    expiresAt: (Date.now() + 24 * HOUR_MS) as Instant,
  });
}
