import type { Instant } from '../../src/domain/values';
import { createSettableClock } from '../../src/runtime/clock';
import { type AppliedLog, createAppliedLog } from '../../src/workers/retention/applied-log';
import { BOTH_DATABASES, type OpenedDatabase } from '../harness/streams/databases';
import { tablesIn } from '../harness/streams/stored';
import { type Told, tellOf } from '../harness/told-progress';

const NOW = Date.UTC(2099, 2, 10) as Instant;
const TOPICS = ['one', 'other'];
const GOOD: readonly Told[] = [
  { topic: 'one', applied: 10n, stored: 10n },
  // Nothing was ever written to it.
  { topic: 'one', partition: 1, applied: 0n },
  // What was applied since its worker told of it.
  { topic: 'other', applied: 10n, stored: 12n },
];
const LAST = `WHERE topic = 'one' AND partition = 1`;
const FIRST = `WHERE topic = 'one' AND partition = 0`;

describe.each(BOTH_DATABASES)('what is known to be applied of the log, on %s', (_, open) => {
  const clock = createSettableClock(NOW);
  let opened: OpenedDatabase;
  let log: AppliedLog;

  beforeAll(async () => {
    opened = await open();
  });
  beforeEach(async () => {
    await opened.database.execute(`TRUNCATE ${(await tablesIn(opened.database)).join(', ')}`);
    clock.set(NOW);
    log = createAppliedLog(TOPICS, clock);
    await tellOf(opened.database, NOW, GOOD);
  });
  afterAll(() => opened.close());

  const execute = (statement: string) => opened.database.execute(statement);
  const look = () => log.look(opened.database);
  /** What keeps anything from being sealed; undefined when nothing does. */
  const obstacle = (): Promise<string | undefined> =>
    log.require(opened.database).then(
      () => undefined,
      (error: unknown) => {
        expect(error).toMatchObject({ name: 'LogNotApplied' });
        return /^Nothing is sealed: (.*)\.$/.exec((error as Error).message)?.[1];
      },
    );
  /** Tells of it again, which has more messages than are applied. */
  const behind = (stored: bigint, end: bigint) =>
    tellOf(opened.database, clock.now(), [{ topic: 'one', applied: stored, stored, end }]);

  it('is all, where each partition was told of within a minute and applied to its end', async () => {
    await look();
    expect(await obstacle()).toBeUndefined();
    clock.advance(60_000);
    expect(await obstacle()).toBeUndefined();
  });

  it('is all, whatever there is of topics that are none of these', async () => {
    await execute(`INSERT INTO partition_progress SELECT * FROM jsonb_populate_record(NULL::partition_progress,
      (SELECT to_jsonb(p) || '{"topic": "another", "told_at": null, "lag": 7}' FROM partition_progress AS p ${LAST}))`);
    await execute(`INSERT INTO partition_offsets (topic, partition, next_offset) VALUES ('another', 1, 3)`);
    await gapOf('another');
    await look();
    expect(await obstacle()).toBeUndefined();
  });

  const gapOf = (topic: string) =>
    execute(`INSERT INTO log_gaps (topic, partition, first_offset, last_offset, written_before, noticed_at)
      VALUES ('${topic}', 0, 3, 5, now(), now())`);
  const UNTOLD =
    'its worker does not tell what it has applied: it is of the release before, or cannot read it';

  it.each([
    [
      'that no worker has told of',
      `DELETE FROM partition_progress ${LAST}`,
      'one/1',
      'no worker has told of it',
    ],
    [
      'that no worker has told of for more than a minute',
      `UPDATE partition_progress SET observed_at = observed_at - interval '60.001 s', told_at = told_at - interval '60.001 s' ${FIRST}`,
      ...['one/0', 'no worker has told of it lately'],
    ],
    [
      'whose worker tells of it, but not any more what it has applied',
      `UPDATE partition_progress SET told_at = told_at - interval '3 s' ${FIRST}`,
      ...['one/0', UNTOLD],
    ],
    [
      'whose worker never told what it has applied, as one of the release before',
      `UPDATE partition_progress SET told_at = NULL, applied = NULL ${FIRST}`,
      ...['one/0', UNTOLD],
    ],
    [
      'that does not progress, even where nothing of it is known to be left',
      `UPDATE partition_progress SET stalled_since = observed_at ${LAST}`,
      ...['one/1', 'it does not progress'],
    ],
    [
      'of which less is stored than was applied',
      `UPDATE partition_offsets SET next_offset = 9 ${FIRST}`,
      ...['one/0', 'the database went back behind what its worker had applied'],
    ],
    [
      'of which nothing is stored any more',
      `DELETE FROM partition_offsets ${FIRST}`,
      ...['one/0', 'the database went back behind what its worker had applied'],
    ],
    [
      'below one that was told of',
      `DELETE FROM partition_progress ${FIRST}`,
      ...['one', 'of some of its partitions no worker has told'],
    ],
    [
      'of a topic of which nothing is known at all',
      `WITH gone AS (DELETE FROM partition_offsets WHERE topic = 'other') DELETE FROM partition_progress WHERE topic = 'other'`,
      ...['other', 'of some of its partitions no worker has told'],
    ],
  ])('is not a partition %s', async (__, change, name, why) => {
    await execute(`INSERT INTO partition_offsets (topic, partition, next_offset) VALUES ('one', 1, 0)`);
    await look();
    expect(await obstacle()).toBeUndefined();
    await execute(change);
    expect(await obstacle()).toBe(`${name}: ${why}`);
    await tellOf(opened.database, clock.now(), GOOD);
    expect(await obstacle()).toBeUndefined();
  });

  it('is not a partition that was deleted from unread, until its row is deleted', async () => {
    await gapOf('one');
    await look();
    expect(await obstacle()).toMatch(/^one\/0: messages of it were deleted unread: .*docs\/backup\.md\)$/);
    await execute('DELETE FROM log_gaps');
    expect(await obstacle()).toBeUndefined();
  });

  it('is a partition that was applied as far as it was written at the look before, while more is written', async () => {
    await behind(10n, 20n);
    await look();
    expect(await obstacle()).toBe('one/0: it is not applied to its end');
    await behind(19n, 30n);
    await look();
    expect(await obstacle()).toBe('one/0: it is not applied as far as it was written minutes ago');
    await behind(20n, 31n);
    expect(await obstacle()).toBeUndefined();
    await look();
    expect(await obstacle()).toBe('one/0: it is not applied as far as it was written minutes ago');
    await behind(31n, 31n);
    expect(await obstacle()).toBeUndefined();
  });

  it('is not a partition with messages left that was not there at the look before', async () => {
    await look();
    await look();
    await tellOf(opened.database, NOW, [{ topic: 'one', partition: 2, applied: 3n, stored: 3n, end: 4n }]);
    expect(await obstacle()).toBe('one/2: it is not applied to its end');
    await look();
    await look();
    expect(await obstacle()).toBe('one/2: it is not applied as far as it was written minutes ago');
  });

  it('is not held against where a log ended before it could not be read for long', async () => {
    await behind(10n, 20n);
    clock.advance(60_001);
    await look();
    await look();
    // It can be read again: one batch of what was sent in between is applied, which is more than there was.
    await tellOf(opened.database, clock.now(), GOOD);
    await behind(21n, 1_000_000n);
    expect(await obstacle()).toBe('one/0: it is not applied to its end');
    await look();
    expect(await obstacle()).toBe('one/0: it is not applied to its end');
    await look();
    expect(await obstacle()).toBe('one/0: it is not applied as far as it was written minutes ago');
  });

  it('is not held against where a log ended at a look long ago, as where the database was away', async () => {
    await behind(10n, 20n);
    await look();
    clock.advance(20 * 60_000 + 1);
    await tellOf(opened.database, clock.now(), GOOD);
    await behind(21n, 1_000_000n);
    await look();
    expect(await obstacle()).toBe('one/0: it is not applied to its end');
    clock.advance(20 * 60_000);
    await tellOf(opened.database, clock.now(), GOOD);
    await behind(22n, 1_000_001n);
    await look();
    expect(await obstacle()).toBe('one/0: it is not applied as far as it was written minutes ago');
  });

  it('is not asked where messages come from no log', async () => {
    const none = createAppliedLog([], clock);
    const sql = { query: () => Promise.reject(new Error('It was asked.')) };
    await none.look(sql);
    await expect(none.require(sql)).resolves.toBeUndefined();
  });
});
