import { z } from 'zod';
import type { Database } from '../../src/database/database';
import { sqlState } from '../../src/database/failures';
import { createSettableClock } from '../../src/runtime/clock';
import { createAttempts } from '../../src/workers/retention/attempts';
import { beginMonths, dropMonths, makeMonths } from '../../src/workers/retention/months';
import { newEvent, participantRegistered, salesRecorded } from '../harness/messages';
import { MARCH, monthsIn, partsIn } from '../harness/months';
import { kindsOf } from '../harness/streams/batches';
import { type OpenedDatabase, openServer } from '../harness/streams/databases';
import { createStreamFixture, type StreamFixture } from '../harness/streams/fixture';

describe('registrations over Citus', () => {
  let opened: OpenedDatabase;
  let database: Database;
  let stage: StreamFixture;
  const { eventId, storeId } = newEvent();

  beforeAll(async () => {
    opened = await openServer();
    ({ database } = opened);
    stage = createStreamFixture(database, createSettableClock(MARCH));
  });
  afterAll(() => opened.close());

  const send = async (topic: string, message: object) => kindsOf(await stage.append(topic, [message]));

  it('have no months, and the release before is kept out all the same', async () => {
    const one = participantRegistered(eventId);
    expect(await send('participant.registered', one)).toEqual(['applied']);
    expect(await send('sales.recorded', salesRecorded(storeId, 9_000))).toEqual(['applied']);
    for (const step of [beginMonths, beginMonths, makeMonths]) await step(database, MARCH);
    const attempts = createAttempts();
    await dropMonths({ database, now: () => MARCH, isStopping: () => false, attempts });
    attempts.end();
    expect([...(await partsIn(database)), ...(await monthsIn(database))]).toEqual([]);
    expect(await send('participant.registered', one)).toEqual(['duplicate']);
    expect(await send('participant.registered', participantRegistered(eventId))).toEqual(['applied']);
    expect(await send('sales.recorded', salesRecorded(storeId, 9_000))).toEqual(['applied']);
    for (const statement of LAST_RELEASE) {
      const failure = await database
        .transaction((sql) => sql.query(z.unknown(), statement))
        .catch((error: unknown) => error);
      // Citus may refuse to hand the default on to a shard, which is retried as well.
      expect(['55000', '0A000']).toContain(sqlState(failure));
    }
  });

  /** What release 0.6.0 writes, shortened to what it names. */
  const LAST_RELEASE = [
    `WITH input AS (SELECT * FROM unnest(ARRAY['${eventId}']::uuid[], ARRAY['${storeId}']::uuid[]) AS t(event_id, participant_id)),
     fresh AS (
       INSERT INTO participants (event_id, participant_id, registered_at, channel)
       SELECT event_id, participant_id, now(), 'Instagram' FROM input ORDER BY event_id, participant_id
       ON CONFLICT DO NOTHING RETURNING *
     ) SELECT count(*) FROM fresh`,
    `INSERT INTO store_sales (store_id, changed_at)
     SELECT store_id, 'epoch' FROM unnest(ARRAY['${storeId}']::uuid[]) AS t(store_id) ORDER BY store_id
     ON CONFLICT (store_id) DO UPDATE SET store_id = excluded.store_id`,
  ];
});
