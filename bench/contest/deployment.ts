import { createSecretKey, randomBytes } from 'node:crypto';
import { signDevelopmentToken } from '../../src/auth/dev-token';
import type { Lifecycle } from '../../src/lifecycle';
import type { Instant, StoreId } from '../../src/domain/values';
import { freshDatabase, freshRedis, freshTopicPrefix } from '../../test/harness/isolation';
import { freePort } from '../../test/harness/machine/ports';
import { tell } from '../../test/harness/machine/progress';
import { waitFor } from '../../test/harness/wait-for';
import { type Child, startChild } from '../live/child';
import { fill } from './fill';
import { pinServer } from './machine';
import { openServers } from './servers';
import type { Shop, ShopData } from './shop-data';

/** Real servers filled with shops and events, and the service's gateway as in production. */
export interface Deployment {
  readonly shops: readonly Shop[];
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** Signs the tokens. */
  readonly secret: string;
  readonly gateway: Child;
  /** The gateway's scheme, host and port. */
  readonly origin: string;
  /** Starts one more like it, on the same core. @param more variables added to its own */
  anotherGateway(more?: NodeJS.ProcessEnv): Promise<Gateway>;
  /** A token that may read these shops. */
  token(shops: readonly Shop[]): string;
}

export interface Gateway {
  readonly process: Child;
  /** Scheme, host and port. */
  readonly origin: string;
}

const START_MS = 60_000;
const HOUR_MS = 3_600_000;
const REFRESH_WHILE_FILLING_SECONDS = '1';

export interface GatewayPlan {
  /** Variables added to those of production. */
  readonly env?: NodeJS.ProcessEnv;
  readonly nodeOptions?: readonly string[];
}

/**
 * The gateway has no rate limits, because few readers send many requests.
 *
 * @param lifecycle is given all that is started, to end it in reverse
 */
export async function openDeployment(
  lifecycle: Lifecycle,
  shopData: ShopData,
  { env = {}, nodeOptions = [] }: GatewayPlan = {},
): Promise<Deployment> {
  const { kafkaBrokers: brokers } = await openServers(lifecycle);
  const database = await freshDatabase();
  lifecycle.own('database', () => database.drop());
  const redis = await freshRedis();
  lifecycle.own('redis', () => redis.drop());
  const topicPrefix = freshTopicPrefix();
  const secret = randomBytes(32).toString('hex');
  const common = {
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    LOG_LEVEL: 'warn',
    JWT_SECRET: secret,
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    KAFKA_BROKERS: brokers.join(','),
    KAFKA_TOPIC_PREFIX: topicPrefix,
    KAFKA_GROUP_ID: `${topicPrefix}workers`,
    RATE_LIMIT_PER_TOKEN: '0',
    RATE_LIMIT_PER_ADDRESS: '0',
  };

  tell('sending the messages of the shops …');
  const refresh = { INDUSTRY_REFRESH_SECONDS: REFRESH_WHILE_FILLING_SECONDS };
  const worker = startService('worker', { ...common, ...refresh, PORT: '0' });
  lifecycle.own('worker', () => worker.end());
  await fill(shopData, { databaseUrl: database.url, brokers, topicPrefix });
  // No more messages arrive, so that equal requests get equal answers.
  await worker.end();

  const anotherGateway = (more: NodeJS.ProcessEnv = {}): Promise<Gateway> =>
    startGateway(lifecycle, { ...common, ...env, ...more }, nodeOptions);
  const { process, origin } = await anotherGateway();
  return {
    shops: shopData.shops,
    databaseUrl: database.url,
    redisUrl: redis.url,
    secret,
    ...{ gateway: process, origin, anotherGateway },
    token: (shops) => signToken(secret, shops),
  };
}

async function startGateway(
  lifecycle: Lifecycle,
  env: NodeJS.ProcessEnv,
  nodeOptions: readonly string[],
): Promise<Gateway> {
  const port = await freePort();
  const process = startService('gateway', { ...env, PORT: String(port) }, nodeOptions);
  lifecycle.own(`gateway on ${port}`, () => process.end());
  pinServer(process.pid);
  const origin = `http://127.0.0.1:${port}`;
  await waitFor(async () => process.hasEnded() || (await fetch(`${origin}/readyz`)).ok, {
    what: 'the gateway to be ready',
    timeoutMs: START_MS,
  });
  if (process.hasEnded()) throw new Error('The gateway ended while starting.');
  return { process, origin };
}

function startService(role: string, env: NodeJS.ProcessEnv, nodeOptions: readonly string[] = []): Child {
  return startChild({ name: role, script: 'dist/main.js', nodeOptions, env: { ...env, ROLES: role } });
}

function signToken(secret: string, shops: readonly Shop[]): string {
  return signDevelopmentToken(createSecretKey(secret, 'utf8'), {
    subject: `owner of ${shops[0]?.storeId ?? 'nothing'}`,
    storeIds: shops.map(({ storeId }) => storeId as StoreId),
    issuedAt: (Date.now() - HOUR_MS) as Instant,
    expiresAt: (Date.now() + 24 * HOUR_MS) as Instant,
  });
}
