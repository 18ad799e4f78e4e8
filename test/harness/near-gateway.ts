import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import type { Viewer } from '../../src/auth/viewer';
import type { BodyCache } from '../../src/cache/cache';
import { createRedisCache } from '../../src/cache/redis';
import { oneServer } from '../../src/cache/redis-servers';
import { createTolerantCache } from '../../src/cache/tolerant';
import { systemClock } from '../../src/runtime/clock';
import { createLogger } from '../../src/observability/log';
import type { Notifications } from '../../src/messaging/notifications/notifications';
import { createRedisNotifications } from '../../src/messaging/notifications/redis';
import { createDashboardAnswers } from '../../src/rest/dashboard-answers';
import { createDashboardBodies } from '../../src/rest/dashboard-bodies';
import { createDashboardBody } from '../../src/rest/dashboard-body';
import { createNearCache, type NearCache } from '../../src/rest/near-cache';
import type { EventId, Instant, StoreId } from '../../src/domain/values';

const log = createLogger({ level: 'silent' });

/** Events, their store and their one value, as they stand in the database. */
export class Story {
  readonly event = randomUUID() as EventId;
  storeId = randomUUID() as StoreId;
  count = 0;
  assemblies = 0;
  /** How long what is assembled may be served. */
  holdsMs = 3_600_000;
  padding = '';

  readonly assemble = () => {
    const { count, storeId, padding } = this;
    this.assemblies += 1;
    const json = JSON.stringify({ count, padding, cacheStatus: 'HIT' });
    const body = createDashboardBody({ storeId, averagedStores: 0, json });
    return Promise.resolve({ body, validUntil: (Date.now() + this.holdsMs) as Instant });
  };
}

export interface Shown {
  readonly count: number;
  readonly cacheStatus: 'HIT' | 'MISS';
}

export interface NearGateway {
  readonly cache: BodyCache;
  readonly notifications: Notifications;
  readonly near: NearCache;
  /** @param by an admin when left out */
  read(by?: Viewer, event?: EventId): Promise<Shown>;
  /** As a worker does, once it has committed. */
  change(): Promise<void>;
  close(): Promise<void>;
}

export interface NearGatewayOptions {
  readonly url: string;
  readonly story: Story;
  readonly freshMs: number;
  /** The Redis that notifications come from, where it is another one. */
  readonly notificationsUrl?: string;
  readonly maxBytes?: number;
}

export const viewerOf = (...storeIds: readonly StoreId[]): Viewer => ({
  subject: randomUUID(),
  storeIds: new Set(storeIds),
  isAdmin: storeIds.length === 0,
  expiresAt: Infinity as Instant,
});

/** A gateway as far as finished answers go: its connections to Redis, and what it keeps in the process. */
export async function openNearGateway(options: NearGatewayOptions): Promise<NearGateway> {
  const { url, story, freshMs, notificationsUrl = url, maxBytes } = options;
  const redis = await connect(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 500,
  });
  const subscriber = await connect(notificationsUrl, { maxRetriesPerRequest: null });
  const cache = createRedisCache({ servers: oneServer(redis, () => 'test:'), keptMs: 0, freshMs });
  const notifications = createRedisNotifications({ publisher: redis, subscriber, prefix: 'test:', log });
  const { copies } = cache;
  if (copies === undefined) throw new Error('The cache gives no copies.');
  const near = createNearCache({ copies, notifications, ...(maxBytes !== undefined && { maxBytes }) });
  const { assemble } = story;
  const shared = { clock: systemClock, ttlMs: 300_000, staleMs: 0, assemble, log };
  const answers = createDashboardAnswers({
    bodies: createDashboardBodies({ ...shared, cache: createTolerantCache(cache, log) }),
    owners: { ownerFor: () => Promise.resolve(story.storeId) },
    nearCache: near,
    assemble,
    clock: systemClock,
  });
  return {
    cache,
    notifications,
    near,
    async read(by = viewerOf(), event = story.event) {
      return JSON.parse((await answers.read(event, by)).bytes.toString()) as Shown;
    },
    async change() {
      story.count += 1;
      await cache.drop([story.event]);
      await notifications.publish([{ event: story.event }]);
    },
    async close() {
      await notifications.close();
      redis.disconnect();
    },
  };
}

async function connect(url: string, options: object): Promise<Redis> {
  const redis = new Redis(url, {
    lazyConnect: true,
    enableAutoPipelining: true,
    retryStrategy: () => 50,
    ...options,
  });
  redis.on('error', () => undefined);
  await redis.connect();
  return redis;
}
