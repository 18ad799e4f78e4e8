import { createSettableClock } from '../../src/runtime/clock';
import type { Database } from '../../src/database/database';
import type { ChannelName, Instant } from '../../src/domain/values';
import { claimDue } from '../../src/workers/polling/claims';
import { distributionCompleted, eventCreated, newEvent } from '../harness/messages';
import { batchOf, times } from '../harness/streams/batches';
import { type OpenedDatabase, openServer } from '../harness/streams/databases';
import { createStreamFixture } from '../harness/streams/fixture';

const TV = '지니TV' as ChannelName;
const NOON = Date.parse('2025-10-15T12:00:00Z') as Instant;
const EVENTS = 10;

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
    const claimed = await Promise.all(times(2, () => claimDue(database, TV, 60_000, NOON, EVENTS)));
    const asked = claimed.flatMap(({ claims }) => claims.map(({ question }) => question.eventId));
    expect(asked).toHaveLength(EVENTS);
    expect(new Set(asked).size).toBe(EVENTS);
    expect((await claimDue(opened.database, TV, 60_000, NOON, EVENTS)).examined).toBe(0);
  });
});
