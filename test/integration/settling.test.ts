import { z } from 'zod';
import { createBusinessCalendar } from '../../src/domain/calendar';
import { systemClock } from '../../src/runtime/clock';
import type { Sql } from '../../src/database/database';
import { lockEvents } from '../../src/database/event-counts';
import { column } from '../../src/database/rows';
import type { EventId, Instant } from '../../src/domain/values';
import { applyMessages } from '../../src/workers/projections/apply-messages';
import { salesProjection } from '../../src/workers/projections/sales';
import { settleEvents } from '../../src/workers/settling';
import { SCHEMAS } from '../../src/workers/messages/topics';
import { describeDrift } from '../../src/workers/verification/compare';
import { verifyRollups } from '../../src/workers/verification/verify';
import {
  distributionCompleted,
  eventCreated,
  type EventIds,
  type Fields,
  newEvent,
  participantRegistered,
  salesRecorded,
} from '../harness/messages';
import { BOTH_DATABASES, type OpenedDatabase, openServer } from '../harness/streams/databases';
import { createStreamFixture, type StreamFixture } from '../harness/streams/fixture';
import { waitFor } from '../harness/wait-for';

const calendar = createBusinessCalendar('Asia/Seoul');
const DAY_MS = 86_400_000;
const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();
const dayOf = (days: number): string => daysAgo(days).slice(0, 10);

const settledRow = z.object({ eventId: column.eventId, settled: z.boolean() });

async function settledOf({ database }: OpenedDatabase): Promise<ReadonlySet<string>> {
  const rows = await database.query(
    settledRow,
    'SELECT event_id::text AS "eventId", settled FROM store_events',
  );
  return new Set(rows.filter(({ settled }) => settled).map(({ eventId }) => eventId));
}

/** An event that began so many days ago, defined ahead of that. */
const begun = (ids: EventIds, days: number, fields: Fields = {}): Fields =>
  eventCreated(ids, {
    occurredAt: daysAgo(days + 1),
    startAt: daysAgo(days),
    endAt: daysAgo(days - 3),
    ...fields,
  });

describe.each(BOTH_DATABASES)('what earlier events of a store came to, on %s', (_, open) => {
  let opened: OpenedDatabase;
  let stage: StreamFixture;
  const [old, later, other] = [newEvent(), newEvent(), newEvent()];
  const sister = { eventId: newEvent().eventId, storeId: later.storeId };
  const now = { eventId: newEvent().eventId, storeId: old.storeId };

  const send = (topic: string, ...messages: readonly object[]) => stage.append(topic, messages);

  beforeAll(async () => {
    opened = await open();
    stage = createStreamFixture(opened.database, systemClock);
  });
  beforeEach(async () => {
    await stage.reset();
    await send('event.created', begun(old, 30), begun(later, 20), begun(sister, 40), begun(other, 8));
    await send('event.created', begun(now, 1));
    await send('participant.registered', participantRegistered(old.eventId));
    await send('sales.recorded', salesRecorded(old.storeId, 9_000, { saleDate: dayOf(33) }));
    await send('sales.recorded', salesRecorded(old.storeId, 90_000, { saleDate: dayOf(27) }));
  });
  afterAll(() => opened.close());

  it('is settled of those that began more than nine days ago', async () => {
    expect(await settledOf(opened)).toEqual(new Set());
    expect(await stage.settleEvents()).toBe(3);
    expect(await settledOf(opened)).toEqual(new Set([old.eventId, later.eventId, sister.eventId]));
    expect(await stage.settleEvents()).toBe(0);
  });

  it('is the same to a reader, settled or not', async () => {
    const before = await stage.dashboard(now.eventId);
    expect(before).toContain('"매출 증가율","currentValue":0,"previousBest":900');
    await stage.settleEvents();
    expect(await stage.dashboard(now.eventId)).toBe(before);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['a registration', () => send('participant.registered', participantRegistered(old.eventId))],
    [
      'a distribution',
      () =>
        send(
          'distribution.completed',
          distributionCompleted(old.eventId, [{ channel: '지니TV', status: 'SUCCESS', cost: 70_000 }]),
        ),
    ],
    ['a definition', () => send('event.created', begun(old, 30, { occurredAt: daysAgo(2), prizeCost: 7 }))],
    ['another start', () => send('event.created', begun(old, 31, { occurredAt: daysAgo(2) }))],
    [
      'a move',
      () => send('event.created', begun({ ...old, storeId: other.storeId }, 30, { occurredAt: daysAgo(2) })),
    ],
    [
      'the first day that is compared',
      () => send('sales.recorded', salesRecorded(old.storeId, 5, { saleDate: dayOf(37) })),
    ],
    [
      'the last day that is compared',
      () => send('sales.recorded', salesRecorded(old.storeId, 5, { saleDate: dayOf(24) })),
    ],
  ])('is no longer settled after %s, of that event alone, and settled anew', async (_name, change) => {
    await stage.settleEvents();
    await change();
    expect(await settledOf(opened)).toEqual(new Set([later.eventId, sister.eventId]));
    const computed = await stage.dashboard(now.eventId);
    expect(await stage.settleEvents()).toBe(1);
    expect(await stage.dashboard(now.eventId)).toBe(computed);
    expect(await driftsOf(opened)).toEqual([]);
  });

  it('stays when nothing changes', async () => {
    const registration = participantRegistered(old.eventId);
    await send('participant.registered', registration);
    await stage.settleEvents();
    await send('participant.registered', registration);
    await send('sales.recorded', salesRecorded(old.storeId, 5, { saleDate: dayOf(2) }));
    await send('sales.recorded', salesRecorded(other.storeId, 5, { saleDate: dayOf(30) }));
    expect((await settledOf(opened)).size).toBe(3);
  });

  it.each(['participants', 'roi_tenths', 'growth_tenths'])('is held against its rows: %s', async (figure) => {
    await stage.settleEvents();
    await opened.database.execute(
      `UPDATE store_events SET ${figure} = 4321 WHERE event_id = $1::uuid`,
      old.eventId,
    );
    expect(await driftsOf(opened)).toEqual([
      expect.stringMatching(`store_events ${old.storeId} ${old.eventId} ${figure}: stored 4321, recomputed `),
    ]);
  });

  it('is held against which events there are', async () => {
    await opened.database.execute('DELETE FROM store_events WHERE event_id = $1::uuid', old.eventId);
    expect(await driftsOf(opened)).toEqual([
      expect.stringMatching(`store_events ${old.storeId} ${old.eventId}: stored nothing, recomputed 20`),
    ]);
  });
});

