import { createSettableClock } from '../../src/runtime/clock';
import type { Database } from '../../src/database/database';
import { repairDueTimes } from '../../src/database/polls';
import type { ChannelName, Instant } from '../../src/domain/values';
import { claimDue } from '../../src/workers/polling/claims';
import { distributionCompleted, eventCreated, newEvent } from '../harness/messages';
import { batchOf, times } from '../harness/streams/batches';
import { type OpenedDatabase, openServer } from '../harness/streams/databases';
import { createStreamFixture } from '../harness/streams/fixture';

const TV = '지니TV' as ChannelName;
const NOON = Date.parse('2025-10-15T12:00:00Z') as Instant;
const EVENTS = 10;
const iso = (instant: Instant): string => new Date(instant).toISOString();

/** Resolves for everybody once so many have come. */
function meetingOf(expected: number): () => Promise<void> {
  let open: () => void = () => undefined;
  const all = new Promise<void>((resolve) => (open = resolve));
  let here = 0;
  return () => {
    here += 1;
    if (here === expected) open();
    return all;
  };
}

/** The same database, except that every claim waits after reading what is due until all have read it. */
function meetingAfterReading(database: Database, meet: () => Promise<void>): Database {
  return {
    ...database,
    transaction: (work) =>
      database.transaction((sql) =>
        work({
          ...sql,
          query: async (row, statement, ...parameters) => {
            const rows = await sql.query(row, statement, ...parameters);
            if (statement.includes('FROM channel_polls')) await meet();
            return rows;
          },
        }),
      ),
  };
}

describe('what is claimed ahead of its time', () => {
  const MINUTE_MS = 60_000;
  const interval = { intervalMs: 20 * MINUTE_MS, leadMs: 4 * MINUTE_MS };
  const after = (minutes: number) => (NOON + minutes * MINUTE_MS) as Instant;

  it('is not put off by a wrong clock, and never asked about before a start that was moved', async () => {
    const own = await openServer();
    const { database } = own;
    try {
      const stage = createStreamFixture(database, createSettableClock(NOON));
      const define = (event: ReturnType<typeof newEvent>, startAt: Instant, occurredAt: Instant) =>
        stage.append('event.created', [
          eventCreated(event, {
            occurredAt: iso(occurredAt),
            startAt: iso(startAt),
            endAt: iso((NOON + 3_600_000 * 24) as Instant),
          }),
        ]);
      const claim = async (minutes: number) => {
        const size = { limit: 9, questionsPerRequest: 9 };
        const { claims } = await claimDue(database, TV, interval.intervalMs, after(minutes), size);
        return claims.map(({ question, nextAt }) => [question.eventId, nextAt]);
      };
      const [first, second, moved] = [newEvent(), newEvent(), newEvent()];
      const begins = [
        [first, 0],
        [second, 3],
        [moved, 3],
      ] as const;
      for (const [event, minutes] of begins) {
        await define(event, after(minutes), NOON);
        const channels = [{ channel: TV, status: 'SUCCESS', cost: 1 }];
        await stage.append('distribution.completed', [
          distributionCompleted(event.eventId, channels, { occurredAt: iso(NOON) }),
        ]);
      }
      expect(await claim(0)).toHaveLength(1);
      expect(await claim(3)).toHaveLength(2);
      await define(moved, after(23), after(4));
      await claim(4);
      // Two are due after 23 minutes; one of them begins no earlier by now.
      expect(await claim(20)).toEqual([
        [first.eventId, after(40)],
        [second.eventId, after(43)],
      ]);
      expect(await repairDueTimes(database, TV, interval, after(20))).toBe(0);
    } finally {
      await own.close();
    }
  });

  it('is not put off by a wrong clock where it is over, and waits as long as it has been over by then', async () => {
    const own = await openServer();
    const { database } = own;
    try {
      const stage = createStreamFixture(database, createSettableClock(NOON));
      const [runs, ended] = [newEvent(), newEvent()];
      const times = [
        { ...runs, startAt: iso(NOON), endAt: iso(after(1_440)) },
        { ...ended, startAt: iso(after(3)), endAt: iso(after(4)) },
      ];
      for (const { eventId, storeId, ...defined } of times) {
        const event = { eventId, storeId };
        await stage.append('event.created', [eventCreated(event, { occurredAt: iso(NOON), ...defined })]);
        const channels = [{ channel: TV, status: 'SUCCESS', cost: 1 }];
        const occurredAt = iso(NOON);
        await stage.append('distribution.completed', [
          distributionCompleted(eventId, channels, { occurredAt }),
        ]);
      }
      const size = { limit: 9, questionsPerRequest: 9 };
      for (const minutes of [0, 3, 20, 40]) {
        const { claims } = await claimDue(database, TV, interval.intervalMs, after(minutes), size);
        const claimed = claims.find(({ question }) => question.eventId === ended.eventId);
        if (minutes === 40) expect(claimed?.nextAt).toBe(after(82));
        expect(await repairDueTimes(database, TV, interval, after(minutes))).toBe(0);
      }
    } finally {
      await own.close();
    }
  });
});

describe('two workers that claim at the same moment', () => {
  let opened: OpenedDatabase;

  beforeAll(async () => {
    opened = await openServer();
    const stage = createStreamFixture(opened.database, createSettableClock(NOON));
    const events = times(EVENTS, newEvent);
    const occurredAt = new Date(NOON).toISOString();
    const defined = { occurredAt, startAt: occurredAt, endAt: new Date(NOON + 1_000).toISOString() };
    const channels = [{ channel: TV, status: 'SUCCESS', cost: 1 }];
    await stage.apply(
      batchOf(
        'event.created',
        events.map((event) => eventCreated(event, defined)),
      ),
    );
    await stage.apply(
      batchOf(
        'distribution.completed',
        events.map(({ eventId }) => distributionCompleted(eventId, channels, { occurredAt })),
      ),
    );
  });
  afterAll(() => opened.close());

  it('pass over what the other has, and leave nothing behind', async () => {
    const database = meetingAfterReading(opened.database, meetingOf(2));
    const claimed = await Promise.all(
      times(2, () => claimDue(database, TV, 60_000, NOON, { limit: EVENTS })),
    );
    const asked = claimed.flatMap(({ claims }) => claims.map(({ question }) => question.eventId));
    expect(asked).toHaveLength(EVENTS);
    expect(new Set(asked).size).toBe(EVENTS);
    expect((await claimDue(opened.database, TV, 60_000, NOON, { limit: EVENTS })).examined).toBe(0);
  });
});
