import { createSecretKey, randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { signDevelopmentToken } from '../../src/auth/dev-token';
import type { Lifecycle } from '../../src/lifecycle';
import type { Instant } from '../../src/domain/values';
import { publishAddresses, type KafkaKind } from '../../test/harness/addresses';
import { freshDatabase, freshRedis, freshTopicPrefix } from '../../test/harness/isolation';
import { freePort } from '../../test/harness/machine/ports';
import { eventCreated, newEvent } from '../../test/harness/messages';
import { startServers } from '../../test/harness/servers';
import { openTopics } from '../../test/harness/topics';
import { waitFor } from '../../test/harness/wait-for';
import { type Child, startChild } from './child';
import type { Options } from './options';

/** The service as it runs in production, in two processes, on real servers. */
export interface Deployment {
  readonly gateway: Child;
  readonly worker: Child;
  /** The gateway's address for subscribers. */
  readonly url: string;
  /** Reads everything. */
  readonly token: string;
  readonly brokers: readonly string[];
  readonly kafkaKind: KafkaKind;
  readonly registrationsTopic: string;
  readonly redisUrl: string;
  readonly databaseUrl: string;
  /** Sends so many events through Kafka, and waits until the service knows them. */
  createEvents(howMany: number): Promise<readonly string[]>;
}

export type DeploymentOptions = Pick<Options, 'profiles'> & { readonly nodeOptions?: readonly string[] };

const DAY_MS = 86_400_000;
const START_MS = 60_000;

/** @param lifecycle is given all that is started, to end it in reverse */
export async function openDeployment(
  lifecycle: Lifecycle,
  { profiles, nodeOptions: more = [] }: DeploymentOptions,
): Promise<Deployment> {
  const servers = await startServers(process.env);
  lifecycle.own('servers', () => servers.remove());
  publishAddresses(servers.addresses);
  const { kafkaBrokers: brokers, kafkaKind } = servers.addresses;
  const database = await freshDatabase();
  lifecycle.own('database', () => database.drop());
  const redis = await freshRedis();
  lifecycle.own('redis', () => redis.drop());

  const topicPrefix = freshTopicPrefix();
  const port = await freePort();
  const secret = randomBytes(32).toString('hex');
  const env = {
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: String(port),
    LOG_LEVEL: 'warn',
    JWT_SECRET: secret,
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    KAFKA_BROKERS: brokers.join(','),
    KAFKA_TOPIC_PREFIX: topicPrefix,
    KAFKA_GROUP_ID: `${topicPrefix}workers`,
    // All subscribers have one token and two addresses.
    MAX_CONNECTIONS_PER_TOKEN: '1000000',
    RATE_LIMIT_PER_TOKEN: '0',
    RATE_LIMIT_PER_ADDRESS: '0',
  };
  const profiling = profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`];
  const nodeOptions = [...profiling, ...more];
  const start = (role: string): Child => {
    const child = startChild({
      name: role,
      script: 'dist/main.js',
      nodeOptions,
      env: { ...env, ROLES: role, PORT: role === 'gateway' ? String(port) : '0' },
    });
    lifecycle.own(role, () => child.end());
    return child;
  };
  const worker = start('worker');
  const gateway = start('gateway');
  await waitFor(async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok, {
    what: 'the gateway to be ready',
    timeoutMs: START_MS,
  });

  return {
    gateway,
    worker,
    url: `ws://127.0.0.1:${port}/graphql`,
    token: signToken(secret),
    brokers,
    kafkaKind,
    registrationsTopic: `${topicPrefix}participant.registered`,
    redisUrl: redis.url,
    databaseUrl: database.url,
    createEvents: (howMany) => createEvents(brokers, topicPrefix, database.url, howMany),
  };
}

function signToken(secret: string): string {
  const issuedAt = Date.now() as Instant;
  return signDevelopmentToken(createSecretKey(secret, 'utf8'), {
    subject: 'benchmark',
    roles: ['ADMIN'],
    issuedAt,
    expiresAt: (issuedAt + DAY_MS) as Instant,
  });
}

async function createEvents(
  brokers: readonly string[],
  topicPrefix: string,
  databaseUrl: string,
  howMany: number,
): Promise<readonly string[]> {
  const events = Array.from({ length: howMany }, newEvent);
  const topics = await openTopics(brokers, topicPrefix);
  const admin = topics.kafka.admin();
  const client = new Client({ connectionString: databaseUrl });
  await Promise.all([client.connect(), admin.connect()]);
  try {
    const exists = async (): Promise<boolean> =>
      (await admin.listTopics()).includes(`${topicPrefix}event.created`);
    await waitFor(exists, { what: 'the worker to have made its topics', timeoutMs: START_MS });
    await topics.send(
      'event.created',
      events.map((event) => eventCreated(event)),
    );
    const eventIds = events.map(({ eventId }) => eventId);
    const known = async (): Promise<boolean> => {
      const { rowCount } = await client.query('SELECT FROM events WHERE event_id = ANY($1::uuid[])', [
        eventIds,
      ]);
      return rowCount === howMany;
    };
    await waitFor(known, { what: `${howMany} events to be known`, timeoutMs: START_MS });
    return eventIds;
  } finally {
    await Promise.all([client.end(), admin.disconnect(), topics.close()]);
  }
}
