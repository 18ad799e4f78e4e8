import { DAY_IN_MS } from '../../src/domain/days';
import type { Database } from '../../src/database/database';
import { sqlState } from '../../src/database/failures';
import { readSealedDays } from '../../src/database/sealed-days';
import type { Instant, StoreId } from '../../src/domain/values';
import { createSettableClock } from '../../src/runtime/clock';
import { type AppliedLog, createAppliedLog } from '../../src/workers/retention/applied-log';
import { eventCreated, newEvent, participantRegistered, salesRecorded } from '../harness/messages';
import { letDaysPass, tick } from '../harness/retention';
import { type OpenedDatabase, BOTH_DATABASES } from '../harness/streams/databases';
import { createStreamFixture, type StreamFixture } from '../harness/streams/fixture';
import { numberIn } from '../harness/streams/stored';
import { tellOf } from '../harness/told-progress';

const TOPIC = 'participant.registered';
const NOW = Date.UTC(2099, 2, 10) as Instant;
const daysAgo = (days: number): string => new Date(NOW - days * DAY_IN_MS).toISOString();
const STALLED = `UPDATE partition_progress SET stalled_since = observed_at`;
const HELD = `Nothing is sealed: ${TOPIC}/0: it does not progress.`;

describe.each(BOTH_DATABASES)('what is sealed only where the log is applied, on %s', (_, open) => {
  const clock = createSettableClock(NOW);
  let opened: OpenedDatabase;
  let stage: StreamFixture;
  let appliedLog: AppliedLog;
  const [due, late, leaving] = [newEvent(), newEvent(), newEvent()];
  const storeId = newEvent().storeId as StoreId;

  beforeAll(async () => {
    opened = await open();
    stage = createStreamFixture(opened.database, clock);
  });
  beforeEach(async () => {
    await stage.reset();
    appliedLog = createAppliedLog([TOPIC], clock);
    await define(due);
    await define(leaving);
    await register(due.eventId, leaving.eventId);
    const sale = salesRecorded(storeId, 1_000, {
      saleDate: daysAgo(40).slice(0, 10),
      occurredAt: daysAgo(1),
    });
    await stage.append('sales.recorded', [sale]);
  });
  afterAll(() => opened.close());

  const define = (ids: typeof due) =>
    stage.append('event.created', [
      eventCreated(ids, { occurredAt: daysAgo(60), startAt: daysAgo(50), endAt: daysAgo(40) }),
    ]);
  const register = (...events: readonly string[]) =>
    stage.append(
      TOPIC,
      events.map((eventId) => participantRegistered(eventId)),
    );
  const tell = (stored: bigint, end = stored) =>
    tellOf(opened.database, clock.now(), [{ topic: TOPIC, applied: stored, stored, end }]);
  const look = (database = opened.database) => tick(database, 30, { clock, worker: 'one', appliedLog });
  const execute = (statement: string) => opened.database.execute(statement);
  const numberOf = async (query: string, eventId: string) =>
    Number(await numberIn(opened.database, query, eventId));
  const isSealed = async ({ eventId }: typeof due) =>
    (await numberOf(
      'SELECT count(sealed_at) AS number FROM event_counts WHERE event_id = $1::uuid',
      eventId,
    )) === 1;
  const isNoticed = async ({ eventId }: typeof due) =>
    (await numberOf(
      'SELECT count(seal_noticed_at) AS number FROM event_counts WHERE event_id = $1::uuid',
      eventId,
    )) === 1;
  const rowsOf = ({ eventId }: typeof due) =>
    numberOf('SELECT count(*) AS number FROM participants WHERE event_id = $1::uuid', eventId);
  const isSealedStore = async () => (await readSealedDays(opened.database, [storeId])).has(storeId);

  // It comes first: what is begun with what is sealed first stays for those behind it.
  it('keeps the release before out no earlier than the log is known to be applied, which that does not tell', async () => {
    const byReleaseBefore = () =>
      execute(`INSERT INTO participants (event_id, participant_id, registered_at, channel)
        VALUES ('${due.eventId}', gen_random_uuid(), now(), 'Instagram')`);
    await tell(2n);
    await look();
    await letDaysPass(opened.database, 7);
    await execute('UPDATE partition_progress SET told_at = NULL');
    await expect(look()).rejects.toThrow(/it is of the release before/);
    expect(await byReleaseBefore()).toBe(1);
    await tell(2n);
    // The event is refused: what was written here is not counted.
    await expect(look()).rejects.toThrow(/1 events and the days of 0 stores are not sealed/);
    expect(await isSealedStore()).toBe(true);
    expect(sqlState(await byReleaseBefore().catch((error: unknown) => error))).toBe('55000');
  });

  it('is noticed, and leaves where it was sealed before, while the log is not', async () => {
    await tell(2n);
    await look();
    await letDaysPass(opened.database, 7);
    await define(late);
    await execute(
      `UPDATE event_counts SET sealed_at = '${daysAgo(1)}' WHERE event_id = '${leaving.eventId}'`,
    );
    await execute(STALLED);
    await expect(look()).rejects.toThrow(HELD);
    expect([await isSealed(due), await isSealedStore()]).toEqual([false, false]);
    expect([await rowsOf(leaving), await isNoticed(late)]).toEqual([0, true]);
    await tell(2n);
    await look();
    expect([await isSealed(due), await isSealedStore(), await isSealed(late)]).toEqual([true, true, false]);
  });

  /** Where the log stops being applied while the lock is waited for. */
  const stallingBehind = (lock: RegExp): Database => ({
    ...opened.database,
    transaction: (work) =>
      opened.database.transaction((sql) =>
        work({
          ...sql,
          async query(row, statement, ...parameters) {
            const rows = await sql.query(row, statement, ...parameters);
            if (lock.test(statement)) await sql.execute(STALLED);
            return rows;
          },
        }),
      ),
  });

  it.each([
    ['events', /INSERT INTO event_counts/, [false, false]],
    ['stores', /INSERT INTO store_sales/, [true, false]],
  ])('is asked for behind the locks of %s, in the transaction that seals them', async (__, lock, sealed) => {
    await tell(2n);
    await look();
    await letDaysPass(opened.database, 7);
    await expect(look(stallingBehind(lock))).rejects.toThrow(HELD);
    expect([await isSealed(due), await isSealedStore()]).toEqual(sealed);
    await look();
    expect([await isSealed(due), await isSealedStore()]).toEqual([true, true]);
  });

  it('has the log applied up to where it ended at the look before', async () => {
    await tell(2n, 20n);
    await look();
    await letDaysPass(opened.database, 7);
    await tell(19n, 30n);
    await expect(look()).rejects.toThrow(/it is not applied as far as it was written minutes ago/);
    await tell(30n, 40n);
    await look();
    expect([await isSealed(due), await isSealedStore()]).toEqual([true, true]);
  });
});
