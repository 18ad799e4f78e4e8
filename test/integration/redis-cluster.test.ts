import { randomUUID } from 'node:crypto';
import { createRedisCache } from '../../src/cache/redis';
import type { EventId } from '../../src/domain/values';
import type { Notifications } from '../../src/messaging/notifications/notifications';
import { createClusterNotifications } from '../../src/messaging/notifications/redis-cluster';
import { openRedisCluster, type RedisCluster as Cluster } from '../../src/messaging/redis/cluster/cluster';
import { createLogger } from '../../src/observability/log';
import { clusterAddress } from '../harness/caches';
import { madeOf } from '../harness/made';
import { askRedis } from '../harness/servers/redis';
import { createRedisCluster, type RedisCluster } from '../harness/servers/redis-cluster';
import type { Server } from '../harness/servers/server';
import { waitFor } from '../harness/wait-for';

const log = createLogger({ level: 'silent' });
const LONG_MS = 60_000;

/** A process of the service, as far as Redis goes. */
interface Process {
  readonly cluster: Cluster;
  readonly notifications: Notifications;
  close(): Promise<void>;
}

async function openProcess(url: string): Promise<Process> {
  const cluster = await openRedisCluster({ address: clusterAddress(url), prefix: 'test:', log });
  const notifications = createClusterNotifications({ cluster, prefix: 'test:', log });
  return {
    cluster,
    notifications,
    async close() {
      await notifications.close();
      cluster.stop();
    },
  };
}

