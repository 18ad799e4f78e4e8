import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { createRedisCache } from '../../src/cache/redis';
import { oneServer } from '../../src/cache/redis-servers';
import { createTolerantCache } from '../../src/cache/tolerant';
import type { EventId, StoreId } from '../../src/domain/values';
import { createChangePublisher } from '../../src/messaging/changes/change-publisher';
import { createRedisNotifications } from '../../src/messaging/notifications/redis';
import { createLogger } from '../../src/observability/log';
import { createRedis } from '../harness/servers/redis';
import type { Server } from '../harness/servers/server';
import { waitFor } from '../harness/wait-for';

const log = createLogger({ level: 'silent' });
const STORE = randomUUID() as StoreId;
const EVENTS = Array.from({ length: 60 }, () => randomUUID() as EventId);

describe('a change of one event of a store that has sixty, all of which are read', () => {
  /** Of its own: MONITOR shows the commands of all clients of a server. */
  let server: Server;
  const opened: { disconnect(): void }[] = [];
  beforeAll(async () => {
    server = await createRedis();
    await server.start();
  });
  afterAll(async () => {
    for (const each of opened) each.disconnect();
    await server.remove();
  });
  function connect(): Redis {
    const redis = new Redis(server.url);
    opened.push(redis);
    return redis;
  }

  it('deletes two keys and sends two messages: of the event, and of the store', async () => {
    const redis = connect();
    const cache = createRedisCache({ servers: oneServer(redis, () => 'test:'), keptMs: 0 });
    const bodies = createTolerantCache(cache, log);
    const notifications = createRedisNotifications({
      ...{ publisher: redis, subscriber: connect(), prefix: 'test:', log },
    });
    const publisher = createChangePublisher({
      ...{ cache, notifications, log },
      movedLately: () => Promise.resolve([]),
    });
    for (const event of EVENTS) {
      const lease = await bodies.acquire(event, STORE);
      if (typeof lease === 'string') throw new Error(`The lease is ${lease}.`);
      await bodies.store(event, lease, { bytes: Buffer.from('a body'), owner: STORE }, 60_000);
      await bodies.release(event, lease);
    }
    const monitor = await redis.monitor();
    opened.push(monitor);
    const commands: string[][] = [];
    monitor.on('monitor', (_time: string, command: string[]) => void commands.push(command));

    publisher.publish({ events: EVENTS.slice(0, 1), stores: [STORE] });
    await publisher.flush();
    await redis.echo('the end');
    await waitFor(() => commands.some(([name]) => name === 'echo'), {
      what: 'the monitor',
      timeoutMs: 5_000,
    });
    const [event] = EVENTS;
    expect(commands.slice(0, -1)).toEqual([
      ['unlink', `test:version:${event}`],
      ['publish', `test:changed:${event}`, expect.anything()],
      ['unlink', `test:store-version:${STORE}`],
      ['publish', `test:store-changed:${STORE}`, expect.anything()],
    ]);
    const left = await Promise.all(EVENTS.map(async (one) => (await bodies.read(one)).bytes));
    expect(left.every((bytes) => bytes === undefined)).toBe(true);
    await publisher.stop();
    await notifications.close();
  });
});
