import { z } from 'zod';
import { createBusinessCalendar } from '../../../src/domain/calendar';
import type { Database } from '../../../src/database/database';
import type { EventId, Instant, StoreId } from '../../../src/domain/values';
import { type ParsedMessage, SCHEMAS, type Topic, TOPICS } from '../../../src/workers/messages/topics';
import {
  type AppliedMessages,
  applyAhead,
  applyMessages,
} from '../../../src/workers/projections/apply-messages';
import type {
  AppliedToEvents,
  EventProjection,
  Projection,
  ProjectionWithin,
  StoreProjection,
} from '../../../src/workers/projections/projection';
import { createProjections } from '../../../src/workers/projections/registry';
import { TEST_DIGESTS } from '../../harness/digests';
import { eventCreated, messagesAbout, newEvent } from '../../harness/messages';
import { type OpenedDatabase, openPglite } from '../../harness/streams/databases';

const versionRow = z.object({ version: z.number() });

const projections = createProjections(createBusinessCalendar('Asia/Seoul'), TEST_DIGESTS);
const statements: string[] = [];
let opened: OpenedDatabase;
let database: Database;

beforeAll(async () => {
  opened = await openPglite(({ sql }) => statements.push(sql));
  database = opened.database;
});
afterAll(() => opened.close());

function applyBy<Message>(
  projection: ProjectionWithin<Message>,
  messages: readonly Message[],
): Promise<AppliedMessages> {
  return database.transaction((sql) => applyMessages(sql, projection, messages, Date.now() as Instant));
}

async function apply(topic: Topic, value: object): Promise<AppliedMessages> {
  const projection: Projection<ParsedMessage> = projections[topic];
  const message: ParsedMessage = SCHEMAS[topic].parse(value);
  if (projection.locks !== 'nothing') return applyBy(projection, [message]);
  const changed = await applyAhead(database, projection, [message], Date.now() as Instant);
  return { changed: [changed.has(message)], rejected: new Map(), change: { events: [], stores: [] } };
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

/** A defined event; of messages about it, its ids stand for the message. */
async function definedEvent(): Promise<Ids> {
  const created = SCHEMAS['event.created'].parse(eventCreated(newEvent()));
  await applyBy(projections['event.created'], [created]);
  return created;
}

interface Ids {
  readonly eventId: EventId;
  readonly storeId: StoreId;
}

const STEPS: readonly (readonly [RegExp, string])[] = [
  [/INSERT INTO event_counts.* ORDER BY event_id/s, 'lock events'],
  [/INSERT INTO store_sales.* ORDER BY store_id/s, 'lock stores'],
  [/version = version \+ 1/, 'count the change'],
  [/^apply$/, 'apply'],
];

/** What has been done since the statements were cleared, in this order. */
const steps = (): string[] =>
  statements.flatMap((statement) => STEPS.find(([pattern]) => pattern.test(statement))?.[1] ?? []);

describe('messages applied by a projection of events', () => {
  const projectionOf = (applied: AppliedToEvents): EventProjection<Ids> => ({
    locks: 'events',
    eventOf: ({ eventId }) => eventId,
    apply() {
      statements.push('apply');
      return Promise.resolve(applied);
    },
  });

  it('are applied behind the locks of their events, and then their change is counted', async () => {
    const [one, other] = [await definedEvent(), await definedEvent()];
    statements.length = 0;
    await applyBy(projectionOf({ changed: [true, false, true] }), [one, other, one]);
    expect(steps()).toEqual(['lock events', 'apply', 'count the change']);
    expect([await versionOf(one.eventId), await versionOf(other.eventId)]).toEqual([2, 1]);
  });

  it('report the events that they changed, and the stores of these', async () => {
    const [one, other] = [await definedEvent(), await definedEvent()];
    const { change } = await applyBy(projectionOf({ changed: [false, true, true] }), [one, other, other]);
    expect(change).toEqual({ events: [other.eventId], stores: [other.storeId], moved: [] });
  });

  it('report an event that was moved, and the store that it left', async () => {
    const [moved, { storeId: from }] = [await definedEvent(), await definedEvent()];
    const moves = [{ eventId: moved.eventId, from }];
    const { change } = await applyBy(projectionOf({ changed: [true], moves }), [moved]);
    expect(change).toEqual({
      events: [moved.eventId],
      stores: [moved.storeId, from],
      moved: [moved.eventId],
    });
  });

  it('are not counted a second time when the projection has counted them', async () => {
    const event = await definedEvent();
    statements.length = 0;
    const countedFor = [event.storeId];
    const { change } = await applyBy(projectionOf({ changed: [true], countedFor }), [event]);
    expect(steps()).toEqual(['lock events', 'apply']);
    expect(change).toEqual({ events: [event.eventId], stores: countedFor, moved: [] });
  });

  it('are not committed when the projection does not tell of each what it changed', async () => {
    const event = await definedEvent();
    await expect(applyBy(projectionOf({ changed: [] }), [event])).rejects.toThrow('0 messages out of 1');
    expect(await versionOf(event.eventId)).toBe(1);
  });
});

describe('messages applied by a projection of stores', () => {
  const projection: StoreProjection<Ids> = {
    locks: 'stores',
    storeOf: ({ storeId }) => storeId,
    apply() {
      statements.push('apply');
      return Promise.resolve({ changed: [true, false, true] });
    },
  };

  it('are applied behind the locks of their stores, and report those that they changed', async () => {
    const [one, other] = [await definedEvent(), await definedEvent()];
    statements.length = 0;
    const { change } = await applyBy(projection, [one, other, one]);
    expect(steps()).toEqual(['lock stores', 'apply']);
    expect(change).toEqual({ events: [], stores: [one.storeId] });
  });
});

const LOCKS = {
  events: /^\s*WITH locked AS \(\s*INSERT INTO event_counts.* ORDER BY event_id/s,
  stores: /^\s*WITH locked AS \(\s*INSERT INTO store_sales.* ORDER BY store_id/s,
  nothing: /pg_advisory_xact_lock\(/,
} as const;

describe('the projection of', () => {
  it.each(TOPICS)('%s locks first, and a message applied twice is one change', async (topic) => {
    const ids = newEvent();
    await apply('event.created', eventCreated(ids));
    const message = messagesAbout(ids)[topic];
    const { locks } = projections[topic];
    const before = await versionOf(ids.eventId);
    statements.length = 0;
    const { changed, change } = await apply(topic, message);
    const first = statements.find((statement) => !/^\s*(BEGIN|SET)/i.test(statement));
    expect(first).toMatch(LOCKS[locks]);
    expect(changed).toEqual([true]);
    expect(change.events).toEqual(locks === 'events' ? [ids.eventId] : []);
    expect(change.stores).toEqual(locks === 'nothing' ? [] : [ids.storeId]);
    const again = await apply(topic, message);
    expect(again.changed).toEqual([false]);
    expect([again.change.events, again.change.stores]).toEqual([[], []]);
    // Of one change there is one version, whether the projection or its caller counts it; sales and erasures change no event.
    expect(await versionOf(ids.eventId)).toBe(before + (locks === 'events' ? 1 : 0));
  });
});
