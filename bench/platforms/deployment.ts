import { createSecretKey, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { signDevelopmentToken } from '../../src/auth/dev-token';
import type { Lifecycle } from '../../src/lifecycle';
import type { Instant } from '../../src/domain/values';
import { freshDatabase } from '../../test/harness/isolation';
import { freePort } from '../../test/harness/machine/ports';
import { distributionCompleted, eventCreated, newEvent } from '../../test/harness/messages';
import { createPostgres } from '../../test/harness/servers/postgres';
import { waitFor } from '../../test/harness/wait-for';
import { startChild } from '../live/child';
import { type PlatformServer, startPlatformServer } from './platform-server';

/** The service in one process, with platforms that the benchmark controls. */
export interface Deployment {
  readonly origin: string;
  readonly token: string;
  readonly platforms: PlatformServer;
  readonly eventIds: readonly string[];
  /** Waits until the service has noticed the state of all platforms. */
  untilAll(status: 'HEALTHY' | 'FAILING'): Promise<void>;
}

const CHANNELS = ['우리동네TV', '지니TV', 'Instagram', 'Naver Blog', 'Kakao Channel'];
const ASKED_EVERY_SECONDS = 10;
const DAY_MS = 86_400_000;
const START_MS = 60_000;
/** A circuit that has opened is tried again a while later. */
const NOTICED_MS = 180_000;

/** @param lifecycle is given all that is started, to end it in reverse */
export async function openDeployment(lifecycle: Lifecycle, howManyEvents: number): Promise<Deployment> {
  const database = await freshDatabase(process.env['DATABASE_URL'] ?? (await startPostgres(lifecycle)));
  lifecycle.own('database', () => database.drop());
  const platforms = await startPlatformServer();
  lifecycle.own('platforms', platforms);

  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const secret = randomBytes(32).toString('hex');
  const service = startChild({
    name: 'service',
    script: 'dist/main.js',
    env: {
      NODE_ENV: 'development',
      ROLES: 'gateway,worker',
      HOST: '127.0.0.1',
      PORT: String(port),
      LOG_LEVEL: 'error',
      JWT_SECRET: secret,
      DATABASE_URL: database.url,
      REDIS_URL: '',
      KAFKA_BROKERS: '',
      CACHE_TTL_SECONDS: '1',
      CHANNEL_PLATFORMS: JSON.stringify(
        CHANNELS.map((channel, index) => ({
          channel,
          baseUrl: `${platforms.origin}/${index}`,
          parser: 'json',
          intervalSeconds: ASKED_EVERY_SECONDS,
        })),
      ),
    },
  });
  lifecycle.own('service', () => service.end());
  await waitFor(async () => service.hasEnded() || (await fetch(`${origin}/readyz`)).ok, {
    what: 'the service to be ready',
    timeoutMs: START_MS,
  });
  if (service.hasEnded()) throw new Error('The service ended while starting.');

  const token = signToken(secret);
  const eventIds = await createEvents(origin, token, howManyEvents);
  return { origin, token, platforms, eventIds, untilAll: (status) => untilAll(origin, status) };
}

async function startPostgres(lifecycle: Lifecycle): Promise<string> {
  const postgres = await createPostgres();
  lifecycle.own('PostgreSQL', () => postgres.remove());
  await postgres.start();
  return postgres.url;
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

/** Each of a store of its own, shown by all channels. */
async function createEvents(origin: string, token: string, howMany: number): Promise<readonly string[]> {
  const events = Array.from({ length: howMany }, newEvent);
  const channels = CHANNELS.map((channel) => ({
    channel,
    status: 'SUCCESS',
    cost: 1_000,
    expectedViews: 100,
  }));
  const messages = events.flatMap((event) => [
    { topic: 'event.created', value: eventCreated(event) },
    { topic: 'distribution.completed', value: distributionCompleted(event.eventId, channels) },
  ]);
  const response = await fetch(`${origin}/dev/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(messages),
  });
  if (!response.ok) throw new Error(`The events were not taken: ${response.status} ${await response.text()}`);
  return events.map(({ eventId }) => eventId);
}

const readiness = z.object({ platforms: z.array(z.object({ status: z.string() })) });

async function untilAll(origin: string, status: string): Promise<void> {
  const isSo = async (): Promise<boolean> => {
    const { platforms } = readiness.parse(await (await fetch(`${origin}/readyz`)).json());
    return platforms.length === CHANNELS.length && platforms.every((platform) => platform.status === status);
  };
  await waitFor(isSo, { what: `all platforms to be ${status}`, timeoutMs: NOTICED_MS, everyMs: 250 });
}
