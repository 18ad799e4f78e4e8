import { randomUUID } from 'node:crypto';
import { createRedisCache } from '../../src/cache/redis';
import { createTolerantCache, type TolerantCache } from '../../src/cache/tolerant';
import type { EventId, StoreId } from '../../src/domain/values';
import { type ChangePublisher, createChangePublisher } from '../../src/messaging/changes/change-publisher';
import { createClusterNotifications } from '../../src/messaging/notifications/redis-cluster';
import { openRedisCluster } from '../../src/messaging/redis/cluster/cluster';
import { createLogger } from '../../src/observability/log';
import { clusterAddress } from '../harness/caches';
import { createRedisCluster, type RedisCluster } from '../harness/servers/redis-cluster';
import type { Server } from '../harness/servers/server';
import { waitFor } from '../harness/wait-for';

const log = createLogger({ level: 'silent' });
const LONG_MS = 60_000;
const BODY = Buffer.from('body');

/** A process of the service, as far as what it keeps goes. */
interface Process {
  readonly bodies: TolerantCache;
  readonly publisher: ChangePublisher;
  close(): Promise<void>;
}

async function openProcess(url: string): Promise<Process> {
  const cluster = await openRedisCluster({ address: clusterAddress(url), prefix: 'test:', log });
  const notifications = createClusterNotifications({ cluster, prefix: 'test:', log });
  const cache = createRedisCache({ servers: cluster, keptMs: LONG_MS });
  const publisher = createChangePublisher({
    ...{ cache, notifications, log },
    movedLately: () => Promise.resolve([]),
  });
  return {
    bodies: createTolerantCache(cache, log),
    publisher,
    async close() {
      await publisher.stop();
      await notifications.close();
      cluster.stop();
    },
  };
}

describe('a store whose version lies on another master of a cluster than its events', () => {
  let redis: RedisCluster;
  let worker: Process;
  let gateway: Process;
  beforeAll(async () => {
    redis = await createRedisCluster();
    await redis.start();
    [worker, gateway] = [await openProcess(redis.url), await openProcess(redis.url)];
  });
  afterAll(async () => {
    await Promise.all([worker.close(), gateway.close()]);
    await redis.remove();
  });

  /** An id that lies on this master, or on any other. */
  async function idOn<Id extends string>(where: (owner: Server) => boolean): Promise<Id> {
    for (;;) {
      const id = randomUUID();
      if (where(await redis.ownerOf(`{${id}}`))) return id as string as Id;
    }
  }
  async function keep(event: EventId, store: StoreId): Promise<void> {
    const lease = await gateway.bodies.acquire(event, store);
    if (typeof lease === 'string') throw new Error(`The lease is ${lease}.`);
    await gateway.bodies.store(event, lease, { bytes: BODY, owner: store }, LONG_MS);
    await gateway.bodies.release(event, lease);
  }
  const isServed = async (event: EventId): Promise<boolean> =>
    (await gateway.bodies.read(event)).bytes !== undefined;
  const untilServedAgain = (event: EventId, store: StoreId): Promise<unknown> =>
    waitFor(
      async () => {
        await keep(event, store);
        return isServed(event);
      },
      { what: 'the event to be served', timeoutMs: LONG_MS },
    );

  it('ends all its bodies with one change of another process, wherever its version has moved to', async () => {
    const store = randomUUID() as StoreId;
    const sisters = [randomUUID() as EventId, randomUUID() as EventId];
    const served = (): Promise<boolean[]> => Promise.all(sisters.map(isServed));
    const owners = await Promise.all([store, ...sisters].map((id) => redis.ownerOf(`{${id}}`)));
    for (const owner of owners) {
      if ((await redis.ownerOf(`{${store}}`)) !== owner) await redis.moveSlotOf(`{${store}}`, owner);
      for (const sister of sisters) await untilServedAgain(sister, store);
      worker.publisher.publish({ events: [], stores: [store] });
      await waitFor(async () => !(await served()).includes(true), {
        what: 'the change to be seen',
        timeoutMs: LONG_MS,
      });
      // Nothing moves any more: it was announced where both look.
      await worker.publisher.flush();
      expect(await served()).toEqual([false, false]);
    }
  });

  it('leaves the events of other stores alone when its master is killed, and is served again by the next one', async () => {
    const store = randomUUID() as StoreId;
    const dead = await redis.ownerOf(`{${store}}`);
    const elsewhere = (owner: Server): boolean => owner !== dead;
    const [event, other] = [await idOn<EventId>(elsewhere), await idOn<EventId>(elsewhere)];
    const otherStore = await idOn<StoreId>(elsewhere);
    await untilServedAgain(event, store);
    await untilServedAgain(other, otherStore);
    await dead.kill();
    const entry = await gateway.bodies.read(event);
    // Whether the store has changed cannot be known.
    expect([entry.bytes, entry.kept, entry.owner]).toEqual([undefined, BODY, store]);
    expect(await isServed(other)).toBe(true);
    await untilServedAgain(event, store);
    await dead.start();
  });
});
