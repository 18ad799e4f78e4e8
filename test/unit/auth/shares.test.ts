import { createShares } from '../../../src/auth/shares';

const STAYS = new AbortController().signal;
const LIMITS = { operations: 3, operationsPerToken: 2, waitingPerToken: 2, waitMs: 5_000 };

/** Takes a share in the background, and tells by name when it is had. */
function taking(shares: ReturnType<typeof createShares>, order: string[], holder: string, name = holder) {
  return shares.take(holder, 0, STAYS).then(({ giveBack }) => {
    order.push(name);
    return giveBack;
  });
}

describe('a fair share', () => {
  test('is had at once while there is room', async () => {
    const shares = createShares(LIMITS);
    await shares.take('one', 0, STAYS);
    await shares.take('one', 0, STAYS);
    expect(shares.counts).toEqual({ running: 2, waiting: 0 });
  });

  test('leaves room for others, however much one asks', async () => {
    const shares = createShares(LIMITS);
    const order: string[] = [];
    await taking(shares, order, 'greedy');
    await taking(shares, order, 'greedy');
    // It waits in vain.
    taking(shares, order, 'greedy').catch(() => undefined);
    await taking(shares, order, 'other');
    expect(order).toEqual(['greedy', 'greedy', 'other']);
    expect(shares.counts).toEqual({ running: 3, waiting: 1 });
  });

  test('is given to those who wait in turns', async () => {
    const shares = createShares({ ...LIMITS, operations: 1 });
    const order: string[] = [];
    const first = await taking(shares, order, 'first');
    const each = [['a', 'a1'] as const, ['a', 'a2'] as const, ['b', 'b1'] as const];
    const served = each.map(async ([holder, name]) => (await taking(shares, order, holder, name))());
    first();
    await Promise.all(served);
    expect(order).toEqual(['first', 'a1', 'b1', 'a2']);
    expect(shares.counts).toEqual({ running: 0, waiting: 0 });
  });

  test('of work that is over is nobody else’s any more, though its answer has not been taken in', async () => {
    const shares = createShares({ ...LIMITS, operations: 2, operationsPerToken: 1 });
    const [one, other] = [await shares.take('one', 0, STAYS), await shares.take('other', 0, STAYS)];
    const third = shares.take('third', 0, STAYS);
    const again = shares.take('one', 0, STAYS);
    one.worked();
    await third;
    other.giveBack();
    expect(shares.counts).toEqual({ running: 1, waiting: 1 });
    one.giveBack();
    await again;
    expect(shares.counts).toEqual({ running: 2, waiting: 0 });
  });

  test('of what is heavy is so small that what is light finds room', async () => {
    const shares = createShares({ ...LIMITS, operations: 3, operationsPerToken: 3 });
    const heavy = await shares.take('one', 50_000, STAYS);
    const second = shares.take('other', 50_000, STAYS);
    await shares.take('one', 5, STAYS);
    await shares.take('third', 5, STAYS);
    expect(shares.counts).toEqual({ running: 3, waiting: 1 });
    heavy.giveBack();
    await second;
    expect(shares.counts).toEqual({ running: 3, waiting: 0 });
  });

  test('given back twice is given back once', async () => {
    const shares = createShares({ ...LIMITS, operations: 1 });
    const { giveBack } = await shares.take('one', 0, STAYS);
    giveBack();
    await shares.take('two', 0, STAYS);
    giveBack();
    expect(shares.counts.running).toBe(1);
  });

  test('is refused when too many of the same wait, and nobody else is', async () => {
    const shares = createShares({ ...LIMITS, operations: 1 });
    const { giveBack } = await shares.take('one', 0, STAYS);
    const waiting = [shares.take('one', 0, STAYS), shares.take('one', 0, STAYS)];
    await expect(shares.take('one', 0, STAYS)).rejects.toMatchObject({
      code: 'TOO_MANY_REQUESTS',
      retryAfterSeconds: 1,
    });
    const other = shares.take('other', 0, STAYS);
    giveBack();
    (await waiting[0])?.giveBack();
    (await other).giveBack();
    (await waiting[1])?.giveBack();
  });

  test('is refused when the wait takes too long', async () => {
    const shares = createShares({ ...LIMITS, operations: 2, operationsPerToken: 1, waitMs: 50 });
    await shares.take('one', 0, STAYS);
    const { giveBack } = await shares.take('other', 0, STAYS);
    const waiting = shares.take('one', 0, STAYS);
    giveBack();
    await expect(waiting).rejects.toMatchObject({ code: 'SERVICE_OVERLOADED', retryAfterSeconds: 1 });
    expect(shares.counts).toEqual({ running: 1, waiting: 0 });
  });

  test('is not had because the database does not answer, where nobody has come to an end meanwhile', async () => {
    const shares = createShares({ ...LIMITS, operations: 1, waitMs: 1 });
    await shares.take('one', 0, STAYS);
    await expect(shares.take('two', 0, STAYS)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    expect(shares.counts).toEqual({ running: 1, waiting: 0 });
  });

  test('is not kept for who has gone', async () => {
    const shares = createShares({ ...LIMITS, operations: 1 });
    const { giveBack } = await shares.take('one', 0, STAYS);
    const leaving = new AbortController();
    const left = shares.take('two', 0, leaving.signal);
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    expect(shares.counts.waiting).toBe(0);
    giveBack();
    await expect(shares.take('two', 0, leaving.signal)).rejects.toThrow('gone');
    expect(shares.counts.running).toBe(0);
  });
});
