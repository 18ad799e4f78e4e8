import { randomUUID } from 'node:crypto';
import type { AssemblyLease, BodyCache, CacheEntry } from '../../src/cache/cache';
import type { EventId, StoreId } from '../../src/domain/values';
import { CACHES, type CacheUnderTest } from '../harness/caches';
import { waitFor } from '../harness/wait-for';
import { madeOf, OWNER } from '../harness/made';

const KEPT_MS = 120_000;

const LONG_MS = 60_000;
const newEvent = (): EventId => randomUUID() as EventId;
const BODY = Buffer.from('body');
const NOTHING: CacheEntry = { bytes: undefined, kept: undefined, leaseId: undefined, owner: undefined };

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
  /** Keeps a body and gives the lease back, so that a change ends the body at once. */
  const keep = async (event: EventId, body = BODY, owner = OWNER): Promise<void> => {
    const lease = await begin(event);
    await cache.store(event, lease, madeOf(body, owner), LONG_MS);
    await cache.release(event, lease);
  };
  const textOf = async (event: EventId): Promise<string | undefined> =>
    (await cache.read(event)).bytes?.toString();

  it('ends the bodies of the events that it is told to drop, and of no other', async () => {
    const [one, two, other] = [newEvent(), newEvent(), newEvent()];
    for (const event of [one, two, other]) await keep(event);
    await cache.drop([one, two]);
    expect(await Promise.all([one, two, other].map(textOf))).toEqual([undefined, undefined, 'body']);
  });

  it.each([
    ['dropped', (event: EventId) => cache.drop([event])],
    ['cleared', () => cache.clear()],
  ])('does not take what was read before the event was %s, its lease being over', async (_what, change) => {
    const event = newEvent();
    const lease = await begin(event);
    await change(event);
    await cache.release(event, lease);
    await cache.store(event, lease, madeOf(BODY), LONG_MS);
    expect(await textOf(event)).toBeUndefined();
    // Nor does it get in when another lease has been given since.
    const next = await begin(event);
    await cache.store(event, lease, madeOf(BODY), LONG_MS);
    expect(await cache.read(event)).toEqual({ ...NOTHING, leaseId: next.id });
  });

  it('puts a later body in the place of an earlier one of the same version', async () => {
    const event = newEvent();
    await keep(event);
    await keep(event, Buffer.from('newer'));
    expect(await textOf(event)).toBe('newer');
  });

  it('keeps the later of two who store at the same time, when the event was forgotten in between', async () => {
    const event = newEvent();
    const early = await begin(event);
    await cache.forget([event]);
    const late = await begin(event);
    await Promise.all([
      cache.store(event, late, madeOf(Buffer.from('new')), LONG_MS),
      cache.store(event, early, madeOf(Buffer.from('old')), LONG_MS),
    ]);
    expect(await textOf(event)).toBe('new');
  });

  describe('has the last body that was made', () => {
    const keptText = async (event: EventId): Promise<string | undefined> =>
      (await cache.read(event)).kept?.toString();

    it.each([
      ['was dropped', (event: EventId) => cache.drop([event])],
      ['was forgotten', (event: EventId) => cache.forget([event])],
      ['was cleared with all others', () => cache.clear()],
    ])('after the event %s, while no reader is served it', async (_what, change) => {
      const event = newEvent();
      await keep(event);
      await change(event);
      expect(await textOf(event)).toBeUndefined();
      expect(await keptText(event)).toBe('body');
      await keep(event, Buffer.from('newer'));
      expect(await keptText(event)).toBe('newer');
    });

    it('beyond the time that it may be served for, even if another lease has been given since', async () => {
      const event = newEvent();
      const lease = await begin(event);
      await cache.store(event, lease, madeOf(BODY), 200);
      await cache.release(event, lease);
      await cache.release(event, await begin(event));
      expect(await textOf(event)).toBe('body');
      await waitFor(async () => (await textOf(event)) === undefined, {
        what: 'its time to be over',
        timeoutMs: 2_000,
      });
      expect(await keptText(event)).toBe('body');
    });

    it('but nothing of an event that was removed, neither made before nor being made', async () => {
      const [event, other] = [newEvent(), newEvent()];
      await Promise.all([keep(event), keep(other)]);
      await cache.drop([event]);
      const early = await begin(event);
      await cache.remove([event]);
      await cache.store(event, early, madeOf(BODY), LONG_MS);
      expect(await cache.read(event)).toEqual(NOTHING);
      expect(await keptText(other)).toBe('body');
      await keep(event, Buffer.from('newer'));
      await cache.store(event, early, madeOf(BODY), LONG_MS);
      expect(await textOf(event)).toBe('newer');
    });
  });

  describe('knows whose an event is', () => {
    const NEXT_OWNER = '770e8400-e29b-41d4-a716-446655440002' as StoreId;
    const ownerOf = async (event: EventId): Promise<StoreId | undefined> => (await cache.read(event)).owner;

    it('from the first body on, whatever is changed, and while another is made', async () => {
      const event = newEvent();
      expect(await ownerOf(event)).toBeUndefined();
      await begin(event);
      expect(await ownerOf(event)).toBeUndefined();
      await cache.forget([event]);
      await keep(event);
      for (const change of [() => cache.drop([event]), () => cache.forget([event]), () => begin(event)]) {
        await change();
        expect(await ownerOf(event)).toBe(OWNER);
      }
    });

    it('though a body that the event has changed under is kept for the rest of its lease', async () => {
      const [known, unknown] = [newEvent(), newEvent()];
      await keep(known);
      for (const event of [known, unknown]) {
        const lease = await begin(event);
        await cache.drop([event]);
        await cache.store(event, lease, madeOf(BODY, NEXT_OWNER), LONG_MS);
        expect(await textOf(event)).toBe('body');
      }
      // The lease alone does not tell that nothing has moved since.
      expect(await Promise.all([ownerOf(known), ownerOf(unknown)])).toEqual([OWNER, undefined]);
    });

    it.each([
      ['was removed', (event: EventId) => cache.remove([event])],
      ['was cleared with all others', () => cache.clear()],
    ])('no more once the event %s, nor by a body that was begun before', async (_what, change) => {
      const event = newEvent();
      await keep(event);
      const early = await begin(event);
      await change(event);
      expect(await ownerOf(event)).toBeUndefined();
      await cache.store(event, early, madeOf(BODY), LONG_MS);
      expect(await ownerOf(event)).toBeUndefined();
      await cache.release(event, early);
      await keep(event, BODY, NEXT_OWNER);
      await cache.store(event, early, madeOf(BODY), LONG_MS);
      expect(await ownerOf(event)).toBe(NEXT_OWNER);
    });

    it('no more by what was stored while all were being cleared', async () => {
      const event = newEvent();
      const early = await begin(event);
      await Promise.all([cache.clear(), cache.store(event, early, madeOf(BODY), LONG_MS)]);
      expect(await ownerOf(event)).toBeUndefined();
    });
  });
});
