import { randomUUID } from 'node:crypto';
import { type BodyCache, type AssemblyLease, ASSEMBLY_LEASE_MS, forgetAtOnce } from '../../src/cache/cache';
import type { EventId } from '../../src/domain/values';
import { CACHES, type CacheUnderTest } from '../harness/caches';
import { waitFor } from '../harness/wait-for';
import { madeOf } from '../harness/made';

const KEPT_MS = 120_000;

const LONG_MS = 60_000;
const newEvent = (): EventId => randomUUID() as EventId;
/** Bytes that are no text in any encoding. */
const BODY = Buffer.from([0, 255, 13, 10, 0xc3, 0x28]);

describe.each(CACHES)('a cache %s', (_name, open) => {
  let driver: CacheUnderTest;
  let cache: BodyCache;
  beforeAll(async () => {
    driver = await open(KEPT_MS);
    cache = driver.cache;
  });
  afterAll(() => driver.close());

  const begin = async (event: EventId): Promise<AssemblyLease> => {
    const lease = await cache.acquire(event);
    if (lease === 'taken') throw new Error('The lease is taken.');
    return lease;
  };
  const keep = async (event: EventId, body = BODY, ttlMs = LONG_MS): Promise<AssemblyLease> => {
    const lease = await begin(event);
    await cache.store(event, lease, madeOf(body), ttlMs);
    return lease;
  };
  const bytesOf = async (event: EventId): Promise<Buffer | undefined> => (await cache.read(event)).bytes;
  const leaseOver = (event: EventId): Promise<unknown> =>
    waitFor(async () => (await cache.read(event)).leaseId === undefined, {
      what: 'the lease to be over',
      timeoutMs: 3 * ASSEMBLY_LEASE_MS,
      everyMs: 5,
    });

  it('has nothing of an event that was never read', async () => {
    expect(await cache.read(newEvent())).toEqual({ bytes: undefined, kept: undefined, leaseId: undefined });
  });

  it('gives back the very bytes, and those of no other event', async () => {
    const event = newEvent();
    await keep(event);
    expect(await bytesOf(event)).toEqual(BODY);
    expect(await bytesOf(newEvent())).toBeUndefined();
  });

  it('gives an event’s lease to one alone, and tells readers which it is', async () => {
    const event = newEvent();
    const answers = await Promise.all([1, 2, 3].map(() => cache.acquire(event)));
    const leases = answers.filter((answer) => answer !== 'taken');
    expect(leases).toHaveLength(1);
    expect(await cache.read(event)).toEqual({ bytes: undefined, kept: undefined, leaseId: leases[0]?.id });
    await begin(newEvent());
  });

  it('gives the lease to the next when its time is over, even if its holder is never heard of again', async () => {
    const event = newEvent();
    const lost = await begin(event);
    await leaseOver(event);
    const next = await begin(event);
    expect(next.id).not.toBe(lost.id);
    expect(next.version).toBe(lost.version);
  });

  it('gives a lease back when nothing came of it, but only to its holder', async () => {
    const event = newEvent();
    const failed = await begin(event);
    await cache.release(event, failed);
    const next = await begin(event);
    await cache.release(event, failed);
    expect((await cache.read(event)).leaseId).toBe(next.id);
  });

  it('has one version for all who begin before a change, and another after it', async () => {
    const event = newEvent();
    const first = await begin(event);
    await cache.release(event, first);
    const second = await begin(event);
    expect(second.version).toBe(first.version);
    await cache.release(event, second);
    await cache.drop([event]);
    expect((await begin(event)).version).not.toBe(first.version);
  });

  it('serves what was kept before a change until its lease is over, and not beyond', async () => {
    const event = newEvent();
    await keep(event);
    await cache.drop([event]);
    expect(await bytesOf(event)).toEqual(BODY);
    await leaseOver(event);
    expect(await bytesOf(event)).toBeUndefined();
  });

  it('serves what is kept beyond its lease when nothing has changed', async () => {
    const event = newEvent();
    await keep(event);
    await leaseOver(event);
    expect(await bytesOf(event)).toEqual(BODY);
  });

  it('keeps what was read before a change for as long as its lease runs', async () => {
    const event = newEvent();
    const lease = await begin(event);
    await cache.drop([event]);
    await cache.store(event, lease, madeOf(BODY), LONG_MS);
    expect(await bytesOf(event)).toEqual(BODY);
    await leaseOver(event);
    expect(await bytesOf(event)).toBeUndefined();
  });

  it('does not serve what an earlier lease made in the place of what the present one is making', async () => {
    const event = newEvent();
    await keep(event);
    await leaseOver(event);
    await cache.drop([event]);
    await begin(event);
    expect(await bytesOf(event)).toBeUndefined();
  });

  it('does not take what is late: its lease is over and the event has changed', async () => {
    const event = newEvent();
    const slow = await begin(event);
    await leaseOver(event);
    await cache.drop([event]);
    await keep(event, Buffer.from('new'));
    await cache.store(event, slow, madeOf(Buffer.from('old')), LONG_MS);
    expect((await bytesOf(event))?.toString()).toBe('new');
  });

  it('takes what is late when nothing has changed', async () => {
    const event = newEvent();
    const slow = await begin(event);
    await leaseOver(event);
    await cache.store(event, slow, madeOf(BODY), LONG_MS);
    expect(await bytesOf(event)).toEqual(BODY);
  });

  it('takes leases that it gave out, and none that were made up', async () => {
    const event = newEvent();
    await cache.store(event, { id: randomUUID(), version: randomUUID() }, madeOf(BODY), LONG_MS);
    expect(await bytesOf(event)).toBeUndefined();
  });

  it('forgets at once what it is told to forget, its lease included, and no other', async () => {
    const [kept, begun, other] = [newEvent(), newEvent(), newEvent()];
    await keep(kept);
    const early = await begin(begun);
    await keep(other);
    await forgetAtOnce(cache).drop([kept, begun]);
    expect(await bytesOf(kept)).toBeUndefined();
    expect(await bytesOf(other)).toEqual(BODY);

    await cache.store(begun, early, madeOf(Buffer.from('old')), LONG_MS);
    expect(await bytesOf(begun)).toBeUndefined();
    await begin(kept);
    await begin(begun);
    await cache.store(begun, early, madeOf(Buffer.from('old')), LONG_MS);
    expect(await bytesOf(begun)).toBeUndefined();
  });

  it('takes every event for changed when it is cleared', async () => {
    const events = Array.from({ length: 2_500 }, newEvent);
    // So many at once that a cache that is asked in time answers in time.
    for (let start = 0; start < events.length; start += 250)
      await Promise.all(events.slice(start, start + 250).map((event) => keep(event)));
    await cache.clear();
    await waitFor(
      async () => {
        for (const event of events) if ((await bytesOf(event)) !== undefined) return false;
        return true;
      },
      { what: 'every body to be out of date', timeoutMs: 3 * ASSEMBLY_LEASE_MS },
    );
  });

  it('drops and forgets nothing, and many, as readily', async () => {
    const [spared, dropped, forgotten] = [newEvent(), newEvent(), newEvent()];
    for (const event of [spared, dropped, forgotten]) await keep(event);
    await cache.drop([]);
    await cache.forget([]);
    for (const event of [spared, dropped, forgotten]) expect(await bytesOf(event)).toEqual(BODY);

    await cache.drop([...Array.from({ length: 5_000 }, newEvent), dropped]);
    await cache.forget([...Array.from({ length: 5_000 }, newEvent), forgotten]);
    expect(await bytesOf(forgotten)).toBeUndefined();
    await leaseOver(dropped);
    expect(await bytesOf(dropped)).toBeUndefined();
    expect(await bytesOf(spared)).toEqual(BODY);
  });

  it('forgets a body when its time is up, and lets the next one be made at once', async () => {
    const event = newEvent();
    await keep(event, BODY, 40);
    await waitFor(async () => (await bytesOf(event)) === undefined, {
      what: 'the body to go',
      timeoutMs: ASSEMBLY_LEASE_MS / 2,
      everyMs: 5,
    });
    await leaseOver(event);
    await begin(event);
  });

  it.each([0, -1, 0.4])('does not keep a body for %d ms, nor the lease', async (ttlMs) => {
    const event = newEvent();
    await keep(event, BODY, ttlMs);
    expect(await cache.read(event)).toEqual({ bytes: undefined, kept: undefined, leaseId: undefined });
  });

  it('keeps a body for a time that is no whole number of milliseconds', async () => {
    const event = newEvent();
    await keep(event, BODY, LONG_MS + 0.5);
    expect(await bytesOf(event)).toEqual(BODY);
  });
});
