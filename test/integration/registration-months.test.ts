import { z } from 'zod';
import { readKeptOf } from '../../src/commands/privacy/kept-of-person';
import type { Database } from '../../src/database/database';
import { isInvalidData, sqlState } from '../../src/database/failures';
import { DatabaseUnavailable } from '../../src/database/unavailable';
import { createBusinessCalendar } from '../../src/domain/calendar';
import type { Instant, ParticipantId } from '../../src/domain/values';
import { createSettableClock, type SettableClock } from '../../src/runtime/clock';
import { describeDrift } from '../../src/workers/verification/compare';
import { verifyRollups } from '../../src/workers/verification/verify';
import { beginMonths, makeMonths } from '../../src/workers/retention/months';
import { TEST_DIGESTS } from '../harness/digests';
import {
  eventCreated,
  newEvent,
  participantErased,
  participantRegistered,
  salesRecorded,
} from '../harness/messages';
import { APRIL, MARCH, MAY, monthsIn, partsIn, placesOf } from '../harness/months';
import { kindsOf, times } from '../harness/streams/batches';
import { BOTH_DATABASES, type OpenedDatabase } from '../harness/streams/databases';
import { createStreamFixture, type StreamFixture } from '../harness/streams/fixture';
import { lettersIn, numberIn, participantsOf } from '../harness/streams/stored';

const calendar = createBusinessCalendar('Asia/Seoul');
const TOPIC = 'participant.registered';
const MARCH_AND_APRIL = [
  'participants_0 FOR VALUES IN (0)',
  'participants_209903 FOR VALUES IN (209903)',
  'participants_209904 FOR VALUES IN (209904)',
];

