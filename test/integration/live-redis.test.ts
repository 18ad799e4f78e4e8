import { WatchCountDocument } from '../../src/generated/test-operations';
import { openWebSocketClient } from '../harness/live/clients';
import { watch } from '../harness/live/watching';
import { eventCreated, newEvent, participantRegistered } from '../harness/messages';
import { type RealService, startRealService } from '../harness/real-service';
import { createRedis, connectRedis } from '../harness/servers/redis';
import type { Server } from '../harness/servers/server';
import { waitFor } from '../harness/wait-for';

describe('subscriptions while Redis', () => {
  let redis: Server;
  let service: RealService;
  const clients: { dispose(): void }[] = [];

  beforeAll(async () => {
    redis = await createRedis();
    await redis.start();
    service = await startRealService({ env: { REDIS_URL: redis.url } });
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.dispose();
  });
  afterAll(async () => {
    await service.stop();
    await redis.remove();
  });

  async function watchNew() {
    const ids = newEvent();
    const { eventId } = ids;
    await service.topics.send('event.created', [eventCreated(ids)], { key: eventId });
    const register = async (count: number, total: number) => {
      const people = Array.from({ length: count }, () => participantRegistered(eventId));
      await service.topics.send('participant.registered', people, { key: eventId });
      await service.counted(eventId, total);
    };
    await register(1, 1);
    const open = () => {
      const client = openWebSocketClient(service.origin, { token: service.token() });
      clients.push(client);
      return { client, watching: watch(client, WatchCountDocument, { eventId, afterVersion: null }) };
    };
    const first = open();
    const reach = (watching: typeof first.watching, total: number, timeoutMs: number) =>
      watching.until(({ participantCount }) => participantCount.count === total, `${total}`, timeoutMs);
    await reach(first.watching, 1, 10_000);
    return { ...first, open, register, reach };
  }

  it('is down: no client reconnects, and missed changes come within 5 s of its return', async () => {
    const { client, watching, open, register, reach } = await watchNew();
    await redis.kill();
    await register(3, 4);
    // A new subscriber gets the first value all the same.
    const late = open();
    await reach(late.watching, 4, 10_000);
    await redis.start();
    await reach(watching, 4, 5_000);
    await register(1, 5);
    for (const each of [watching, late.watching]) await reach(each, 5, 5_000);
    for (const each of [client, late.client]) {
      expect(each.connections).toBe(1);
      expect(each.closed).toBeUndefined();
    }
  });

  it('does not answer for a while: missed changes come as well', async () => {
    const { client, watching, register, reach } = await watchNew();
    const admin = connectRedis(redis.url);
    await admin.call('CLIENT', 'PAUSE', '4000', 'ALL');
    admin.disconnect();
    await register(2, 3);
    await reach(watching, 3, 9_000);
    expect(client.connections).toBe(1);
  });

  it('loses only its subscribing connections: missed changes come as well', async () => {
    const { client, watching, register, reach } = await watchNew();
    const admin = connectRedis(redis.url);
    const published = async () => /cmdstat_publish:calls=(\d+)/.exec(await admin.info('commandstats'))?.[1];
    const before = await published();
    // Only subscribing connections are cut, over and over: changes are published, but not received.
    const cutting = setInterval(() => void admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub'), 5);
    try {
      await register(2, 3);
      await waitFor(async () => (await published()) !== before, {
        what: 'the change to be published',
        timeoutMs: 5_000,
      });
    } finally {
      clearInterval(cutting);
    }
    await reach(watching, 3, 5_000);
    expect(client.connections).toBe(1);
    admin.disconnect();
  });
});