describe('settling beside others who write', () => {
  let opened: OpenedDatabase;
  let stage: StreamFixture;
  const [busy, free] = [newEvent(), newEvent()];
  const startAt = daysAgo(30);

  beforeAll(async () => {
    opened = await openServer();
    stage = createStreamFixture(opened.database, systemClock);
  });
  beforeEach(async () => {
    await stage.reset();
    await stage.append('event.created', [begun(busy, 30, { startAt }), begun(free, 30)]);
  });
  afterAll(() => opened.close());

  it('passes over an event that messages are being applied to', async () => {
    await opened.database.transaction(async (sql) => {
      await lockEvents(sql, [busy.eventId as EventId], Date.now() as Instant);
      expect(await stage.settleEvents()).toBe(1);
    });
    expect(await settledOf(opened)).toEqual(new Set([free.eventId]));
  });

  it('waits for sales that are being applied, so that none are missing from what it settles', async () => {
    const sale = salesRecorded(busy.storeId, 9_000, { saleDate: dayOf(30) });
    const parsed = SCHEMAS['sales.recorded'].parse(sale);
    let settling: Promise<number> | undefined;
    await opened.database.transaction(async (sql) => {
      await applyMessages(sql, salesProjection, [parsed], Date.now() as Instant);
      settling = settleEvents({ database: opened.database, calendar, clock: systemClock });
      await waitFor(() => waiting(opened), { what: 'a session that waits for a lock', timeoutMs: 20_000 });
    });
    expect(await settling).toBe(2);
    expect(await driftsOf(opened)).toEqual([]);
  });

  it.each<[string, Fields, Partial<EventIds>]>([
    ['moved to another store', {}, newEvent()],
    ['made to start later', { startAt: daysAgo(3), endAt: daysAgo(1) }, {}],
  ])('leaves an event that was %s after it was found', async (_what, fields, { storeId }) => {
    const changed = { ...busy, ...(storeId !== undefined && { storeId }) };
    let changes = 0;
    const database = {
      ...opened.database,
      async transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
        if ((changes += 1) === 1)
          await stage.append('event.created', [
            begun(changed, 30, { occurredAt: daysAgo(1), startAt, ...fields }),
          ]);
        return opened.database.transaction(work);
      },
    };
    expect(await settleEvents({ database, calendar, clock: systemClock })).toBe(1);
    expect(await settledOf(opened)).toEqual(new Set([free.eventId]));
  });
});

const WAITING = `
SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;

const WAITING_ON_NODES = 'SELECT count(*)::int AS waiting FROM citus_lock_waits';

async function waiting({ database }: OpenedDatabase): Promise<number> {
  const [row] = await database.query(
    z.object({ waiting: z.number() }),
    database.isDistributed ? WAITING_ON_NODES : WAITING,
  );
  return row?.waiting ?? 0;
}

async function driftsOf({ database }: OpenedDatabase): Promise<string[]> {
  const { drifts } = await verifyRollups(database, { limit: 10, calendar });
  return drifts.map(describeDrift);
}
