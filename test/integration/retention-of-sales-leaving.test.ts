import type { Database } from '../../src/database/database';
import { createAttempts } from '../../src/workers/retention/attempts';
import { haveSalesLeave } from '../../src/workers/retention/leave-sales';
import { DAY_MS, dayOf, useOldSales } from '../harness/old-sales';
import { BOTH_DATABASES } from '../harness/streams/databases';
import { numberIn } from '../harness/streams/stored';

describe.each(BOTH_DATABASES)('sales of sealed days, on %s', (_, open) => {
  const { clock, storeId, otherStoreId, look, leave, keep, rows, sealedBefore, run, drifts, opened } =
    useOldSales(open);

  it('stay where the days are not sealed any more when they are to leave', async () => {
    await look();
    clock.advance(7 * DAY_MS);
    await look();
    const goesBack: Database = {
      ...opened(),
      async transaction(work) {
        // Behind the list: as by a dump that is put in place of the database.
        await run('UPDATE store_sales SET sealed_before = NULL WHERE store_id = $1::uuid');
        return opened().transaction(work);
      },
    };
    await leave({ database: goesBack });
    expect([await rows(), await rows(otherStoreId)]).toEqual([3n, 0n]);
    expect(await numberIn(opened(), 'SELECT count(left_before) AS number FROM store_sales')).toBe(1n);
  });

  it('leave in pieces in the order of days, and go on where they were', async () => {
    await run(`INSERT INTO sales (message_id, store_id, day, amount)
      SELECT gen_random_uuid(), $1::uuid, DATE '${dayOf(50)}' + n / 3000, 1 FROM generate_series(0, 11999) AS n`);
    await run(`INSERT INTO daily_sales (store_id, day, amount, records)
      SELECT $1::uuid, DATE '${dayOf(50)}' + n, 3000, 3000 FROM generate_series(0, 3) AS n`);
    await look();
    clock.advance(7 * DAY_MS);
    await look();
    const left = () =>
      numberIn(
        opened(),
        `SELECT left_before - DATE '${dayOf(50)}' + 0::bigint AS number FROM store_sales WHERE store_id = $1::uuid`,
        storeId,
      );
    const all = 12_003n;
    expect(await rows()).toBe(all);
    const stopAfter = (pieces: number) => {
      let transactions = 0;
      const database: Database = {
        ...opened(),
        transaction(work) {
          transactions += 1;
          return opened().transaction(work);
        },
      };
      return { database, isStopping: () => transactions >= pieces };
    };
    // The store may be the second.
    const isFirst = storeId < otherStoreId;
    await leave(stopAfter(isFirst ? 1 : 2));
    expect([await rows(), await left()]).toEqual([all - 5_000n, 1n]);
    await run('UPDATE store_sales SET sealed_at = now() WHERE store_id = $1::uuid');
    expect((await drifts()).filter((text) => text.includes(storeId))).toEqual([]);
    await leave(stopAfter(1));
    expect([await rows(), await left()]).toEqual([all - 10_000n, 3n]);
    await leave();
    expect([await rows(), await left(), await drifts()]).toEqual([1n, 20n, []]);
  });

  it('have a pause as long as a piece took, and one that fails keeps no other from leaving', async () => {
    await look();
    clock.advance(7 * DAY_MS);
    await look();
    const pauses: number[] = [];
    const pause = (ms: number): Promise<void> => Promise.resolve(void pauses.push(ms));
    let transactions = 0;
    const database: Database = {
      ...opened(),
      transaction(work) {
        transactions += 1;
        if (transactions === 1) return Promise.reject(new Error('The lock was not had.'));
        return opened().transaction(work);
      },
    };
    const attempts = createAttempts();
    await haveSalesLeave({ database, isStopping: () => false, pause, attempts });
    expect(() => attempts.end()).toThrow('The lock was not had.');
    expect([(await rows())! + (await rows(otherStoreId))!, transactions]).toEqual([
      storeId < otherStoreId ? 3n : 2n,
      2,
    ]);
    expect(pauses).toEqual([expect.any(Number)]);
    expect(pauses[0]).toBeGreaterThan(0);
  });

  it('are held against what their days added up to', async () => {
    await keep();
    await run(
      `UPDATE daily_sales SET amount = amount + 1 WHERE store_id = $1::uuid AND day = '${dayOf(40)}'`,
    );
    expect(await drifts()).toEqual([
      expect.stringMatching(`^store_sales ${storeId}: stored [0-9a-f]{32}, recomputed [0-9a-f]{32}$`),
    ]);
    expect(await keep()).toEqual([storeId]);
  });

  it('are named where a row came in behind their sealing', async () => {
    await keep();
    await run(
      `INSERT INTO sales (message_id, store_id, day, amount) VALUES ($1::uuid, $1::uuid, '${dayOf(40)}', 5)`,
    );
    const named = [`sales ${storeId} (sealed days): stored 0, recomputed 1`];
    expect(await drifts()).toEqual(named);
    // Those that leave next are looked for behind the days that have left.
    await keep();
    expect([await sealedBefore(), await drifts()]).toEqual([dayOf(23), named]);
  });

  it('are named where they have not left within a day', async () => {
    await look();
    clock.advance(7 * DAY_MS);
    await look();
    await opened().execute(`UPDATE store_sales SET sealed_at = now() - interval '23 hours'`);
    expect(await drifts()).toEqual([]);
    await run(`UPDATE store_sales SET sealed_at = now() - interval '25 hours' WHERE store_id = $1::uuid`);
    expect(await drifts()).toEqual([`sales ${storeId} (sealed days): stored 0, recomputed 2`]);
  });
});
