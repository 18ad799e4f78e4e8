import { createBulkhead } from '../../../src/auth/bulkhead';

const STAYS = new AbortController().signal;
const LIMITS = { operations: 3, operationsPerToken: 2, waitingPerToken: 2, waitMs: 5_000 };

/** Acquires a permit, and records the name once it has it. */
function acquire(
  bulkhead: ReturnType<typeof createBulkhead>,
  order: string[],
  holder: string,
  name = holder,
) {
  return bulkhead.acquire(holder, 0, STAYS).then(({ release }) => {
    order.push(name);
    return release;
  });
}

describe('the bulkhead', () => {
  test('gives a permit at once while there is room', async () => {
    const bulkhead = createBulkhead(LIMITS);
    await bulkhead.acquire('one', 0, STAYS);
    await bulkhead.acquire('one', 0, STAYS);
    expect(bulkhead.counts).toEqual({ running: 2, waiting: 0 });
  });

  test('leaves room for other holders, however much one asks', async () => {
    const bulkhead = createBulkhead(LIMITS);
    const order: string[] = [];
    await acquire(bulkhead, order, 'greedy');
    await acquire(bulkhead, order, 'greedy');
    // It waits until the end of the test.
    acquire(bulkhead, order, 'greedy').catch(() => undefined);
    await acquire(bulkhead, order, 'other');
    expect(order).toEqual(['greedy', 'greedy', 'other']);
    expect(bulkhead.counts).toEqual({ running: 3, waiting: 1 });
  });

  test('serves waiting holders in rotation', async () => {
    const bulkhead = createBulkhead({ ...LIMITS, operations: 1 });
    const order: string[] = [];
    const first = await acquire(bulkhead, order, 'first');
    const each = [['a', 'a1'] as const, ['a', 'a2'] as const, ['b', 'b1'] as const];
    const served = each.map(async ([holder, name]) => (await acquire(bulkhead, order, holder, name))());
    first();
    await Promise.all(served);
    expect(order).toEqual(['first', 'a1', 'b1', 'a2']);
    expect(bulkhead.counts).toEqual({ running: 0, waiting: 0 });
  });

  test('lets others begin when work is over, though its answer has not been sent', async () => {
    const bulkhead = createBulkhead({ ...LIMITS, operations: 2, operationsPerToken: 1 });
    const [one, other] = [await bulkhead.acquire('one', 0, STAYS), await bulkhead.acquire('other', 0, STAYS)];
    const third = bulkhead.acquire('third', 0, STAYS);
    const again = bulkhead.acquire('one', 0, STAYS);
    one.endWork();
    await third;
    other.release();
    expect(bulkhead.counts).toEqual({ running: 1, waiting: 1 });
    one.release();
    await again;
    expect(bulkhead.counts).toEqual({ running: 2, waiting: 0 });
  });

  test('bounds heavy work so that light work finds room', async () => {
    const bulkhead = createBulkhead({ ...LIMITS, operations: 3, operationsPerToken: 3 });
    const heavy = await bulkhead.acquire('one', 50_000, STAYS);
    const second = bulkhead.acquire('other', 50_000, STAYS);
    await bulkhead.acquire('one', 5, STAYS);
    await bulkhead.acquire('third', 5, STAYS);
    expect(bulkhead.counts).toEqual({ running: 3, waiting: 1 });
    heavy.release();
    await second;
    expect(bulkhead.counts).toEqual({ running: 3, waiting: 0 });
  });

  test('counts a permit that is released twice once', async () => {
    const bulkhead = createBulkhead({ ...LIMITS, operations: 1 });
    const { release } = await bulkhead.acquire('one', 0, STAYS);
    release();
    await bulkhead.acquire('two', 0, STAYS);
    release();
    expect(bulkhead.counts.running).toBe(1);
  });

  test('refuses when too many of the same holder wait, and no other holder', async () => {
    const bulkhead = createBulkhead({ ...LIMITS, operations: 1 });
    const { release } = await bulkhead.acquire('one', 0, STAYS);
    const waiting = [bulkhead.acquire('one', 0, STAYS), bulkhead.acquire('one', 0, STAYS)];
    await expect(bulkhead.acquire('one', 0, STAYS)).rejects.toMatchObject({
      code: 'TOO_MANY_REQUESTS',
      retryAfterSeconds: 1,
    });
    const other = bulkhead.acquire('other', 0, STAYS);
    release();
    (await waiting[0])?.release();
    (await other).release();
    (await waiting[1])?.release();
  });

  test('refuses when the wait takes too long', async () => {
    const bulkhead = createBulkhead({ ...LIMITS, operations: 2, operationsPerToken: 1, waitMs: 50 });
    await bulkhead.acquire('one', 0, STAYS);
    const { release } = await bulkhead.acquire('other', 0, STAYS);
    const waiting = bulkhead.acquire('one', 0, STAYS);
    release();
    await expect(waiting).rejects.toMatchObject({ code: 'SERVICE_OVERLOADED', retryAfterSeconds: 1 });
    expect(bulkhead.counts).toEqual({ running: 1, waiting: 0 });
  });

  test('says that the database does not answer when no operation has ended during the wait', async () => {
    const bulkhead = createBulkhead({ ...LIMITS, operations: 1, waitMs: 1 });
    await bulkhead.acquire('one', 0, STAYS);
    await expect(bulkhead.acquire('two', 0, STAYS)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    expect(bulkhead.counts).toEqual({ running: 1, waiting: 0 });
  });

  test('keeps no permit for a client that has gone', async () => {
    const bulkhead = createBulkhead({ ...LIMITS, operations: 1 });
    const { release } = await bulkhead.acquire('one', 0, STAYS);
    const leaving = new AbortController();
    const left = bulkhead.acquire('two', 0, leaving.signal);
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    expect(bulkhead.counts.waiting).toBe(0);
    release();
    await expect(bulkhead.acquire('two', 0, leaving.signal)).rejects.toThrow('gone');
    expect(bulkhead.counts.running).toBe(0);
  });
});
