import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Sql } from '../../src/database/database';
import { readIdsOfStretches, readStretches } from '../../src/database/event-lists/read-stretches';
import type { EventStretch } from '../../src/database/event-lists/stretch';
import { eventIdsOf } from '../../src/database/events';
import { FACT_KINDS, factKinds } from '../../src/database/facts/kinds';
import { readFactsOver } from '../../src/database/facts/read-facts';
import { sizesOf } from '../../src/database/sizes';
import { countEventsOfStores, readEventsOfStores } from '../../src/database/store-totals';
import { compareRollup } from '../../src/database/verification/compare-rollup';
import { participantRollups } from '../../src/database/verification/participants';
import { createBusinessCalendar } from '../../src/domain/calendar';
import type { EventId, EventStatus, Instant, StoreId } from '../../src/domain/values';
import { createSettableClock } from '../../src/runtime/clock';
import { TOPICS } from '../../src/workers/messages/topics';
import { eventCreated, messagesAbout } from '../harness/messages';
import { type OpenedDatabase, openServer } from '../harness/streams/databases';
import { createStreamFixture } from '../harness/streams/fixture';

const DAY_MS = 86_400_000;
const NOW = (Math.floor(Date.now() / DAY_MS) * DAY_MS) as Instant;
/** Fewer than there are shards: so many shards are not all. */
const EVENTS = 3;
const calendar = createBusinessCalendar('Asia/Seoul');

const planRow = z.object({ 'QUERY PLAN': z.string() });
const shardsRow = z.object({ shards: z.number() });

/** How many shards each statement looks into that is asked, as the coordinator plans it. */
function planned(sql: Sql, tasks: number[]): Sql {
  return {
    ...sql,
    isDistributed: sql.isDistributed,
    async query(row, statement, ...parameters) {
      const plan = await sql.query(planRow, `EXPLAIN (COSTS OFF) ${statement}`, ...parameters);
      const counts = plan.flatMap((line) => /Task Count: (\d+)/.exec(line['QUERY PLAN'])?.[1] ?? []);
      tasks.push(counts.reduce((sum, count) => sum + Number(count), 0));
      return sql.query(row, statement, ...parameters);
    },
  };
}

describe('what a reader asks for', () => {
  const storeId = randomUUID() as StoreId;
  const other = randomUUID() as StoreId;
  const events = Array.from({ length: EVENTS }, () => randomUUID() as EventId);
  let opened: OpenedDatabase;
  let sql: Sql;
  let tasks: number[];

  beforeAll(async () => {
    opened = await openServer();
    const stage = createStreamFixture(opened.database, createSettableClock(NOW));
    for (const [place, eventId] of events.entries()) {
      const ids = { eventId, storeId };
      const startAt = new Date(NOW - (20 + place) * DAY_MS).toISOString();
      const endAt = new Date(NOW + DAY_MS).toISOString();
      const messages = { ...messagesAbout(ids), 'event.created': eventCreated(ids, { startAt, endAt }) };
      for (const topic of TOPICS) await stage.append(topic, [messages[topic]]);
    }
    await stage.refreshIndustries();
    const [row] = await opened.database.query(
      shardsRow,
      `SELECT min(shard_count)::int AS shards FROM citus_tables WHERE citus_table_type = 'distributed'`,
    );
    // Otherwise the counts below would say nothing.
    expect(row?.shards).toBeGreaterThan(EVENTS);
  });
  afterAll(() => opened.close());
  beforeEach(() => {
    tasks = [];
    sql = planned(opened.database, tasks);
  });

  const readAll = (ids: readonly EventId[]) =>
    readFactsOver(sql)({
      wanted: ids.map((eventId) => ({ eventId, kinds: factKinds(FACT_KINDS) })),
      moment: { calendar, now: NOW },
      readFor: { stores: new Set([storeId]), audience: new Set([other]) },
    });

  it('of a dashboard lies in two shards, and that of its unsettled neighbours with these', async () => {
    const [reading] = await readAll(events.slice(0, 1));
    expect(reading?.event.eventId).toBe(events[0]);
    const [event, store, known, unsettled, compared] = tasks;
    expect([event, store, unsettled]).toEqual([1, 1, 1]);
    expect(known).toBeLessThanOrEqual(2);
    expect(compared).toBeLessThanOrEqual(EVENTS);
    expect(tasks).toHaveLength(5);
  });

  it('of a dashboard whose neighbours are settled lies in two shards', async () => {
    await opened.database.execute(
      'UPDATE store_events SET settled = true WHERE store_id = $1::uuid',
      storeId,
    );
    await readAll(events.slice(0, 1));
    expect([tasks[0], tasks[1], tasks[3]]).toEqual([1, 1, 1]);
    expect(tasks).toHaveLength(4);
    await opened.database.execute(
      'UPDATE store_events SET settled = false WHERE store_id = $1::uuid',
      storeId,
    );
  });

  it('of several dashboards lies where their keys do', async () => {
    await readAll(events.slice(0, 3));
    expect(tasks[0]).toBeLessThanOrEqual(3);
    expect(tasks[1]).toBe(1);
  });

  it.each<[string, EventStatus | null]>([
    ['all', null],
    ['those that run', 'RUNNING'],
  ])('of a list lies with the store, and with the events that it shows: %s', async (_what, status) => {
    const filter = { status, from: null, to: null };
    const stretch: EventStretch = { storeId, filter, limit: 2, after: null };
    const [records] = await readStretches(sql, [stretch], NOW);
    expect(records?.map(({ eventId }) => eventId)).toEqual(events.slice(0, 2));
    const most = status === null ? 2 : EVENTS;
    expect(tasks[0]).toBe(1);
    expect(tasks[1]).toBeLessThanOrEqual(most);
    expect(tasks.slice(2)).toEqual([1]);
    const asked = tasks.length;
    expect(await readIdsOfStretches(sql, [stretch], NOW)).toEqual([events.slice(0, 2)]);
    expect(tasks.slice(asked)).toEqual(tasks.slice(0, asked));
  });

  it('of totals, and of what something will cost, lies with the store and its events', async () => {
    expect([...(await readEventsOfStores(sql, [storeId])).keys()]).toEqual([storeId]);
    expect(tasks[0]).toBe(1);
    expect(tasks[1]).toBeLessThanOrEqual(EVENTS);
    tasks.length = 0;
    expect(await sizesOf(sql, events.slice(0, 1), [storeId])).toMatchObject([
      { eventId: events[0], hours: 1 },
    ]);
    expect(await countEventsOfStores(sql, [storeId], null)).toEqual([{ storeId, events: EVENTS }]);
    expect(new Set(await eventIdsOf(sql, [storeId]))).toEqual(new Set(events));
    expect(tasks).toEqual([1, 1, 1, 1]);
  });

  it('of an event that is added up anew by itself lies in one shard', async () => {
    for (const check of participantRollups)
      expect(await compareRollup(sql, check, { first: events[0]!, last: events[0]! }, 1)).toEqual([]);
    expect(tasks).toEqual(participantRollups.map(() => 1));
  });
});
