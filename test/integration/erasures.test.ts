import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { createBusinessCalendar } from '../../src/domain/calendar';
import { systemClock } from '../../src/runtime/clock';
import { describeDrift } from '../../src/workers/verification/compare';
import { verifyRollups } from '../../src/workers/verification/verify';
import { type Fields, newEvent, participantErased, participantRegistered } from '../harness/messages';
import { erasedIdOf } from '../harness/messages/participant-erased';
import { batchOf, kindsOf } from '../harness/streams/batches';
import { BOTH_DATABASES, type OpenedDatabase } from '../harness/streams/databases';
import { ConnectionLost, losingTransaction } from '../harness/streams/failing';
import { createStreamFixture, type StreamFixture } from '../harness/streams/fixture';
import { everythingIn, participantsOf } from '../harness/streams/stored';

const seoul = createBusinessCalendar('Asia/Seoul');
const [BEFORE, ASKED, AFTER] = [
  '2025-10-20T18:05:12.480Z',
  '2025-10-21T09:00:00Z',
  '2025-10-22T09:59:59.999Z',
];

const rowOf = z.object({
  participantId: z.string(),
  at: z.string(),
  channel: z.string(),
  traits: z.array(z.unknown()),
  erased: z.boolean(),
});

describe.each(BOTH_DATABASES)('a person who is erased, on %s', (_, open) => {
  const { eventId } = newEvent();
  const elsewhere = newEvent().eventId;
  let person: string;
  let opened: OpenedDatabase;
  let stage: StreamFixture;

  beforeAll(async () => {
    opened = await open();
    stage = createStreamFixture(opened.database, systemClock);
  });
  beforeEach(async () => {
    await stage.reset();
    person = randomUUID();
  });
  afterAll(() => opened.close());

  const register = async (event: string, occurredAt: string, fields: Fields = {}): Promise<string[]> =>
    kindsOf(
      await stage.append('participant.registered', [
        participantRegistered(event, { participantId: person, occurredAt, ...fields }),
      ]),
    );
  const erase = async (fields: Fields = {}): Promise<string[]> =>
    kindsOf(
      await stage.append('participant.erased', [
        participantErased({ participantId: person, occurredAt: ASKED, ...fields }),
      ]),
    );
  const rowsOf = (event: string) =>
    opened.database.query(
      rowOf,
      `SELECT participant_id::text AS "participantId", to_char(registered_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at, channel,
         jsonb_build_array(age, gender, region, new_customer) AS traits, erased
       FROM participants WHERE event_id = $1::uuid ORDER BY participant_id`,
      event,
    );
  const erasedRow = (event: string, at = '2025-10-20T18:00:00.000Z') => ({
    participantId: erasedIdOf(event, person),
    at,
    channel: 'Instagram',
    traits: [null, null, null, null],
    erased: true,
  });
  const wholeRow = (at: string) => ({
    participantId: person,
    at,
    channel: 'Instagram',
    traits: [34, 'FEMALE', '서울', true],
    erased: false,
  });
  const drifts = async () =>
    (await verifyRollups(opened.database, { limit: 10, calendar: seoul })).drifts.map(describeDrift);
  const figures = () =>
    opened.database.query(
      z.object({ figure: z.string(), count: z.bigint() }),
      `SELECT 'everybody' AS figure, participants AS count FROM event_counts WHERE event_id = $1::uuid
       UNION ALL SELECT 'new customers', new_customers FROM event_counts WHERE event_id = $1::uuid
       UNION ALL SELECT 'on ' || channel, participants FROM event_channels WHERE event_id = $1::uuid
       UNION ALL SELECT 'at ' || hour, participants FROM event_hours WHERE event_id = $1::uuid
       UNION ALL SELECT dimension || ' ' || bucket, participants FROM event_profiles WHERE event_id = $1::uuid
       ORDER BY 1`,
      eventId,
    );

  it('leaves event, channel and hour, and all that was counted', async () => {
    await register(eventId, BEFORE);
    await register(elsewhere, BEFORE);
    const counted = await figures();
    expect(await erase()).toEqual(['applied']);
    expect(await rowsOf(eventId)).toEqual([erasedRow(eventId)]);
    expect(await rowsOf(elsewhere)).toEqual([erasedRow(elsewhere)]);
    expect(await figures()).toEqual(counted);
    expect(await drifts()).toEqual([]);
  });

  it('is nowhere any more by their id', async () => {
    await register(eventId, BEFORE);
    await erase({ participantId: person.toUpperCase() });
    expect(JSON.stringify(await everythingIn(opened.database))).not.toContain(person);
  });

  it('in one event stays known in others', async () => {
    await register(eventId, BEFORE);
    await register(elsewhere, BEFORE);
    await erase({ eventId });
    expect(await rowsOf(eventId)).toEqual([erasedRow(eventId)]);
    expect(await rowsOf(elsewhere)).toEqual([wholeRow(BEFORE)]);
  });

  it('counts once, however often their registration comes again', async () => {
    await register(eventId, BEFORE);
    await erase();
    expect(await register(eventId, BEFORE)).toEqual(['duplicate']);
    expect(await register(eventId, AFTER, { channel: '지니TV', age: 50 })).toEqual(['duplicate']);
    expect(await participantsOf(opened.database, eventId)).toBe(1);
    expect(await rowsOf(eventId)).toEqual([erasedRow(eventId)]);
    expect(await drifts()).toEqual([]);
  });

  it('counts the same where the registration comes behind the erasure', async () => {
    await register(eventId, BEFORE);
    const counted = await figures();
    const kept = await rowsOf(eventId);
    await erase();
    const erased = await rowsOf(eventId);
    expect(erased).not.toEqual(kept);
    await stage.reset();
    await erase();
    expect(await register(eventId, BEFORE)).toEqual(['applied']);
    expect(await figures()).toEqual(counted);
    expect(await rowsOf(eventId)).toEqual(erased);
    expect(await register(eventId, AFTER)).toEqual(['duplicate']);
    expect(await drifts()).toEqual([]);
  });

  it('who takes part again later is known, and counts once', async () => {
    await erase();
    expect(await register(eventId, AFTER)).toEqual(['applied']);
    expect(await rowsOf(eventId)).toEqual([wholeRow(AFTER)]);
    // What the erasure takes in comes late: they are there already.
    expect(await register(eventId, BEFORE)).toEqual(['duplicate']);
    expect(await erase({ messageId: randomUUID() })).toEqual(['duplicate']);
    expect(await rowsOf(eventId)).toEqual([wholeRow(AFTER)]);
    expect(await erase({ occurredAt: AFTER })).toEqual(['applied']);
    expect(await rowsOf(eventId)).toEqual([erasedRow(eventId, '2025-10-22T09:00:00.000Z')]);
    expect(await drifts()).toEqual([]);
  });

  it('is known again among others in one batch, each of whom counts as they are', async () => {
    await erase();
    const others = [randomUUID(), randomUUID()];
    const ids = [others[0], person, others[1], person];
    const batch = ids.map((participantId) =>
      participantRegistered(eventId, { participantId, occurredAt: BEFORE }),
    );
    expect(kindsOf(await stage.append('participant.registered', batch))).toEqual([
      'applied',
      'applied',
      'applied',
      'duplicate',
    ]);
    const rows = await rowsOf(eventId);
    expect(rows.map(({ participantId }) => participantId).sort()).toEqual(
      [...others, erasedIdOf(eventId, person)].sort(),
    );
    expect(rows.filter(({ erased }) => erased)).toEqual([erasedRow(eventId)]);
    expect(await drifts()).toEqual([]);
  });

  it('is not left behind by workers that knew of no erasure, however often they have counted them', async () => {
    await register(eventId, BEFORE);
    await erase();
    for (const rows of [2, 3, 4]) {
      await opened.database.execute(
        `INSERT INTO participants (event_id, participant_id, registered_at, channel, new_customer)
         VALUES ($1::uuid, $2::uuid, '${BEFORE}', 'Instagram', true)`,
        eventId,
        person,
      );
      expect(await erase()).toEqual(['duplicate']);
      expect((await rowsOf(eventId)).map(({ erased }) => erased)).toEqual(Array(rows).fill(true));
      expect(JSON.stringify(await everythingIn(opened.database))).not.toContain(person);
    }
  });

  it('is erased by the retry, between whichever pieces the connection was lost', async () => {
    const registrations = [eventId, elsewhere].map((event) =>
      participantRegistered(event, { participantId: person, occurredAt: BEFORE }),
    );
    const batch = batchOf('participant.erased', [
      participantErased({ participantId: person, occurredAt: ASKED }),
    ]);
    const begin = async (): Promise<void> => {
      await stage.reset();
      await stage.append('participant.registered', registrations);
    };
    await begin();
    await stage.apply(batch);
    const whole = await everythingIn(opened.database);
    for (let place = 0; ; place += 1) {
      await begin();
      const broken = createStreamFixture(losingTransaction(opened.database, place), systemClock);
      const attempt = await broken.apply(batch).then(kindsOf, (error: unknown) => error);
      if (attempt instanceof ConnectionLost) await stage.apply(batch);
      expect(await everythingIn(opened.database)).toEqual(whole);
      if (attempt instanceof ConnectionLost) continue;
      // Remembered, two rows in one piece, and the offset.
      expect(place).toBe(3);
      return;
    }
  });

  describe('does not hide from verification', () => {
    beforeEach(async () => {
      await register(eventId, BEFORE);
      await stage.append('participant.registered', [
        participantRegistered(eventId, {
          occurredAt: BEFORE,
          age: 25,
          gender: null,
          region: '부산',
          newCustomer: false,
        }),
      ]);
      await erase();
    });

    it.each([
      [
        'a bucket that is too small',
        `participants - 1 WHERE bucket = '20'`,
        ['AGE 20: stored 0, recomputed 1'],
      ],
      [
        'a bucket that holds more than were erased',
        `participants + 2 WHERE bucket = '20'`,
        ['AGE 20: stored 3, recomputed 2'],
      ],
      [
        'buckets that together hold more people than there are',
        `participants + 1 WHERE bucket = '20'`,
        ['AGE UNKNOWN: stored 0, recomputed -1'],
      ],
      [
        'buckets that together hold fewer',
        `participants - 1 WHERE bucket = '서울'`,
        ['REGION (unknown): stored 0, recomputed 1'],
      ],
    ])('%s', async (_what, change, named) => {
      await opened.database.execute(`UPDATE event_profiles SET participants = ${change}`);
      expect(await drifts()).toEqual(named.map((line) => `event_profiles ${eventId} ${line}`));
    });

    it.each([
      [2, 1],
      [-1, 0],
    ])('new customers that there cannot be: %d', async (stored, recomputed) => {
      await opened.database.execute(`UPDATE event_counts SET new_customers = ${stored}`);
      expect(await drifts()).toEqual([
        `event_counts ${eventId} new_customers: stored ${stored}, recomputed ${recomputed}`,
      ]);
    });

    it('a channel or an hour that is wrong by one', async () => {
      await opened.database.execute('UPDATE event_channels SET participants = 1');
      await opened.database.execute('UPDATE event_hours SET participants = 3');
      expect(await drifts()).toEqual([
        `event_channels ${eventId} Instagram: stored 1, recomputed 2`,
        `event_hours ${eventId} 2025-10-20T18:00Z: stored 3, recomputed 2`,
      ]);
    });
  });
});
