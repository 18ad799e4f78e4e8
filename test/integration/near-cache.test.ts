import { randomUUID } from 'node:crypto';
import { setImmediate as nextIteration, setTimeout as pause } from 'node:timers/promises';
import type { EventId, StoreId } from '../../src/domain/values';
import { type BreakableLink, linkTo } from '../harness/contract/breakable-link';
import {
  type NearGateway,
  type NearGatewayOptions,
  openNearGateway,
  Story,
  viewerOf,
} from '../harness/near-gateway';
import { connectRedis, createRedis } from '../harness/servers/redis';
import type { Server } from '../harness/servers/server';
import { waitFor } from '../harness/wait-for';

/** So long that no copy ends by its time while a test looks: what ends it is something else. */
const LONG_MS = 60_000;
const SHORT_MS = 100;
const GIVEN_UP_MS = 8_000;
/** An event that is asked for twice within this time is watched. */
const OFTEN_MS = 250;

describe('answers in the near cache', () => {
  let redis: Server;
  let story: Story;
  const opened: { close(): Promise<void> }[] = [];
  const links: BreakableLink[] = [];
  beforeAll(async () => {
    redis = await createRedis();
    await redis.start();
  });
  beforeEach(() => void (story = new Story()));
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
    for (const each of links.splice(0)) await each.cut();
  });
  afterAll(() => redis.remove());

  async function open(options: Partial<NearGatewayOptions> = {}): Promise<NearGateway> {
    const gateway = await openNearGateway({ url: redis.url, story, freshMs: LONG_MS, ...options });
    opened.push(gateway);
    return gateway;
  }
  async function newLink(): Promise<BreakableLink> {
    const link = await linkTo(redis.url);
    links.push(link);
    return link;
  }
  async function command(...words: readonly [string, ...string[]]): Promise<unknown> {
    const admin = connectRedis(redis.url);
    try {
      return await admin.call(...words);
    } finally {
      admin.disconnect();
    }
  }
  /** How often Redis has been asked for an answer until now. */
  async function questions(): Promise<number> {
    const stats = String(await command('INFO', 'commandstats'));
    return Number(/cmdstat_mget:calls=(\d+)/.exec(stats)?.[1] ?? 0);
  }
  /** Reads until the event's answer is near. */
  const untilNear = (gateway: NearGateway, event = story.event): Promise<unknown> =>
    waitFor(
      async () => {
        await gateway.read(undefined, event);
        return gateway.near.find(event);
      },
      { what: 'the answer to be near', timeoutMs: 5_000, everyMs: 1 },
    );
  const untilShown = (gateway: NearGateway, count: number): Promise<unknown> =>
    waitFor(async () => (await gateway.read()).count === count, {
      what: `${count} to be shown`,
      timeoutMs: 5_000,
      everyMs: 1,
    });

  it('are given without a question to Redis', async () => {
    const gateway = await open();
    await untilNear(gateway);
    const before = await questions();
    for (let round = 0; round < 100; round++)
      expect(await gateway.read()).toMatchObject({ count: 0, cacheStatus: 'HIT' });
    // Except to revalidate it.
    expect((await questions()) - before).toBeLessThan(10);
  });

  it('end by the notification of a change that another process made', async () => {
    const [gateway, other] = [await open(), await open()];
    for (let count = 1; count <= 3; count++) {
      await untilNear(gateway);
      story.count = count;
      // So that Redis serves no earlier body, not even for the rest of the second.
      await other.cache.forget([story.event]);
      await other.notifications.publish([{ event: story.event }]);
      await untilShown(gateway, count);
    }
  });

  it('end at once by a change that this process makes itself', async () => {
    const gateway = await open();
    const { cache } = gateway;
    await untilNear(gateway);
    story.count = 1;
    // A request in between is answered by the earlier body, which must not come back afterwards.
    const [, between] = await Promise.all([cache.forget([story.event]), gateway.read()]);
    expect(between.count).toBeLessThanOrEqual(1);
    expect((await gateway.read()).count).toBe(1);

    await untilNear(gateway);
    await cache.clear();
    expect(gateway.near.find(story.event)).toBeUndefined();
  });

  it('end within their time without a notification: a change is seen a second after it was announced', async () => {
    const link = await newLink();
    const [gateway, other] = [await open({ freshMs: 250, notificationsUrl: link.url }), await open()];
    await untilNear(gateway);
    link.silence();
    const announced: { count: number; at: number }[] = [];
    const seen: { count: number; askedAt: number }[] = [];
    let nearly = 0;
    while (announced.length < 2) {
      await other.change();
      announced.push({ count: story.count, at: performance.now() });
      while ((seen.at(-1)?.count ?? 0) < story.count) {
        const askedAt = performance.now();
        if (gateway.near.find(story.event)) nearly += 1;
        seen.push({ count: (await gateway.read()).count, askedAt });
        if (askedAt > announced[0]!.at + GIVEN_UP_MS) throw new Error('The change is not seen.');
        // A hit of the near cache does not yield to the event loop, in which Redis could answer.
        await nextIteration();
      }
      await untilNear(gateway);
    }
    expect(nearly).toBeGreaterThan(0);
    const owed = (askedAt: number): number =>
      Math.max(0, ...announced.filter(({ at }) => at <= askedAt - 1_000).map(({ count }) => count));
    expect(seen.filter(({ count, askedAt }) => count < owed(askedAt))).toEqual([]);
  });

  it('are not given while no notifications can come, nor any from before once they can', async () => {
    const link = await newLink();
    const [gateway, other] = [await open({ notificationsUrl: link.url }), await open()];
    await untilNear(gateway);
    await link.cut();
    await waitFor(() => !gateway.notifications.isHearing({ event: story.event }), {
      what: 'the loss',
      timeoutMs: 5_000,
    });
    expect(gateway.near.find(story.event)).toBeUndefined();
    await other.change();
    const before = await questions();
    await gateway.read();
    expect(await questions()).toBeGreaterThan(before);

    await link.mend();
    await waitFor(() => gateway.notifications.isHearing({ event: story.event }), {
      what: 'notifications to come',
      timeoutMs: 5_000,
    });
    expect(gateway.near.find(story.event)).toBeUndefined();
    await untilShown(gateway, 1);
    await untilNear(gateway);
  });

  it('end with the connection to Redis', async () => {
    const link = await newLink();
    const gateway = await open({ url: link.url, notificationsUrl: redis.url });
    await untilNear(gateway);
    await link.cut();
    await waitFor(() => gateway.near.find(story.event) === undefined, {
      what: 'their end',
      timeoutMs: 5_000,
    });
    story.count = 1;
    expect(await gateway.read()).toMatchObject({ count: 1, cacheStatus: 'MISS' });
    await link.mend();
    await untilNear(gateway);
  });

  it('end within their time while Redis hangs, and then everything is assembled', async () => {
    const gateway = await open({ freshMs: SHORT_MS });
    await untilNear(gateway);
    redis.freeze();
    try {
      story.count = 1;
      const shown = await waitFor(
        async () => {
          const answer = await gateway.read();
          return answer.count === 1 && answer;
        },
        { what: 'what is new', timeoutMs: 10_000, everyMs: 1 },
      );
      expect(shown.cacheStatus).toBe('MISS');
      expect(gateway.near.find(story.event)).toBeUndefined();
    } finally {
      redis.thaw();
    }
  });

  it('are given for no longer than Redis would have served them', async () => {
    story.holdsMs = 400;
    const gateway = await open();
    await untilNear(gateway);
    story.count = 1;
    await untilShown(gateway, 1);
  });

  it('are none of a changed event, for as long as only its lease keeps its answer', async () => {
    const [gateway, other] = [await open(), await open()];
    await gateway.read();
    await other.cache.drop([story.event]);
    for (let round = 0; round < 20; round++) await gateway.read();
    await waitFor(() => gateway.near.size === 1, { what: 'the event to be watched', timeoutMs: 5_000 });
    for (let round = 0; round < 20; round++) {
      await gateway.read();
      expect(gateway.near.find(story.event)).toBeUndefined();
    }
  });

  it('are given on and on while they are wanted, as long as nothing changes', async () => {
    const [gateway, other] = [await open({ freshMs: 250 }), await open()];
    await untilNear(gateway);
    const end = performance.now() + 1_000;
    const lost = async (): Promise<boolean> => {
      await nextIteration();
      return gateway.near.find(story.event) === undefined;
    };
    const before = await questions();
    let wanted = 0;
    for (; performance.now() < end; wanted += 1) if (await lost()) await untilNear(gateway);
    expect((await questions()) - before).toBeLessThan(wanted / 10);
    await other.cache.forget([story.event]);
    await waitFor(lost, { what: 'the copy that is revalidated no more to end', timeoutMs: 5_000 });
  });

  it('are not used for a viewer who may not read the event: Redis is asked each time', async () => {
    const gateway = await open();
    const otherOwner = viewerOf(randomUUID() as StoreId);
    await untilNear(gateway);
    const before = await questions();
    for (let round = 0; round < 10; round++)
      await expect(gateway.read(otherOwner)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await questions()).toBeGreaterThanOrEqual(before + 10);
    expect(await gateway.read(viewerOf(story.storeId))).toMatchObject({ count: 0 });
  });

  it('are not fetched for a viewer who may not read the event', async () => {
    const gateway = await open();
    await gateway.read();
    await pause(2 * OFTEN_MS);
    const otherOwner = viewerOf(randomUUID() as StoreId);
    for (let round = 0; round < 20; round++) await gateway.read(otherOwner).catch(() => undefined);
    expect(gateway.near.size).toBe(0);
  });

  it('are limited by their bytes', async () => {
    story.padding = 'x'.repeat(1_000);
    const gateway = await open({ maxBytes: 5_000 });
    const events = Array.from({ length: 20 }, () => randomUUID() as EventId);
    for (const event of events) await untilNear(gateway, event);
    const near = events.filter((event) => gateway.near.find(event) !== undefined);
    expect(near).toEqual(events.slice(-near.length));
    expect(near.length).toBeLessThanOrEqual(5);
  });
});
