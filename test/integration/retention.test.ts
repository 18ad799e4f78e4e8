import { z } from 'zod';
import { createBusinessCalendar } from '../../src/domain/calendar';
import type { BatchResult } from '../../src/messaging/source/source';
import { systemClock } from '../../src/runtime/clock';
import { describeDrift } from '../../src/workers/verification/compare';
import { verifyRollups } from '../../src/workers/verification/verify';
import {
  distributionCompleted,
  eventCreated,
  type EventIds,
  type Fields,
  newEvent,
  participantErased,
  participantRegistered,
} from '../harness/messages';
import { keepFor, tick } from '../harness/retention';
import { kindsOf } from '../harness/streams/batches';
import { BOTH_DATABASES, type OpenedDatabase } from '../harness/streams/databases';
import { createStreamFixture, type StreamFixture } from '../harness/streams/fixture';
import { lettersIn, numberIn } from '../harness/streams/stored';

const calendar = createBusinessCalendar('Asia/Seoul');
const DAY_MS = 86_400_000;
const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();

/** An event that ended so many days ago. */
const ended = (ids: EventIds, days: number, fields: Fields = {}): Fields =>
  eventCreated(ids, {
    occurredAt: daysAgo(days + 20),
    startAt: daysAgo(days + 7),
    endAt: daysAgo(days),
    ...fields,
  });

const COUNTS = `
SELECT to_jsonb(c) - '{sealed_at,sealed_sums,emptied_at,seal_noticed,seal_noticed_at}'::text[] AS row FROM event_counts AS c
UNION ALL SELECT to_jsonb(c) FROM event_channels AS c UNION ALL SELECT to_jsonb(c) FROM event_hours AS c
UNION ALL SELECT to_jsonb(c) FROM event_profiles AS c UNION ALL SELECT to_jsonb(c) FROM store_events AS c ORDER BY 1`;