describe.each(BOTH_DATABASES)('registrations by months, on %s', (_, open) => {
  let opened: OpenedDatabase;
  let database: Database;
  let stage: StreamFixture;
  let clock: SettableClock;
  const [known, unknown] = [newEvent(), newEvent()];

  beforeEach(async () => {
    opened = await open();
    ({ database } = opened);
    clock = createSettableClock(MARCH);
    stage = createStreamFixture(database, clock);
  });
  afterEach(() => opened.close());

  const register = async (...messages: readonly object[]) => kindsOf(await stage.append(TOPIC, messages));
  const drifts = async () =>
    (await verifyRollups(database, { limit: 10, calendar })).drifts.map(describeDrift);
  const begin = () => beginMonths(database, clock.now());

  it('begin with what is there where it is, and count each person once', async () => {
    const before = times(3, () => participantRegistered(known.eventId));
    await stage.append('event.created', [eventCreated(known)]);
    await register(...before);
    await begin();
    const others = times(2, () => participantRegistered(unknown.eventId));
    const more = participantRegistered(known.eventId);
    const batch = [before[0]!, others[0]!, more, others[1]!];
    expect(await register(...batch)).toEqual(['duplicate', 'applied', 'applied', 'applied']);
    expect(await register(...before, ...batch)).toEqual(times(7, () => 'duplicate'));
    expect(await placesOf(database, known.eventId)).toEqual({ participants_0: 4 });
    expect(await placesOf(database, unknown.eventId)).toEqual({ participants_209903: 2 });
    expect(await participantsOf(database, known.eventId)).toBe(4);
    expect(await participantsOf(database, unknown.eventId)).toBe(2);
    expect(await drifts()).toEqual([]);
  });

  it('begin again where the step was ended, wherever that was', async () => {
    const one = participantRegistered(known.eventId);
    await register(one);
    let ended = 0;
    for (let isOver = false; !isOver;) {
      isOver = await beginMonths(endingBehind(database, Math.min(ended, 1)), clock.now()).then(
        () => true,
        (error: unknown) => {
          expect(error).toEqual(new Error('The process ends.'));
          ended += 1;
          return false;
        },
      );
      expect(await register(one, participantRegistered(known.eventId))).toEqual(['duplicate', 'applied']);
    }
    // Function, two defaults, check, its validation, the swap, two months.
    expect(ended).toBe(8);
    await begin();
    expect(await partsIn(database)).toEqual(MARCH_AND_APRIL);
    expect(await monthsIn(database)).toEqual(['209903 2099-03-10', '209904 2099-04-01']);
    expect(await placesOf(database, known.eventId)).toEqual({ participants_0: 10 });
    expect(await drifts()).toEqual([]);
  });

  it('are those in which their events became known', async () => {
    await begin();
    await register(participantRegistered(known.eventId));
    clock.set((Date.UTC(2099, 3) - 1) as Instant);
    const last = newEvent().eventId;
    await register(participantRegistered(last));
    clock.set(Date.UTC(2099, 3) as Instant);
    await register(participantRegistered(known.eventId), participantRegistered(unknown.eventId));
    expect(await placesOf(database, known.eventId)).toEqual({ participants_209903: 2 });
    expect(await placesOf(database, last)).toEqual({ participants_209903: 1 });
    expect(await placesOf(database, unknown.eventId)).toEqual({ participants_209904: 1 });
  });

  it('are made one ahead, and go on with the last one where no worker makes them', async () => {
    await makeMonths(database, MARCH);
    expect(await partsIn(database)).toEqual([]);
    await begin();
    clock.set(Date.UTC(2099, 6, 20) as Instant);
    await register(participantRegistered(known.eventId));
    await makeMonths(database, clock.now());
    await register(participantRegistered(unknown.eventId));
    expect(await placesOf(database, known.eventId)).toEqual({ participants_209904: 1 });
    expect(await placesOf(database, unknown.eventId)).toEqual({ participants_209907: 1 });
    expect(await monthsIn(database)).toEqual([
      ...['209903 2099-03-10', '209904 2099-04-01', '209907 2099-07-20', '209908 2099-08-01'],
    ]);
    await makeMonths(database, Date.UTC(2099, 11, 31) as Instant);
    expect((await monthsIn(database)).slice(-2)).toEqual(['209912 2099-12-31', '210001 2100-01-01']);
  });

  it('take over a table that is there, with the key that it has to have', async () => {
    await begin();
    const like = 'LIKE participants_0 INCLUDING DEFAULTS';
    await database.execute(`CREATE TABLE participants_209905 (${like})`);
    await database.execute(`CREATE TABLE participants_209906 (${like}, CHECK (month = 209906))`);
    await database.execute(
      'ALTER TABLE participants ATTACH PARTITION participants_209906 FOR VALUES IN (209906)',
    );
    await database.execute('ALTER TABLE participants DETACH PARTITION participants_209904');
    await makeMonths(database, MAY);
    expect(await partsIn(database)).toEqual([
      ...MARCH_AND_APRIL,
      'participants_209905 FOR VALUES IN (209905)',
      'participants_209906 FOR VALUES IN (209906)',
    ]);
    for (const now of [MAY, Date.UTC(2099, 5, 3) as Instant]) {
      clock.set(now);
      const one = participantRegistered(newEvent().eventId);
      expect(await register(one)).toEqual(['applied']);
      expect(await register(one)).toEqual(['duplicate']);
    }
    expect(await monthsIn(database)).toContain('209906 2099-06-01');
  });

  it('are waited for: a registration whose month has no table is no dead letter', async () => {
    await begin();
    await database.execute('DROP TABLE participants_209903');
    const one = participantRegistered(known.eventId);
    const failure = await register(one).catch((error: unknown) => error);
    expect([sqlState(failure), isInvalidData(failure)]).toEqual(['23514', false]);
    expect(await lettersIn(database)).toEqual([]);
    await makeMonths(database, clock.now());
    expect(await register(one)).toEqual(['applied']);
    expect(await placesOf(database, known.eventId)).toEqual({ participants_209903: 1 });
  });

  it('have the only checks that there are: by that code no value is refused', async () => {
    expect(
      await numberIn(
        database,
        `SELECT count(*) AS number FROM pg_constraint AS c
      JOIN pg_class AS t ON t.oid = c.conrelid WHERE c.contype = 'c' AND t.relnamespace = 'public'::regnamespace`,
      ),
    ).toBe(0n);
  });

  it('keep the last release out, which tries again', async () => {
    const { REGISTER, LOCK_STORES } = LAST_RELEASE;
    const write = async (): Promise<void> => {
      await database.execute(REGISTER, known.eventId);
      await database.execute(LOCK_STORES, known.storeId);
    };
    await write();
    await begin();
    for (const statement of [REGISTER, LOCK_STORES]) {
      const failure = await database.execute(statement, known.storeId).catch((error: unknown) => error);
      expect(String(failure)).toMatch(/RETENTION_DAYS.*docs\/retention\.md/);
      expect(sqlState(failure)).toBe('55000');
      expect([isInvalidData(failure), failure instanceof DatabaseUnavailable]).toEqual([false, false]);
    }
    const sold = await stage.append('sales.recorded', [salesRecorded(known.storeId, 9_000)]);
    expect(kindsOf(sold)).toEqual(['applied']);
    expect(await register(participantRegistered(known.eventId))).toEqual(['applied']);
  });

  it('let people be erased, and be told what is kept of them', async () => {
    const participantId = participantRegistered(known.eventId)['participantId'] as ParticipantId;
    await register(participantRegistered(known.eventId, { participantId }));
    await begin();
    await register(participantRegistered(unknown.eventId, { participantId }));
    clock.set(APRIL);
    const third = newEvent().eventId;
    await register(participantRegistered(third, { participantId }));
    const told = async () => {
      const { participations, erasedParticipations } = await readKeptOf(
        database,
        participantId,
        TEST_DIGESTS,
      );
      return [participations.length, erasedParticipations.length];
    };
    expect(await told()).toEqual([3, 0]);
    await stage.append('participant.erased', [participantErased({ participantId, eventId: third })]);
    expect(await told()).toEqual([2, 1]);
    await stage.append('participant.erased', [participantErased({ participantId })]);
    expect(await told()).toEqual([0, 3]);
    expect(await placesOf(database, third)).toEqual({ participants_209904: 1 });
    expect(await drifts()).toEqual([]);
  });

  it('outlive a database that is emptied: its events have no month', async () => {
    await begin();
    await register(participantRegistered(known.eventId));
    await stage.reset();
    const one = participantRegistered(known.eventId);
    expect([await register(one), await register(one)]).toEqual([['applied'], ['duplicate']]);
    expect(await placesOf(database, known.eventId)).toEqual({ participants_0: 1 });
    expect(await partsIn(database)).toEqual(MARCH_AND_APRIL);
    await makeMonths(database, MARCH);
    await register(participantRegistered(unknown.eventId));
    expect(await placesOf(database, unknown.eventId)).toEqual({ participants_209903: 1 });
  });

  it('have all settings of the first table in each', async () => {
    await database.execute('ALTER TABLE participants ALTER COLUMN channel SET STATISTICS 321');
    await database.execute('ALTER TABLE participants SET (autovacuum_vacuum_scale_factor = 0.01)');
    await database.execute('CREATE INDEX of_channels ON participants (channel)');
    await begin();
    const rows = await database.query(
      z.object({ table: z.string(), settings: z.string(), indexes: z.bigint() }),
      `SELECT c.relname::text AS "table", concat_ws(' ', a.attstattarget, array_to_string(c.reloptions, ',')) AS settings,
         (SELECT count(*) FROM pg_index WHERE indrelid = c.oid AND indisvalid) AS indexes
       FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'channel'
       WHERE c.relname LIKE 'participants%' AND c.relkind IN ('r', 'p') ORDER BY 1`,
    );
    const settings = '321 autovacuum_vacuum_scale_factor=0.01';
    expect(rows).toEqual([
      { table: 'participants', settings: '321', indexes: 0n },
      ...['participants_0', 'participants_209903', 'participants_209904'].map((table) => ({
        ...{ table, settings, indexes: 2n },
      })),
    ]);
  });
});