describe('a cluster of Redis', () => {
  let redis: RedisCluster;
  let processes: readonly [Process, Process];
  beforeAll(async () => {
    redis = await createRedisCluster();
    await redis.start();
    processes = [await openProcess(redis.url), await openProcess(redis.url)];
    const [, { notifications }] = processes;
    for (const event of events)
      await notifications.subscribe({ event }, () => heard.set(event, (heard.get(event) ?? 0) + 1));
  });
  afterAll(async () => {
    for (const each of processes) await each.close();
    await redis.remove();
  });

  const events = Array.from({ length: 30 }, () => randomUUID() as EventId);

  const heard = new Map<EventId, number>();
  async function eventAt(owner: Server): Promise<EventId> {
    for (;;) {
      const event = randomUUID() as EventId;
      if ((await redis.ownerOf(`{${event}}`)) === owner) return event;
    }
  }

  it('is found by two of its nodes: all keys have a server, the same to all processes', () => {
    const [one, other] = processes;
    const prefixes = events.map((event) => one.cluster.of(event).prefix);
    expect(new Set(prefixes).size).toBe(3);
    expect(events.map((event) => other.cluster.of(event).prefix)).toEqual(prefixes);
  });

  it('carries each notification to the subscribers of its event, and to no others', async () => {
    const [one, other] = processes;
    expect(events.every((event) => other.notifications.isHearing({ event }))).toBe(true);
    await one.notifications.publish(events.slice(0, 20).map((event) => ({ event })));
    await waitFor(() => heard.size === 20, { what: 'all of them to be heard', timeoutMs: LONG_MS });
    expect([...heard.values()]).toEqual(Array.from({ length: 20 }, () => 1));
    let gaps = 0;
    other.notifications.onGap(() => (gaps += 1));
    await one.notifications.publishGap();
    await waitFor(() => gaps === 1, { what: 'the gap to be heard', timeoutMs: LONG_MS });
  });

  it('is followed when a slot moves, there and back: what was kept is read no more, and changes are heard', async () => {
    const [one, other] = processes;
    const [event] = events;
    if (event === undefined) throw new Error('There is no event.');
    const home = await redis.ownerOf(`{${event}}`);
    const prefixes = new Set([one.cluster.of(event).prefix]);
    let failOvers = 0;
    one.cluster.onOtherServer(() => (failOvers += 1));
    for (const to of [await redis.otherThan(`{${event}}`), home]) {
      const before = heard.get(event) ?? 0;
      await redis.moveSlotOf(`{${event}}`, to);
      await waitFor(() => (heard.get(event) ?? 0) > before, {
        what: 'the gap to be told to whom the event concerns',
        timeoutMs: LONG_MS,
      });
      await waitFor(() => !prefixes.has(one.cluster.of(event).prefix), {
        what: 'it to be looked for where it is',
        timeoutMs: LONG_MS,
      });
      prefixes.add(one.cluster.of(event).prefix);
      await waitFor(() => other.notifications.isHearing({ event }), {
        what: 'it to be complete',
        timeoutMs: LONG_MS,
      });
      const told = heard.get(event) ?? 0;
      await one.notifications.publish([{ event }]);
      await waitFor(() => (heard.get(event) ?? 0) > told, {
        what: 'the change to be heard',
        timeoutMs: LONG_MS,
      });
    }
    expect(prefixes.size).toBe(3);
    // What has been handed over has lost nothing.
    expect(failOvers).toBe(0);
  });

  it('forgets what was dropped while its slot was on its way, though that is broken off', async () => {
    const [{ cluster }] = processes;
    const cache = createRedisCache({ servers: cluster, keptMs: LONG_MS });
    const event = randomUUID() as EventId;
    const lease = await cache.acquire(event);
    if (lease === 'taken') throw new Error('The lease is taken.');
    await cache.store(event, lease, madeOf(Buffer.from('old')), LONG_MS);
    await cache.release(event, lease);
    expect((await cache.read(event)).bytes?.toString()).toBe('old');
    const onItsWay = await redis.beginMovingSlotOf(`{${event}}`, await redis.otherThan(`{${event}}`));
    await expect(cache.read(event)).rejects.toThrow(/^(?:ASK|TRYAGAIN) /);
    await cache.drop([event]);
    await onItsWay.breakOff();
    expect(await cache.read(event)).toMatchObject({ bytes: undefined, kept: Buffer.from('old') });
  });

  it('is another server for all who use it when a master has another replication id, on the same connection', async () => {
    const [event] = events;
    if (event === undefined) throw new Error('There is no event.');
    const prefixOf = ({ cluster }: Process): string => cluster.of(event).prefix;
    const [before] = processes.map(prefixOf);
    const seen: Process[] = [];
    for (const each of processes) each.cluster.onOtherServer(() => seen.push(each));
    const owner = await redis.ownerOf(`{${event}}`);
    await askRedis(owner.url, 'DEBUG', 'CHANGE-REPL-ID');
    await waitFor(() => processes.every((each) => prefixOf(each) !== before), {
      what: 'both processes to see it',
      timeoutMs: LONG_MS,
    });
    expect(new Set(processes.map(prefixOf)).size).toBe(1);
    await waitFor(() => processes.every((each) => seen.includes(each)), {
      what: 'both to be told of another server',
      timeoutMs: LONG_MS,
    });
  });

  it('takes subscriptions to what has just moved, and goes on taking others after them', async () => {
    const [one, other] = processes;
    const known = await redis.ownerOf(`{${events[0]}}`);
    for (let times = 0; times < 8; times++) {
      const [moving, staying] = [await eventAt(known), await eventAt(known)];
      const seen: EventId[] = [];
      await redis.moveSlotOf(`{${moving}}`, await redis.otherThan(`{${moving}}`));
      // Ahead of the next look.
      await Promise.all(
        [moving, staying].map((event) => other.notifications.subscribe({ event }, () => seen.push(event))),
      );
      const isPublished = (): Promise<boolean> =>
        one.notifications.publish([{ event: moving }, { event: staying }]).then(
          () => true,
          () => false,
        );
      await waitFor(isPublished, { what: 'the move to be known', timeoutMs: LONG_MS });
      await waitFor(() => seen.includes(moving) && seen.includes(staying), {
        what: 'both to be heard',
        timeoutMs: LONG_MS,
      });
    }
  });

  it('has what may be old there ended on a master that was away, once it is back', async () => {
    const [one] = processes;
    const [event] = events;
    if (event === undefined) throw new Error('There is no event.');
    const cleared: string[] = [];
    const owner = await redis.ownerOf(`{${event}}`);
    const { prefix } = one.cluster.of(event);
    const port = Number(new URL(owner.url).port);
    // For so short a time that its replica does not take its place.
    owner.freeze();
    const each = one.cluster.each(async (server) => {
      await server.redis.ping();
      cleared.push(server.prefix);
    });
    await each;
    expect(cleared).toHaveLength(2);
    owner.thaw();
    await waitFor(() => cleared.includes(prefix), { what: `port ${port} to be cleared`, timeoutMs: LONG_MS });
  });

  it('goes on with the replica of a master that hangs, and the others are used all the while', async () => {
    const [one, other] = processes;
    const [event] = events;
    if (event === undefined) throw new Error('There is no event.');
    const owner = await redis.ownerOf(`{${event}}`);
    const part = one.cluster.partOf(event);
    const unconcerned = events.filter((each) => one.cluster.partOf(each) !== part);
    const { prefix } = one.cluster.of(event);
    let failOvers = 0;
    one.cluster.onOtherServer(() => (failOvers += 1));
    owner.freeze();
    const before = heard.get(event) ?? 0;
    await waitFor(
      async () => {
        await one.notifications.publish(unconcerned.map((event) => ({ event })));
        return (await redis.ownerOf(`{${event}}`)) !== owner;
      },
      { what: 'another node to take its place', timeoutMs: LONG_MS },
    );
    await waitFor(() => (heard.get(event) ?? 0) > before, { what: 'the gap to be told', timeoutMs: LONG_MS });
    await waitFor(() => other.notifications.isHearing({ event }), {
      what: 'it to be complete',
      timeoutMs: LONG_MS,
    });
    await waitFor(() => isOther(one.cluster, event, prefix), { what: 'it to be used', timeoutMs: LONG_MS });
    expect(failOvers).toBe(1);
    const told = heard.get(event) ?? 0;
    await one.notifications.publish([{ event }]);
    await waitFor(() => (heard.get(event) ?? 0) > told, {
      what: 'the change to be heard',
      timeoutMs: LONG_MS,
    });
    owner.thaw();
  });
});

function isOther(cluster: Cluster, event: EventId, prefix: string): boolean {
  try {
    return cluster.of(event).prefix !== prefix;
  } catch {
    return false;
  }
}
