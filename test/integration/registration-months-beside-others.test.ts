import type { Client } from 'pg';
import { z } from 'zod';
import type { Database } from '../../src/database/database';
import { createBusinessCalendar } from '../../src/domain/calendar';
import { markOf } from '../../src/messaging/source/offset-fence';
import { createSettableClock, type SettableClock } from '../../src/runtime/clock';
import { createAttempts } from '../../src/workers/retention/attempts';
import { beginMonths, dropMonths, makeMonths } from '../../src/workers/retention/months';
import { verifyRollups } from '../../src/workers/verification/verify';
import { lockedRow } from '../harness/locked-row';
import { connectTo } from '../harness/database/sessions';
import { newEvent, participantRegistered } from '../harness/messages';
import { APRIL, MARCH, monthsIn, partsIn, placesOf } from '../harness/months';
import { batchOf, kindsOf, times } from '../harness/streams/batches';
import { type OpenedDatabase, openServer } from '../harness/streams/databases';
import { createStreamFixture, type StreamFixture } from '../harness/streams/fixture';
import { lettersIn, numberIn } from '../harness/streams/stored';
import { waitFor } from '../harness/wait-for';

const calendar = createBusinessCalendar('Asia/Seoul');
const TOPIC = 'participant.registered';

describe('months of registrations beside others', () => {
  let opened: OpenedDatabase;
  let database: Database;
  let stage: StreamFixture;
  let clock: SettableClock;
  let operator: Client;

  beforeEach(async () => {
    opened = await openServer();
    ({ database } = opened);
    clock = createSettableClock(MARCH);
    stage = createStreamFixture(database, clock);
    operator = await connectTo(opened.url!);
  });
  afterEach(async () => {
    await operator.end();
    await opened.close();
  });

  const register = async (...events: readonly string[]) =>
    kindsOf(
      await stage.append(
        TOPIC,
        events.map((eventId) => participantRegistered(eventId)),
      ),
    );
  const rows = () => numberIn(database, 'SELECT count(*) AS number FROM participants');
  const isWaitedFor = () =>
    numberIn(
      database,
      `SELECT 1::bigint AS number FROM pg_locks WHERE relation = 'participants'::regclass AND NOT granted`,
    );
  async function drop(): Promise<void> {
    const attempts = createAttempts();
    await dropMonths({ database, now: () => clock.now(), isStopping: () => false, attempts });
    attempts.end();
  }
  /** Until it is done, as tick by tick. */
  async function again(step: () => Promise<unknown>): Promise<void> {
    const done = () => step().then(() => true);
    await waitFor(done, { what: 'the tables to be free', timeoutMs: 20_000 });
  }

  it('begin while registrations are written: none is lost, counted twice or a dead letter', async () => {
    const events = times(20, () => newEvent().eventId);
    const writers = 3;
    const seen = new Map<string, number>();
    let isOver = false;
    let begun = 0;
    const sent: object[][] = times(writers, () => []);
    /** Each on a partition of its own; the people of one before come again. */
    async function write(writer: number): Promise<void> {
      let applied = 0n;
      let record: ReturnType<typeof markOf> | undefined;
      while (!isOver) {
        const fresh = times(8, (place) => participantRegistered(events[(begun + place * 3 + writer) % 20]!));
        const repeated = (sent[(writer + 1) % writers] ?? []).slice(-4);
        const batch = [...fresh, ...repeated];
        const nextOffset = applied + BigInt(batch.length);
        const position = { topic: TOPIC, partition: writer, applied, nextOffset, record };
        const source = batchOf(TOPIC, batch, { from: Number(applied), position });
        for (const kind of kindsOf(await stage.apply(source))) seen.set(kind, (seen.get(kind) ?? 0) + 1);
        sent[writer]!.push(...fresh);
        applied = nextOffset;
        record = markOf(source.messages.at(-1)!);
        begun += 1;
      }
    }
    const writing = Promise.all(times(writers, write));
    await waitFor(() => begun > 10, { what: 'batches ahead of the step', timeoutMs: 20_000 });
    await again(() => beginMonths(database, clock.now()));
    const late = times(5, () => newEvent().eventId);
    events.splice(0, 5, ...late);
    const atStep = begun;
    await waitFor(() => begun > atStep + 20, { what: 'batches behind it', timeoutMs: 20_000 });
    isOver = true;
    await writing;
    const all = sent.flat().length;
    expect(Object.fromEntries(seen)).toEqual({ applied: all, duplicate: expect.any(Number) as number });
    expect(await rows()).toBe(BigInt(all));
    expect(Object.keys(await placesOf(database, late[0]!))).toEqual(['participants_209903']);
    expect(await lettersIn(database)).toEqual([]);
    expect((await verifyRollups(database, { limit: 10, calendar })).drifts).toEqual([]);
  });

  it('are found by statements that were prepared before', async () => {
    const [known, unknown] = times(2, () => newEvent().eventId);
    await register(known!);
    await operator.query('SET plan_cache_mode = force_generic_plan');
    const count = async (eventId: string) => {
      const text = 'SELECT count(*)::int AS number FROM participants WHERE event_id = $1';
      const { rows: found } = await operator.query<{ number: number }>({
        name: 'count',
        text,
        values: [eventId],
      });
      return found[0]?.number;
    };
    const insert = (eventId: string, month: number) => {
      const text = `INSERT INTO participants (event_id, participant_id, registered_at, channel, month)
        VALUES ($1, $2, now(), 'Instagram', $3) RETURNING *`;
      return operator.query({ name: 'insert', text, values: [eventId, eventId, month] });
    };
    await insert(known!, 0);
    expect(await count(known!)).toBe(2);
    await beginMonths(database, MARCH);
    await insert(unknown!, 209903);
    expect([await count(known!), await count(unknown!)]).toEqual([2, 1]);
    expect(await placesOf(database, unknown!)).toEqual({ participants_209903: 1 });
  });

  it('begin later where somebody has the table, and others do not wait for that', async () => {
    await register(newEvent().eventId);
    const reader = await lockedRow(opened.url!, 'SELECT 1 FROM participants', []);
    try {
      const failures: unknown[] = [];
      const seen = new AbortController();
      // It waits for an instant only, which may be over before it is seen.
      const step = (async () => {
        while (!seen.signal.aborted)
          await beginMonths(database, MARCH).catch((error: unknown) => failures.push(error));
      })();
      await waitFor(isWaitedFor, { what: 'the step to wait', timeoutMs: 20_000, everyMs: 5 });
      seen.abort();
      // Behind a session of a worker that waits as long as it may this would be too late.
      await operator.query(`SET lock_timeout = '1500ms'`);
      await operator.query(
        `INSERT INTO participants (event_id, participant_id, registered_at, channel)
         VALUES (gen_random_uuid(), gen_random_uuid(), now(), 'Instagram')`,
      );
      await step;
      const message =
        'Keeping the release before out has to wait: others had its tables for 300 ms. It is tried again.';
      expect(failures[0]).toMatchObject({ message });
    } finally {
      await reader.release();
    }
    await beginMonths(database, MARCH);
    expect(await partsIn(database)).toHaveLength(3);
  });

  it.each([
    [
      'the view by_channel',
      'CREATE VIEW by_channel AS SELECT channel, count(*) FROM participants GROUP BY 1',
      'DROP VIEW by_channel',
    ],
    [
      'the trigger mine',
      'CREATE TRIGGER mine BEFORE UPDATE ON participants FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()',
      'DROP TRIGGER mine ON participants',
    ],
    [
      'its row security',
      'ALTER TABLE participants ENABLE ROW LEVEL SECURITY',
      'ALTER TABLE participants DISABLE ROW LEVEL SECURITY',
    ],
    ['the publication others', 'CREATE PUBLICATION others FOR TABLE participants', 'DROP PUBLICATION others'],
    ['the publication whole', 'CREATE PUBLICATION whole FOR ALL TABLES', 'DROP PUBLICATION whole'],
    [
      'the foreign key prizes_event_id_participant_id_fkey',
      'CREATE TABLE prizes (event_id uuid, participant_id uuid, FOREIGN KEY (event_id, participant_id) REFERENCES participants)',
      'DROP TABLE prizes',
    ],
  ])('begin later where somebody has bound something to the table: %s', async (what, bind, take) => {
    await operator.query(bind);
    await expect(beginMonths(database, MARCH)).rejects.toThrow(
      new RegExp(`has to wait: ${what} would go on with a part of them`),
    );
    await operator.query(take);
    // Until then the release before was not kept out.
    let isKeptOut = false;
    await beginMonths(database, MARCH, () => (isKeptOut = true));
    expect(isKeptOut).toBe(true);
    expect(await partsIn(database)).toHaveLength(3);
  });

  it('have a whole table looked at without a limit', async () => {
    const limits = await database.changeAtLength((sql) =>
      sql.query(
        z.object({ limit: z.string() }),
        `SELECT current_setting('statement_timeout') AS "limit" UNION ALL SELECT current_setting('lock_timeout')`,
      ),
    );
    expect(limits).toEqual([{ limit: '0' }, { limit: '0' }]);
  });

  it('are open to those to whom the table was, and to no others', async () => {
    const [reader, other] = ['reader', 'other'].map((name) => `${name}_${process.pid}_${Date.now()}`);
    await operator.query(`CREATE ROLE ${reader}; CREATE ROLE ${other}`);
    try {
      await operator.query(
        `GRANT SELECT ON participants TO ${reader} WITH GRANT OPTION; GRANT UPDATE (region) ON participants TO ${other}`,
      );
      await operator.query(`ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO ${other}, PUBLIC`);
      const rightsIn = async (table: string) => {
        const { rows: rights } = await operator.query<{ acl: string }>(
          `SELECT concat_ws(' ', relacl::text, (SELECT attacl::text FROM pg_attribute
             WHERE attrelid = c.oid AND attname = 'region')) AS acl FROM pg_class AS c WHERE relname = $1`,
          [table],
        );
        return rights[0]?.acl;
      };
      const before = await rightsIn('participants');
      await beginMonths(database, MARCH);
      for (const table of ['participants', 'participants_0', 'participants_209903', 'participants_209904'])
        expect(await rightsIn(table)).toBe(before);
    } finally {
      await operator.query(`DROP OWNED BY ${reader}, ${other}; DROP ROLE ${reader}, ${other}`);
    }
  });

  describe('that are over', () => {
    const event = newEvent().eventId;
    beforeEach(async () => {
      await beginMonths(database, MARCH);
      await register(event, event);
      clock.set(APRIL);
      await makeMonths(database, APRIL);
      await database.execute(
        'UPDATE event_counts SET sealed_at = $1::timestamptz',
        new Date(MARCH).toISOString(),
      );
    });
    const isThere = async () => (await monthsIn(database)).some((month) => month.startsWith('209903'));

    it('leave behind a reading at length that is under way, also where it has read nothing of them yet', async () => {
      await database.readAtLength(async (sql) => {
        await expect(drop()).rejects.toThrow('Emptying the table of 209903 has to wait');
        expect(await numberIn(sql, 'SELECT count(*) AS number FROM participants')).toBe(2n);
        expect(await register(newEvent().eventId)).toEqual(['applied']);
      });
      await drop();
      expect(await isThere()).toBe(false);
    });

    it('are emptied beside who uses others, and dropped when none does', async () => {
      const current = newEvent().eventId;
      await register(current);
      const user = await lockedRow(
        opened.url!,
        'SELECT 1 FROM participants WHERE month = 209904 FOR UPDATE',
        [],
      );
      try {
        await expect(drop()).rejects.toThrow('Dropping the table of 209903 has to wait');
        expect(await placesOf(database, event)).toEqual({});
        expect(await isThere()).toBe(true);
        expect(await register(current)).toEqual(['applied']);
      } finally {
        await user.release();
      }
      await drop();
      expect(await isThere()).toBe(false);
    });

    it('leave while registrations are written', async () => {
      let isOver = false;
      let written = 0;
      async function write(): Promise<void> {
        while (!isOver) {
          expect(await register(newEvent().eventId, newEvent().eventId)).toEqual(['applied', 'applied']);
          written += 2;
        }
      }
      const writing = write();
      await waitFor(() => written > 10, { what: 'registrations', timeoutMs: 20_000 });
      await again(drop);
      const atDrop = written;
      await waitFor(() => written > atDrop + 10, { what: 'registrations behind it', timeoutMs: 20_000 });
      isOver = true;
      await writing;
      expect(await isThere()).toBe(false);
      expect(await rows()).toBe(BigInt(written));
    });
  });
});
