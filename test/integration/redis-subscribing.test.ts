import { once } from 'node:events';
import { Redis } from 'ioredis';
import { createLogger } from '../../src/observability/log';
import { createRedisNotifications } from '../../src/messaging/notifications/redis';
import type { EventId } from '../../src/domain/values';
import { freshRedis, type Own } from '../harness/isolation';
import { waitFor } from '../harness/wait-for';

const EVENT = '00000000-0000-4000-8000-000000000000' as EventId;
const HEARD = { what: 'a change to be heard', timeoutMs: 20_000 };

describe('a subscription', () => {
  let own: Own;
  let publisher: Redis;
  let subscriber: Redis;
  beforeEach(async () => {
    own = await freshRedis();
    publisher = new Redis(own.url);
    subscriber = new Redis(own.url, { lazyConnect: true, maxRetriesPerRequest: null });
    subscriber.on('error', () => undefined);
  });
  afterEach(async () => {
    subscriber.disconnect();
    publisher.disconnect();
    await own.drop();
  });

  const open = () =>
    createRedisNotifications({
      publisher,
      subscriber,
      prefix: `${Math.random()}:`,
      log: createLogger({ level: 'silent' }),
    });

  it('is made when it is asked for after the connection is there, and before the server has said that it is ready', async () => {
    const notifications = open();
    const states: string[] = [];
    const subscribed = once(subscriber, 'connect').then(() => {
      states.push(subscriber.status);
      return notifications.subscribe({ event: EVENT }, () => states.push('changed'));
    });
    await subscribed;
    await notifications.publish([{ event: EVENT }]);
    await waitFor(() => states.includes('changed'), HEARD);
    expect(states).toEqual(['connect', 'changed']);
  });

  it('may be stopped while it is renewed', async () => {
    const notifications = open();
    await notifications.subscribe({ event: EVENT }, () => undefined);
    subscriber.disconnect(true);
    // Sent by ioredis as soon as it is ready, and not answered yet.
    await once(subscriber, 'ready');
    subscriber.disconnect();
    subscriber.stream.destroy();
    await once(subscriber, 'end');
    // Jest fails a test that has left a rejection unhandled at the end of this turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('is made however often its connection is lost', async () => {
    const notifications = open();
    await once(subscriber, 'ready');
    let changes = 0;
    const subscribed = notifications.subscribe({ event: EVENT }, () => (changes += 1));
    subscriber.disconnect(true);
    await subscribed;
    // What is published before it is made again is not heard of.
    const isHeard = async (): Promise<boolean> => {
      await notifications.publish([{ event: EVENT }]);
      return changes > 0;
    };
    await waitFor(isHeard, HEARD);
  });

  it('that is asked for when the connection has ended for good rejects nothing', async () => {
    const notifications = open();
    await once(subscriber, 'ready');
    subscriber.disconnect();
    await waitFor(() => subscriber.status === 'end', { what: 'its end', timeoutMs: 20_000 });
    const failed = jest.fn();
    process.once('unhandledRejection', failed);
    void notifications.subscribe({ event: EVENT }, () => undefined);
    await publisher.ping();
    process.off('unhandledRejection', failed);
    expect(failed).not.toHaveBeenCalled();
  });
});
