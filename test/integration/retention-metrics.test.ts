import { z } from 'zod';
import {
  countRetention,
  countSealed,
  countSealedEvents,
  oldestNoticeSeconds,
} from '../../src/database/sealed-counts';
import { BOTH_DATABASES, type OpenedDatabase } from '../harness/streams/databases';
import { tablesIn } from '../harness/streams/stored';

/** Of rows of which there are very many more. */
const OPEN = 20_000;

/** No index has all stores by when they were noticed. */
const ONCE_A_MINUTE = 'FROM store_sales WHERE seal_refused_at IS NULL';

describe.each(BOTH_DATABASES)('what is counted of what is to leave, on %s', (_, open) => {
  let opened: OpenedDatabase;
  const statements = new Set<string>();

  beforeAll(async () => {
    opened = await open(({ sql }) => void statements.add(sql));
  });
  beforeEach(async () => {
    await opened.database.execute(`TRUNCATE ${(await tablesIn(opened.database)).join(', ')}`);
  });
  afterAll(() => opened.close());

  const execute = (statement: string) => opened.database.execute(statement);
  const events = (count: number, columns = 'month', values = '0') =>
    execute(`INSERT INTO event_counts (event_id, changed_at, participants, ${columns})
      SELECT gen_random_uuid(), now(), 10, ${values} FROM generate_series(1, ${count})`);
  const stores = (count: number, columns = 'sealed_sums', values = 'NULL') =>
    execute(`INSERT INTO store_sales (store_id, changed_at, ${columns})
      SELECT gen_random_uuid(), now(), ${values} FROM generate_series(1, ${count})`);
  const looked = (when: string) =>
    execute(`INSERT INTO retention (id, days, watched_since, watched_at) VALUES (1, 30, now(), ${when})`);

  async function fill(): Promise<void> {
    await events(OPEN);
    await events(5, 'seal_noticed_at', 'now()');
    await events(2, 'seal_noticed_at, seal_refused_at', 'now(), now()');
    await events(3, 'seal_noticed_at, sealed_at', 'now(), now()');
    await events(4, 'seal_noticed_at, sealed_at, emptied_at', 'now(), now(), now()');
    await stores(OPEN);
    await stores(1, 'seal_noticed_at, seal_refused_at', 'now(), now()');
    await stores(2, 'sealed_before', `'2025-10-01'`);
    await stores(3, 'sealed_before, left_before', `'2025-10-01', '2025-09-01'`);
    await stores(4, 'sealed_before, left_before', `'2025-10-01', '2025-10-01'`);
    await looked(`now() - interval '59 minutes'`);
  }

  it('are the events and stores that are noticed, refused, sealed and leaving', async () => {
    await fill();
    expect(await countRetention(opened.database)).toEqual({
      days: 30,
      noticedEvents: 7,
      refused: 3,
      leaving: 3,
      registrations: 30,
      leavingStores: 5,
    });
    expect(await countSealedEvents(opened.database)).toBe(7);
    expect(await countSealed(opened.database)).toEqual({ sealed: 7, leaving: 3, registrations: 30 });
  });

  it('are nothing where no worker has had RETENTION_DAYS, or looked for an hour', async () => {
    const nothing = {
      ...{ days: 0, noticedEvents: 0, refused: 0, leaving: 0, registrations: 0, leavingStores: 0 },
    };
    expect(await countRetention(opened.database)).toEqual(nothing);
    await looked(`now() - interval '61 minutes'`);
    expect(await countRetention(opened.database)).toEqual(nothing);
  });

  it('tell how long ago the oldest was noticed of what is neither sealed nor refused', async () => {
    const days = async (): Promise<number> => (await oldestNoticeSeconds(opened.database)) / 86_400;
    const ago = (count: number): string => `now() - interval '${count} days'`;
    await events(1);
    await stores(1);
    await looked('now()');
    expect(await days()).toBe(0);
    // By the clock of a worker that is ahead.
    await events(1, 'seal_noticed_at', `now() + interval '1 minute'`);
    expect(await days()).toBe(0);
    await events(1, 'seal_noticed_at', ago(3));
    await events(1, 'seal_noticed_at, seal_refused_at', `${ago(40)}, now()`);
    await events(1, 'seal_noticed_at, sealed_at', `${ago(50)}, now()`);
    await stores(1, 'seal_noticed_at', ago(2));
    await stores(1, 'seal_noticed_at, seal_refused_at', `${ago(60)}, now()`);
    expect(await days()).toBeCloseTo(3, 2);
    await stores(1, 'seal_noticed_at', ago(4));
    expect(await days()).toBeCloseTo(4, 2);
    await execute(`UPDATE retention SET watched_at = now() - interval '61 minutes'`);
    expect(await days()).toBe(0);
  });

  it('are found without the others being read', async () => {
    // A coordinator does not show by which indexes its nodes read.
    if (opened.database.isDistributed) return;
    await fill();
    await execute('ANALYZE event_counts');
    await execute('ANALYZE store_sales');
    statements.clear();
    await countRetention(opened.database);
    await countSealedEvents(opened.database);
    await oldestNoticeSeconds(opened.database);
    const asked = [...statements].filter(
      (text) => /FROM\s+(event_counts|store_sales)/.test(text) && !text.includes(ONCE_A_MINUTE),
    );
    const plans = [];
    for (const text of asked) {
      const lines = await opened.database.query(
        z.object({ 'QUERY PLAN': z.string() }),
        `EXPLAIN (COSTS OFF) ${text}`,
      );
      plans.push(lines.map((line) => line['QUERY PLAN']).join('\n'));
    }
    const indexes = plans.flatMap((plan) => [...plan.matchAll(/\b\w+_idx\b/g)].map(String)).sort();
    expect(plans.filter((plan) => plan.includes('Seq Scan'))).toEqual([]);
    expect(indexes).toEqual([
      'event_counts_noticed_idx',
      'event_counts_noticed_idx',
      'event_counts_noticed_idx',
      'event_counts_sealed_idx',
      'event_counts_sealed_idx',
      'store_sales_leaving_idx',
      'store_sales_refused_idx',
    ]);
  });
});
