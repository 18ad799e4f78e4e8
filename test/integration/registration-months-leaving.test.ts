import type { Database } from '../../src/database/database';
import {
  emptyMonth,
  leavesInPieces,
  markMonthEmptied,
  monthsToLeave,
} from '../../src/database/months/month-tables';
import type { Instant } from '../../src/domain/values';
import { createSettableClock, type SettableClock } from '../../src/runtime/clock';
import { type Attempts, createAttempts } from '../../src/workers/retention/attempts';
import { beginMonths, dropMonths, makeMonths } from '../../src/workers/retention/months';
import { newEvent, participantRegistered } from '../harness/messages';
import { APRIL, MARCH, MAY, monthsIn, partsIn, placesOf } from '../harness/months';
import { kindsOf, times } from '../harness/streams/batches';
import { BOTH_DATABASES, type OpenedDatabase } from '../harness/streams/databases';
import { createStreamFixture, type StreamFixture } from '../harness/streams/fixture';
import { numberIn, participantsOf } from '../harness/streams/stored';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const JUNE = (MAY + 31 * DAY_MS) as Instant;
const [one, two, old] = times(3, () => newEvent().eventId) as [string, string, string];

describe.each(BOTH_DATABASES)('months that leave, on %s', (_, open) => {
  let opened: OpenedDatabase;
  let database: Database;
  let stage: StreamFixture;
  let clock: SettableClock;

  beforeAll(async () => {
    opened = await open();
    ({ database } = opened);
    clock = createSettableClock(MARCH);
    stage = createStreamFixture(database, clock);
    await beginMonths(database, MARCH);
  });
  beforeEach(async () => {
    await stage.reset();
    clock.set(MARCH);
    await register(old);
    await makeMonths(database, MARCH);
    await register(one, one, two);
    clock.set(APRIL);
    await makeMonths(database, APRIL);
  });
  afterAll(() => opened.close());

  const register = async (...events: readonly string[]) =>
    kindsOf(
      await stage.append(
        'participant.registered',
        events.map((eventId) => participantRegistered(eventId)),
      ),
    );
  const seal = (eventId: string, at: number) =>
    database.execute(
      'UPDATE event_counts SET sealed_at = $2::timestamptz WHERE event_id = $1::uuid',
      eventId,
      new Date(at).toISOString(),
    );
  const leaving = { overBefore: APRIL, sealedBefore: APRIL };
  async function drop(over: Partial<Database> = {}, isStopping = () => false): Promise<Attempts> {
    const attempts = createAttempts();
    await dropMonths({ database: { ...database, ...over }, now: () => clock.now(), isStopping, attempts });
    return attempts;
  }
  const months = async () => (await monthsIn(database)).map((month) => month.slice(0, 6));
  const inMarch = async () => (await months()).includes('209903');
  const unemptied = () =>
    numberIn(database, 'SELECT count(*) AS number FROM event_counts WHERE month > 0 AND emptied_at IS NULL');

  it('go at once when all their events are sealed, and what they counted stays', async () => {
    clock.set(MAY);
    await makeMonths(database, MAY);
    for (const event of [one, two]) await seal(event, APRIL);
    await seal(old, APRIL);
    (await drop()).end();
    // That of April has no event.
    expect(await months()).toEqual(['209905', '209906']);
    expect(await partsIn(database)).toEqual([
      'participants_0 FOR VALUES IN (0)',
      'participants_209905 FOR VALUES IN (209905)',
      'participants_209906 FOR VALUES IN (209906)',
    ]);
    expect(await participantsOf(database, one)).toBe(2);
    expect(await placesOf(database, one)).toEqual({});
    expect(await placesOf(database, old)).toEqual({ participants_0: 1 });
    expect(await register(one, old)).toEqual(['rejected', 'rejected']);
    expect(await unemptied()).toBe(0n);
    await makeMonths(database, clock.now());
    (await drop()).end();
    expect(await months()).toEqual(['209905', '209906']);
  });

  it('stay while one event is not sealed, or was a moment ago', async () => {
    await seal(one, APRIL - DAY_MS);
    await drop();
    expect(await placesOf(database, two)).toEqual({ participants_209903: 1 });
    await seal(two, APRIL - HOUR_MS + 1_000);
    await drop();
    expect(await placesOf(database, one)).toEqual({ participants_209903: 2 });
    expect(await register(newEvent().eventId)).toEqual(['applied']);
    clock.advance(1_000);
    (await drop()).end();
    expect(await inMarch()).toBe(false);
  });

  it('stay for a day behind their end', async () => {
    for (const event of [one, two]) await seal(event, MARCH);
    clock.set((Date.UTC(2099, 3, 2) - 1) as Instant);
    (await drop()).end();
    expect(await inMarch()).toBe(true);
    clock.advance(1);
    (await drop()).end();
    expect(await inMarch()).toBe(false);
  });

  it('are looked at once more behind the lock: an event that is open by then keeps its rows', async () => {
    for (const event of [one, two]) await seal(event, MARCH);
    expect(await monthsToLeave(database, leaving)).toEqual([209903]);
    const reopened: Pick<Database, 'readAtLength' | 'transaction'> = {
      ...database,
      transaction: async (work) => {
        await database.execute('UPDATE event_counts SET sealed_at = NULL WHERE event_id = $1::uuid', two);
        return database.transaction(work);
      },
    };
    expect(await emptyMonth(reopened, 209903, leaving)).toBe(false);
    expect(await placesOf(database, one)).toEqual({ participants_209903: 2 });
  });

  it('keep what their events do not know of, as where tables were restored one by one', async () => {
    await seal(one, MARCH);
    await database.execute('UPDATE event_counts SET month = 0 WHERE event_id = $1::uuid', two);
    const attempts = await drop();
    expect(() => attempts.end()).toThrow(
      `participants_209903 keeps its rows: it holds registrations of event ${two}`,
    );
    expect(await placesOf(database, one)).toEqual({ participants_209903: 2 });
    await database.execute('UPDATE event_counts SET month = 209903 WHERE event_id = $1::uuid', two);
    await seal(two, MARCH);
    (await drop()).end();
    expect(await inMarch()).toBe(false);
  });

  it('go on where the process ended', async () => {
    for (const event of [one, two]) await seal(event, MARCH);
    expect(await emptyMonth(database, 209903, leaving)).toBe(true);
    expect(await markMonthEmptied(database, 209903, APRIL, 1)).toBe(1);
    expect(await unemptied()).toBe(1n);
    await drop({}, () => true);
    expect(await inMarch()).toBe(true);
    (await drop()).end();
    expect(await inMarch()).toBe(false);
    expect(await unemptied()).toBe(0n);
  });

  it('are dropped by no process while one of their events could have a row', async () => {
    for (const event of [one, two]) await seal(event, MARCH);
    let isFirst = true;
    const transaction: Database['transaction'] = async (work) => {
      const done = await database.transaction(work);
      if (isFirst)
        await database.execute('UPDATE event_counts SET sealed_at = NULL WHERE event_id = $1::uuid', two);
      isFirst = false;
      return done;
    };
    await drop({ transaction });
    expect(await inMarch()).toBe(true);
    expect(await register(two)).toEqual(['applied']);
  });

  it('are not waited for by month 0, without a table, or for more than so long', async () => {
    const inPieces = async (waitedSince: number) => {
      const condition = leavesInPieces(database, '$1');
      const query = `SELECT count(*) AS number FROM event_counts WHERE sealed_at IS NOT NULL AND ${condition}`;
      return Number(await numberIn(database, query, new Date(waitedSince).toISOString()));
    };
    for (const event of [one, two, old]) await seal(event, APRIL);
    expect(await inPieces(APRIL)).toBe(1);
    expect(await inPieces(APRIL + 1)).toBe(3);
    await database.execute('DELETE FROM registration_months WHERE month = 209903');
    expect(await inPieces(APRIL)).toBe(3);
  });

  it('that have no table of their own are left alone: a copy that somebody made under such a name is theirs', async () => {
    await database.execute('CREATE TABLE participants_209901 AS TABLE participants');
    await database.execute('CREATE TABLE participants_209907 AS TABLE participants');
    for (const event of [one, two]) await seal(event, MARCH);
    clock.set(JUNE);
    (await drop()).end();
    for (const copy of ['participants_209901', 'participants_209907'])
      expect(await numberIn(database, `SELECT count(*) AS number FROM ${copy}`)).toBe(4n);
    await expect(makeMonths(database, JUNE)).rejects.toThrow(
      /^The table participants_209907 is no part of the registrations and has rows/,
    );
    await database.execute('DROP TABLE participants_209901');
    await database.execute('ALTER TABLE participants_209907 RENAME TO my_copy');
    await makeMonths(database, JUNE);
    await database.execute('DROP TABLE my_copy');
    expect(await months()).toContain('209907');
  });
});