describe.each(BOTH_DATABASES)('an event that ended RETENTION_DAYS ago, on %s', (_, open) => {
  let opened: OpenedDatabase;
  let stage: StreamFixture;
  const [old, recent] = [newEvent(), newEvent()];
  const sister = { ...newEvent(), storeId: old.storeId };
  const registrations = [1, 2, 3].map(() => participantRegistered(old.eventId));
  const kept = participantRegistered(recent.eventId);

  const send = (topic: string, ...messages: readonly object[]): Promise<BatchResult> =>
    stage.append(topic, messages);
  const keep = (days = 30) => keepFor(opened.database, days);
  const rowsOf = ({ eventId }: EventIds) =>
    numberIn(
      opened.database,
      'SELECT count(*) AS number FROM participants WHERE event_id = $1::uuid',
      eventId,
    );
  const counts = () => opened.database.query(z.object({ row: z.unknown() }), COUNTS);
  const verify = () => verifyRollups(opened.database, { limit: 10, calendar });
  const drifts = async () => (await verify()).drifts.map(describeDrift);
  const reasons = async () => (await lettersIn(opened.database)).map(({ reason }) => reason);

  beforeAll(async () => {
    opened = await open();
    stage = createStreamFixture(opened.database, systemClock);
  });
  beforeEach(async () => {
    await stage.reset();
    await send('event.created', ended(old, 31), ended(recent, 29), ended(sister, -3));
    await send('participant.registered', ...registrations, kept);
  });
  afterAll(() => opened.close());

  it('is sealed, its rows leave, and all that is counted and shown stays', async () => {
    await stage.settleEvents();
    const before = [
      await counts(),
      await stage.dashboard(old.eventId),
      await stage.dashboard(sister.eventId),
    ];
    await keep();
    expect(await rowsOf(old)).toBe(0n);
    expect(await rowsOf(recent)).toBe(1n);
    expect([
      await counts(),
      await stage.dashboard(old.eventId),
      await stage.dashboard(sister.eventId),
    ]).toEqual(before);
    expect(await verify()).toMatchObject({ count: 0, sealed: { sealed: 1, leaving: 0, registrations: 0 } });
  });

  it('stays as it is a day earlier', async () => {
    await keep(32);
    expect(await rowsOf(old)).toBe(3n);
    expect(kindsOf(await send('participant.registered', registrations[0]!))).toEqual(['duplicate']);
    expect(await verify()).toMatchObject({ count: 0, sealed: { sealed: 0 } });
  });

  it('takes no registration: a new one and a repeated one are dead letters, and those around them are applied', async () => {
    await keep();
    const batch = [
      participantRegistered(recent.eventId),
      participantRegistered(old.eventId),
      kept,
      registrations[0]!,
      participantRegistered(recent.eventId),
    ];
    expect(kindsOf(await send('participant.registered', ...batch))).toEqual([
      'applied',
      'rejected',
      'duplicate',
      'rejected',
      'applied',
    ]);
    const today = new Date().toISOString().slice(0, 10);
    const reason = `eventId: the event was sealed on ${today}: whether this registration was counted cannot be told any more`;
    expect(await reasons()).toEqual([reason, reason]);
    expect(
      (await lettersIn(opened.database)).map(({ value }) => JSON.parse(String(value)) as unknown),
    ).toEqual([batch[1], batch[3]]);
    expect(await rowsOf(old)).toBe(0n);
    expect(await rowsOf(recent)).toBe(3n);
    expect(await drifts()).toEqual([]);
  });

  it('goes on with definitions, distributions and measurements, and stays sealed where it ends later', async () => {
    await keep();
    const other = newEvent().storeId;
    const longer = ended({ ...old, storeId: other }, -5, { occurredAt: daysAgo(1) });
    expect(kindsOf(await send('event.created', longer))).toEqual(['applied']);
    const channels = [{ channel: '지니TV', status: 'SUCCESS', cost: 70_000 }];
    const distributed = distributionCompleted(old.eventId, channels);
    expect(kindsOf(await send('distribution.completed', distributed))).toEqual(['applied']);
    expect(await stage.dashboard(old.eventId)).toContain('지니TV');
    expect(kindsOf(await send('participant.registered', participantRegistered(old.eventId)))).toEqual([
      'rejected',
    ]);
    await keep();
    expect(await drifts()).toEqual([]);
  });

  it('lets somebody be erased who was in it', async () => {
    await keep();
    const { participantId } = registrations[1]!;
    expect(kindsOf(await send('participant.erased', participantErased({ participantId })))).toEqual([
      'applied',
    ]);
    const inIt = participantErased({ participantId, eventId: old.eventId });
    expect(kindsOf(await send('participant.erased', inIt))).toEqual(['applied']);
    expect(kindsOf(await send('participant.registered', registrations[1]!))).toEqual(['rejected']);
    expect(await drifts()).toEqual([]);
    expect(await lettersIn(opened.database)).toMatchObject([{ value: null }]);
  });

  it('is not sealed while its counts are not what its rows add up to', async () => {
    await opened.database.execute(
      'UPDATE event_hours SET participants = participants + 1 WHERE event_id = $1::uuid',
      old.eventId,
    );
    await expect(keep()).rejects.toThrow(
      /^1 events and the days of 0 stores are not sealed: .*npm run verify/,
    );
    expect(await rowsOf(old)).toBe(3n);
    expect(kindsOf(await send('participant.registered', registrations[0]!))).toEqual(['duplicate']);
  });

  it('is due no more where it is given a later end after it was noticed, or more days, refused as it was or not', async () => {
    const noticed = () =>
      numberIn(
        opened.database,
        'SELECT count(*) AS number FROM event_counts WHERE seal_noticed_at IS NOT NULL AND sealed_at IS NULL',
      );
    await opened.database.execute('UPDATE event_hours SET participants = participants + 1');
    await expect(keep()).rejects.toThrow(/^1 events/);
    expect(await noticed()).toBe(1n);
    for (const days of [32, 32]) await tick(opened.database, days).catch(() => undefined);
    expect(await noticed()).toBe(0n);
    for (const days of [30, 30]) await tick(opened.database, days).catch(() => undefined);
    expect(await noticed()).toBe(1n);
    await send('event.created', ended(old, 5, { occurredAt: daysAgo(1) }));
    await keep();
    expect(await noticed()).toBe(0n);
    expect(await rowsOf(old)).toBe(3n);
  });

  it('that nobody ever defined has no end, and stays', async () => {
    const unknown = newEvent();
    await send('participant.registered', participantRegistered(unknown.eventId));
    await keep();
    expect(await rowsOf(unknown)).toBe(1n);
  });
});
