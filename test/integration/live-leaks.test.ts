import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Redis } from 'ioredis';
import WebSocket from 'ws';
import { createLogger } from '../../src/observability/log';
import { createRedisNotifications } from '../../src/messaging/notifications/redis';
import { type ServiceUnderContract, startUnderContract } from '../harness/contract/service';
import { freshRedis, type Own } from '../harness/isolation';
import { type LiveGateway, openLiveGateway } from '../harness/live/live-gateway';
import { eventCreated, newEvent } from '../harness/messages';
import { waitFor } from '../harness/wait-for';

const SUBSCRIPTIONS = 20_000;
const WARM_UP = 3_000;
const DISCONNECTS = 2_000;
const EVENTS = 20;
/** What the heap may have grown by: 20,000 leaked subscriptions would be far more. */
const ALLOWANCE_BYTES = 8 * 1024 * 1024;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapUsed(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

describe('subscribing and completing', () => {
  let service: ServiceUnderContract;
  let own: Own;
  let publisher: Redis;
  let subscriber: Redis;
  let gateway: LiveGateway;
  const prefix = `leaks-${process.pid}-${Date.now()}:`;
  const events = Array.from({ length: EVENTS }, newEvent);

  beforeAll(async () => {
    // On a server: inside this process, the database would take most of its time, and be measured, too.
    service = await startUnderContract();
    await service.post(events.map((ids) => ({ topic: 'event.created', value: eventCreated(ids) })));
    own = await freshRedis();
    publisher = new Redis(own.url);
    subscriber = new Redis(own.url, { maxRetriesPerRequest: null });
    const log = createLogger({ level: 'silent' });
    gateway = await openLiveGateway(
      service.database,
      createRedisNotifications({ publisher, subscriber, prefix, log }),
      // No rate limit on messages.
      { socketLimits: { messagesAtOnce: 1_000_000 } },
    );
  });

  afterAll(async () => {
    await gateway.stop();
    subscriber.disconnect();
    publisher.disconnect();
    await own.drop();
    await service.stop();
  });

  /** A socket that speaks the protocol by hand: 20,000 clients of a library would be measured, too. */
  async function openSocket(): Promise<WebSocket> {
    const socket = new WebSocket(`${gateway.origin.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    socket.on('error', () => undefined);
    await new Promise((resolve) => socket.once('open', resolve));
    const acknowledged = new Promise((resolve) => socket.once('message', resolve));
    const payload = { authorization: `Bearer ${service.token()}` };
    socket.send(JSON.stringify({ type: 'connection_init', payload }));
    await acknowledged;
    return socket;
  }

  const subscribe = (socket: WebSocket, id: string, index: number): void => {
    const { eventId } = events[index % EVENTS]!;
    const fields = index % 2 === 0 ? 'count' : 'count version';
    const query = `subscription { participantCount(eventId: "${eventId}") { ${fields} } }`;
    socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query } }));
  };

  /** Every third is completed before its first value. */
  async function subscribeAndComplete(socket: WebSocket, name: string, count: number): Promise<void> {
    const waiting = new Map<string, () => void>();
    const hear = (data: Buffer): void => {
      const { id } = JSON.parse(data.toString()) as { id?: string };
      if (id !== undefined) waiting.get(id)?.();
    };
    socket.on('message', hear);
    for (let begun = 0; begun < count; begun += 50) {
      await Promise.all(
        Array.from({ length: Math.min(50, count - begun) }, async (_, place) => {
          const index = begun + place;
          const id = `${name}-${index}`;
          const first = new Promise<void>((resolve) => waiting.set(id, resolve));
          subscribe(socket, id, index);
          if (index % 3 !== 0) await first;
          waiting.delete(id);
          socket.send(JSON.stringify({ id, type: 'complete' }));
        }),
      );
    }
    socket.off('message', hear);
  }

  const untilNothingIsWatched = (): Promise<unknown> =>
    waitFor(
      async () => {
        const channels = await publisher.pubsub('CHANNELS', `${prefix}*changed:*`);
        const { events: watched, subscribers } = gateway.live.size;
        const left = { watched, subscribers, channels: channels.length };
        if (watched + subscribers + channels.length > 0) throw new Error(JSON.stringify(left));
        return true;
      },
      { what: 'nothing to be watched any more', timeoutMs: 15_000 },
    );

  const listeners = (): number =>
    subscriber.eventNames().reduce((sum, name) => sum + subscriber.listenerCount(name), 0);

  it('leaks nothing after 20,000 subscriptions and 2,000 lost connections', async () => {
    const sockets = await Promise.all([1, 2, 3, 4].map(openSocket));
    const all = (name: string, count: number) =>
      Promise.all(
        sockets.map((socket, place) =>
          subscribeAndComplete(socket, `${name}${place}`, count / sockets.length),
        ),
      );

    await all('warm-up', WARM_UP);
    await untilNothingIsWatched();
    const before = { heap: heapUsed(), listeners: listeners() };

    await all('measured', SUBSCRIPTIONS);
    await untilNothingIsWatched();

    for (let lost = 0; lost < DISCONNECTS; lost += 50) {
      const losing = await Promise.all(Array.from({ length: 50 }, openSocket));
      for (const [place, socket] of losing.entries()) {
        subscribe(socket, 'one', place);
        subscribe(socket, 'other', place + 1);
      }
      // Some are lost while they still subscribe.
      if (lost % 100 === 0) await new Promise((resolve) => losing[49]!.once('message', resolve));
      for (const socket of losing) socket.terminate();
    }
    await untilNothingIsWatched();
    for (const socket of sockets) expect(socket.readyState).toBe(WebSocket.OPEN);
    for (const socket of sockets) socket.close();

    // The list of statements is the test's own, and would be measured, too.
    service.statements.length = 0;
    expect(listeners()).toBe(before.listeners);
    expect(heapUsed() - before.heap).toBeLessThan(ALLOWANCE_BYTES);
  }, 300_000);
});
