import { z } from 'zod';
import { createBusinessCalendar } from '../../../src/domain/calendar';
import type { Database, Sql } from '../../../src/database/database';
import type { EventId, Instant, StoreId } from '../../../src/domain/values';
import { type ParsedMessage, SCHEMAS, type Topic, TOPICS } from '../../../src/workers/messages/topics';
import { type AppliedMessages, applyMessages } from '../../../src/workers/projections/apply-messages';
import type {
  AppliedToEvents,
  EventProjection,
  Projection,
  StoreProjection,
} from '../../../src/workers/projections/projection';
import { createProjections } from '../../../src/workers/projections/registry';
import {
  distributionCompleted,
  eventCreated,
  newEvent,
  participantRegistered,
  salesRecorded,
  viewsMeasured,
} from '../../harness/messages';
import { type OpenedDatabase, openPglite } from '../../harness/streams/databases';

const NOW = Date.parse('2025-10-20T00:00:00Z') as Instant;
const [a, b, c] = ['a', 'b', 'c'] as unknown as readonly [EventId, EventId, EventId];
const store = (name: string): StoreId => name as StoreId;

/** Records what is done in the transaction, and answers the change that is counted with these stores. */
function createRecorder(owners: readonly StoreId[] = []) {
  const steps: unknown[] = [];
  const sql = {
    execute(statement: string, ...[ids]: readonly unknown[]) {
      steps.push([/INTO (event_counts|store_sales)/.exec(statement)?.[1], ids]);
      return Promise.resolve(0);
    },
    query(_row: unknown, statement: string, ...[ids]: readonly unknown[]) {
      steps.push([/version = version \+ 1/.exec(statement)?.[0], ids]);
      return Promise.resolve(owners.map((storeId) => ({ storeId })));
    },
  } as unknown as Sql;
  return { sql, steps };
}

describe('messages applied by a projection of events', () => {
  function projectionOf(steps: unknown[], applied: AppliedToEvents): EventProjection<EventId> {
    return {
      locks: 'events',
      eventOf: (message) => message,
      apply(_sql, messages) {
        steps.push(['apply', messages]);
        return Promise.resolve(applied);
      },
    };
  }

  it('are applied behind the locks of their events, and then their change is counted', async () => {
    const { sql, steps } = createRecorder();
    const projection = projectionOf(steps, { changed: [true, false, true, true] });
    await applyMessages(sql, projection, [b, a, c, b], NOW);
    expect(steps).toEqual([
      ['event_counts', [b, a, c]],
      ['apply', [b, a, c, b]],
      ['version = version + 1', [b, c]],
    ]);
  });

  it('report the events that they changed, and the stores of these', async () => {
    const { sql, steps } = createRecorder([store('of b')]);
    const applied = await applyMessages(
      sql,
      projectionOf(steps, { changed: [false, true, true] }),
      [a, b, b],
      NOW,
    );
    expect(applied.change).toEqual({ events: [b], stores: ['of b'], moved: [] });
  });

  it('report an event that was moved, and the store that it left', async () => {
    const { sql, steps } = createRecorder([store('new')]);
    const moves = [{ eventId: a, from: store('old') }];
    const applied = await applyMessages(sql, projectionOf(steps, { changed: [true], moves }), [a], NOW);
    expect(applied.change).toEqual({ events: [a], stores: ['new', 'old'], moved: [a] });
  });

  it('are not counted a second time when the projection has counted them', async () => {
    const { sql, steps } = createRecorder();
    const countedFor = [store('of a')];
    const applied = await applyMessages(sql, projectionOf(steps, { changed: [true], countedFor }), [a], NOW);
    expect(steps).toEqual([
      ['event_counts', [a]],
      ['apply', [a]],
    ]);
    expect(applied.change).toEqual({ events: [a], stores: countedFor, moved: [] });
  });

  it('are not committed when the projection does not tell of each what it changed', async () => {
    const { sql, steps } = createRecorder();
    const applying = applyMessages(sql, projectionOf(steps, { changed: [] }), [a], NOW);
    await expect(applying).rejects.toThrow('0 messages out of 1');
  });
});

describe('messages applied by a projection of stores', () => {
  it('are applied behind the locks of their stores, and report those that they changed', async () => {
    const { sql, steps } = createRecorder();
    const projection: StoreProjection<StoreId> = {
      locks: 'stores',
      storeOf: (message) => message,
      apply(_sql, messages) {
        steps.push(['apply', messages]);
        return Promise.resolve({ changed: [true, false, true] });
      },
    };
    const sales = [store('y'), store('x'), store('y')];
    const applied = await applyMessages(sql, projection, sales, NOW);
    expect(steps).toEqual([
      ['store_sales', ['y', 'x']],
      ['apply', sales],
    ]);
    expect(applied.change).toEqual({ events: [], stores: ['y'] });
  });
});

const versionRow = z.object({ version: z.number() });

describe('the projection of', () => {
  const projections = createProjections(createBusinessCalendar('Asia/Seoul'));
  const made: Readonly<Record<Topic, (ids: { eventId: string; storeId: string }) => object>> = {
    'event.created': (ids) => eventCreated(ids, { occurredAt: new Date().toISOString() }),
    'participant.registered': ({ eventId }) => participantRegistered(eventId),
    'distribution.completed': ({ eventId }) =>
      distributionCompleted(eventId, [{ channel: 'Instagram', status: 'SUCCESS', cost: 1 }]),
    'channel.views-measured': ({ eventId }) => viewsMeasured(eventId, 'Instagram', 1),
    'sales.recorded': ({ storeId }) => salesRecorded(storeId, 1),
  };
  const statements: string[] = [];
  let opened: OpenedDatabase;
  let database: Database;

  beforeAll(async () => {
    opened = await openPglite(({ sql }) => statements.push(sql));
    database = opened.database;
  });
  afterAll(() => opened.close());

  function apply(topic: Topic, message: object): Promise<AppliedMessages> {
    const projection: Projection<ParsedMessage> = projections[topic];
    const parsed = SCHEMAS[topic].parse(message);
    return database.transaction((sql) => applyMessages(sql, projection, [parsed], Date.now() as Instant));
  }

  /** How often an event has changed; 0 while it has no row. */
  async function versionOf(eventId: string): Promise<number> {
    const [row] = await database.query(
      versionRow,
      'SELECT version::int FROM event_counts WHERE event_id = $1::uuid',
      eventId,
    );
    return row?.version ?? 0;
  }

  it.each(TOPICS)('%s locks first, and a message applied twice is one change', async (topic) => {
    const ids = newEvent();
    await apply('event.created', eventCreated(ids));
    const message = made[topic](ids);
    const before = await versionOf(ids.eventId);
    statements.length = 0;
    const { changed, change } = await apply(topic, message);
    const first = statements.find((statement) => !/^\s*(BEGIN|SET)/i.test(statement));
    expect(first).toMatch(
      topic === 'sales.recorded' ? /^\s*INSERT INTO store_sales/ : /^\s*INSERT INTO event_counts/,
    );
    expect(first).toMatch(/ORDER BY (event|store)_id/);
    expect(changed).toEqual([true]);
    expect(change.events).toEqual(topic === 'sales.recorded' ? [] : [ids.eventId]);
    expect(change.stores).toEqual([ids.storeId]);
    const again = await apply(topic, message);
    expect(again.changed).toEqual([false]);
    expect([again.change.events, again.change.stores]).toEqual([[], []]);
    // Of one change there is one version, whoever counts it; sales change no event.
    expect(await versionOf(ids.eventId)).toBe(before + (topic === 'sales.recorded' ? 0 : 1));
  });
});
