import type { Sql } from '../../src/database/database';
import { countRefusedStores, readSealedDays } from '../../src/database/sealed-days';
import { newEvent } from '../harness/messages';
import { DAY_MS, dayOf, useOldSales } from '../harness/old-sales';
import { BOTH_DATABASES } from '../harness/streams/databases';
import { lettersIn, numberIn } from '../harness/streams/stored';

describe.each(BOTH_DATABASES)('sales of days that lie RETENTION_DAYS back, on %s', (_, open) => {
  const {
    clock,
    event,
    storeId,
    otherStoreId,
    sold,
    old,
    last,
    first,
    others,
    sell,
    begin,
    look,
    leave,
    keep,
    rows,
    sealedBefore,
    run,
    drifts,
    opened,
    stage,
  } = useOldSales(open);

  it('leave, and the sums of their days stay, as does what is shown of them', async () => {
    await begin(38, 31);
    await run('UPDATE event_counts SET sealed_at = now() WHERE $1::uuid IS NOT NULL');
    const sums = () =>
      numberIn(opened(), 'SELECT sum(amount * 1000 + records)::bigint AS number FROM daily_sales');
    const shown = async () =>
      (await stage().dashboard(event.eventId))!.replace(/"(asOf|generatedAt)":"[^"]*"/g, '');
    const before = [await sums(), await shown()];
    expect(await keep()).toEqual([]);
    expect([await rows(), await rows(otherStoreId)]).toEqual([1n, 0n]);
    expect([await sums(), await shown()]).toEqual(before);
    expect(await drifts()).toEqual([]);
  });

  it('are noticed by one look, and sealed by one 7 days later', async () => {
    await look();
    clock.advance(7 * DAY_MS - 1);
    await look();
    expect([await sealedBefore(), await rows()]).toEqual([undefined, 3n]);
    clock.advance(1);
    await look();
    // The days that were noticed, and not those that would be now.
    expect(await readSealedDays(opened(), [storeId])).toEqual(
      new Map([[storeId, { before: dayOf(30), sealedAt: clock.now() }]]),
    );
    await leave();
    expect(await rows()).toBe(1n);
  });

  it('have their days begin anew with a sale that comes in between', async () => {
    await look();
    clock.advance(6 * DAY_MS);
    expect(await sell(sold(35))).toEqual(['applied']);
    await look();
    clock.advance(6 * DAY_MS);
    await look();
    expect([await sealedBefore(), await sealedBefore(otherStoreId)]).toEqual([undefined, dayOf(30)]);
    clock.advance(DAY_MS);
    await look();
    expect(await sealedBefore()).toBe(dayOf(24));
    await leave();
    expect([await rows(), await drifts()]).toEqual([0n, []]);
  });

  it('have their days begin anew where no look was had in between', async () => {
    await look();
    await sell(sold(35));
    // As by a worker whose clock was wrong.
    await run(`UPDATE store_sales SET changed_at = 'epoch' WHERE store_id = $1::uuid`);
    clock.advance(7 * DAY_MS);
    await look();
    expect(await sealedBefore()).toBeUndefined();
    clock.advance(7 * DAY_MS);
    await look();
    expect(await sealedBefore()).toBe(dayOf(23));
  });

  it('have their days begin anew where an event is defined that is compared with them, or fewer are to be sealed', async () => {
    await look();
    await begin(45, 44);
    clock.advance(7 * DAY_MS);
    await look();
    expect([await sealedBefore(), await sealedBefore(otherStoreId)]).toEqual([undefined, dayOf(30)]);
    expect(await numberIn(opened(), 'SELECT count(seal_noticed_at) AS number FROM store_sales')).toBe(0n);
    await run('UPDATE event_counts SET sealed_at = now() WHERE $1::uuid IS NOT NULL');
    await look();
    clock.advance(7 * DAY_MS);
    await look({ days: 53 });
    expect(await sealedBefore()).toBeUndefined();
  });

  it('take no other sale of that store and day, and those around it are applied', async () => {
    await keep();
    const late = sold(31);
    const outcomes = ['applied', 'rejected', 'rejected', 'duplicate', 'applied', 'applied'];
    expect(await sell(sold(30), late, last, first, sold(2), sold(31, newEvent().storeId))).toEqual(outcomes);
    const letters = await lettersIn(opened());
    expect(letters.map(({ value }) => JSON.parse(String(value)) as unknown)).toEqual([late, last]);
    expect(letters[0]!.reason).toBe(
      `saleDate: the store's days before ${dayOf(30)} are sealed: whether this sale was counted cannot be told any more`,
    );
    expect(await drifts()).toEqual([]);
  });

  it('stay while an event is compared with them that is not sealed', async () => {
    await begin(25, 10);
    await keep();
    // Of the store, the days from eight ahead of the start on.
    expect(await sell(old, last, others)).toEqual(['rejected', 'duplicate', 'rejected']);
    expect([await rows(), await drifts()]).toEqual([2n, []]);
  });

  it('leave further with time', async () => {
    await keep();
    await keep();
    expect(await rows()).toBe(0n);
    expect(await sell(first)).toEqual(['rejected']);
    expect(await drifts()).toEqual([]);
  });

  it('are not sealed where the sums are not what they add up to, and another store is; a day later they are looked at again', async () => {
    const day = `WHERE store_id = $1::uuid AND day = '${dayOf(40)}'`;
    await run(`UPDATE daily_sales SET amount = 7 ${day}`);
    expect(await keep()).toEqual([storeId]);
    expect([await rows(), await rows(otherStoreId)]).toEqual([3n, 0n]);
    expect(await countRefusedStores(opened())).toBe(1);
    clock.advance(DAY_MS - 1);
    expect(await look()).toEqual([]);
    clock.advance(1);
    expect(await look()).toEqual([storeId]);
    await run(`UPDATE sales SET amount = 7 ${day}`);
    clock.advance(DAY_MS);
    expect(await look()).toEqual([]);
    expect(await sealedBefore()).toBe(dayOf(30));
    expect(await countRefusedStores(opened())).toBe(0);
  });

  it('are sealed whatever is wrong about the days behind them', async () => {
    await run(`UPDATE daily_sales SET amount = 7 WHERE store_id = $1::uuid AND day = '${dayOf(30)}'`);
    expect(await keep()).toEqual([]);
    expect(await rows()).toBe(1n);
  });

  it('are not sealed while it is not known that the log is applied', async () => {
    await look();
    clock.advance(7 * DAY_MS);
    const requireApplied = () => Promise.reject(new Error('The log is not applied.'));
    await expect(look({ requireApplied })).rejects.toThrow(/^2 attempts failed: The log is not applied\.$/);
    expect([await sealedBefore(), await sealedBefore(otherStoreId)]).toEqual([undefined, undefined]);
    await look();
    expect([await sealedBefore(), await sealedBefore(otherStoreId)]).toEqual([dayOf(30), dayOf(30)]);
  });

  it('are not sealed where something changes behind the comparison', async () => {
    await look();
    clock.advance(7 * DAY_MS);
    const requireApplied = async (sql: Sql): Promise<void> => {
      await sql.execute('UPDATE daily_sales SET records = records + 1 WHERE store_id = $1::uuid', storeId);
    };
    await look({ requireApplied });
    expect([await sealedBefore(), await sealedBefore(otherStoreId)]).toEqual([undefined, dayOf(30)]);
  });
});