/** A database whose process ends behind so many transactions. */
function endingBehind(database: Database, transactions: number): Database {
  let left = transactions;
  const end = (): void => {
    left -= 1;
    if (left < 0) throw new Error('The process ends.');
  };
  return {
    ...database,
    async transaction(work) {
      end();
      return database.transaction(work);
    },
    async changeAtLength(work) {
      end();
      return database.changeAtLength(work);
    },
  };
}

/** How release 0.6.0 writes, shortened to what it names. */
const LAST_RELEASE = {
  REGISTER: `
WITH input AS (SELECT $1::uuid AS event_id, gen_random_uuid() AS participant_id, now() AS registered_at, 'Instagram' AS channel,
  34::smallint AS age, 'FEMALE' AS gender, '서울' AS region, true AS new_customer
), fresh AS (
  INSERT INTO participants (event_id, participant_id, registered_at, channel, age, gender, region, new_customer)
  SELECT event_id, participant_id, registered_at, channel, age, gender, region, new_customer
  FROM input ORDER BY event_id, participant_id
  ON CONFLICT DO NOTHING
  RETURNING *
)
SELECT count(*) FROM fresh`,
  LOCK_STORES: `
INSERT INTO store_sales (store_id, changed_at)
SELECT store_id, 'epoch' FROM unnest(ARRAY[$1]::uuid[]) AS t(store_id) ORDER BY store_id
ON CONFLICT (store_id) DO UPDATE SET store_id = excluded.store_id`,
} as const;
