import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { WholeDashboardsOfDocument } from '../../src/generated/test-operations';
import { createBusinessCalendar } from '../../src/domain/calendar';
import type { Asked } from '../../src/database/facts/fact-source';
import { FACT_SOURCES, type FactKind, factKinds, NO_FACTS } from '../../src/database/facts/kinds';
import { createSharedReads } from '../../src/database/facts/shared-reads';
import type { EventId, Instant, StoreId } from '../../src/domain/values';
import { buildSchema } from '../../src/resolvers/build-schema';
import { needsOf } from '../../src/resolvers/needs';
import { TOPICS } from '../../src/workers/messages/topics';
import { type ServiceUnderContract, startUnderContract } from '../harness/contract/service';
import { eventCreated, messagesAbout, participantRegistered } from '../harness/messages';
import { ask, askAny } from '../harness/operations/client';
import { kindsNeeded } from '../harness/operations/kinds-needed';
import { everyPartOfDashboard, fieldsSelected, fieldsWhere } from '../harness/schema-walk';
import { tablesIn } from '../harness/streams/stored';

const HOUR_MS = 3_600_000;
const hoursAgo = (hours: number): string => new Date(Date.now() - hours * HOUR_MS).toISOString();

describe('the statements that an operation costs', () => {
  let service: ServiceUnderContract;
  let tables: string[];
  const ofOneStore: string[] = [];
  const ofManyStores: string[] = [];

  beforeAll(async () => {
    service = await startUnderContract();
    tables = await tablesIn(service.database);
    const oneStore = randomUUID();
    // The newest 50 of a store's 60, so that each has some before it that are not asked for.
    for (let index = 0; index < 60; index++) {
      const eventId = await known(oneStore, 200 - index);
      if (index >= 10) ofOneStore.push(eventId);
    }
    for (let index = 0; index < 50; index++) {
      const storeId = randomUUID();
      // The event to be looked at has one before it, to be compared with.
      await known(storeId, 300);
      ofManyStores.push(await known(storeId, 100));
    }
    await sendPending();
  });
  afterAll(() => service.stop());

  const pending: { topic: string; value: Readonly<Record<string, unknown>> }[] = [];

  /** An event of which a message of every topic has arrived. */
  async function known(storeId: string, startedHoursAgo: number): Promise<string> {
    const eventId = randomUUID();
    const ids = { eventId, storeId };
    const messages = {
      ...messagesAbout(ids),
      'event.created': eventCreated(ids, { startAt: hoursAgo(startedHoursAgo) }),
    };
    pending.push(...TOPICS.map((topic) => ({ topic, value: messages[topic] })));
    if (pending.length >= 200) await sendPending();
    return eventId;
  }

  async function sendPending(): Promise<void> {
    const { rejected } = await service.post(pending.splice(0));
    expect(rejected).toEqual([]);
  }

  async function statementsOf(work: () => Promise<{ errors: readonly unknown[] }>): Promise<number> {
    // How large its events are is looked at once, for judging what it will cost.
    await work();
    service.statements.length = 0;
    expect((await work()).errors).toEqual([]);
    // What ends the snapshot asks for nothing.
    return service.statements.filter(({ sql }) => sql !== 'COMMIT').length;
  }

  const whole = (eventIds: string[]) => () =>
    ask(service.origin, service.token(), WholeDashboardsOfDocument, { eventIds });

  it('are one for 50 whole dashboards as for one, of one store or of 50', async () => {
    // The one with an earlier event to compare itself with: it needs all that any dashboard needs.
    expect(await statementsOf(whole(ofOneStore.slice(-1)))).toBe(1);
    expect(await statementsOf(whole(ofOneStore))).toBe(1);
    expect(await statementsOf(whole(ofManyStores))).toBe(1);
    expect(await statementsOf(whole([...ofOneStore.slice(25), ...ofManyStores.slice(25)]))).toBe(1);
  });

  const queryFor = (selection: string) =>
    `query ($ids: [UUID!]!) { dashboards(eventIds: $ids) { ${selection} } }`;
  const asked = (selection: string, ids: readonly string[]) => () =>
    askAny(service.origin, service.token(), { query: queryFor(selection), variables: { ids } });
  const lastText = (): string => service.statements.at(-1)?.sql ?? '';

  const anyAsked: Asked = {
    ofEvent: (column) => column,
    ofStore: (column) => column,
    today: 'now()',
    knownStores: '0',
  };
  const beside = ['events', 'event_counts', 'store_sales'];
  /** The tables that a statement reads beside those of every event. */
  const tablesReadBy = (sql: string): string[] =>
    tables.filter((table) => !beside.includes(table) && new RegExp(`\\b(FROM|JOIN) ${table}\\b`).test(sql));

  const schema = buildSchema();
  const parts = everyPartOfDashboard(schema);

  it.each([
    ...parts,
    [
      'the trend in both units',
      'a: participationTrend(timeUnit: DAILY) { timeUnit } b: participationTrend(timeUnit: HOURLY) { timeUnit }',
    ],
    ['a fragment', '...F } } fragment F on Dashboard { summaryCards { salesGrowth { rate }'],
    ['what is left out', 'eventTitle channelPerformance @skip(if: true) { views }'],
  ])('are one, of no more than the selection needs: %s', async (_what, selection) => {
    const sources = kindsNeeded(schema, queryFor(selection)).map((kind) => FACT_SOURCES[kind].sql(anyAsked));
    for (const ids of [ofManyStores.slice(0, 1), ofManyStores, ofOneStore]) {
      expect(await statementsOf(asked(selection, ids))).toBe(1);
      expect(tablesReadBy(lastText())).toEqual(tablesReadBy(sources.join(' ')));
    }
  });

  it('are of these tables for the ROI card, and of none for what the event itself says', async () => {
    const [eventId = ''] = ofManyStores;
    await statementsOf(asked('summaryCards { roi { value } }', [eventId]));
    const ofIndustry = ['industry_refreshes', 'industry_stores', 'industry_totals'];
    expect(tablesReadBy(lastText())).toEqual([
      ...['daily_sales', 'event_channels'],
      ...ofIndustry,
      'platform_states',
    ]);
    await statementsOf(asked('eventId storeId eventTitle lastUpdated', [eventId]));
    expect(tablesReadBy(lastText())).toEqual([]);
  });

  it('are looked at for every field that needs facts', () => {
    const needing = fieldsWhere(schema, (field) => needsOf(field) !== NO_FACTS);
    const selected = parts.flatMap(([, selection]) => fieldsSelected(schema, queryFor(selection)));
    expect(needing).toContain('Dashboard.channelPerformance');
    expect(needing.filter((field) => !selected.includes(field))).toEqual([]);
  });

  it('are two for a page of events and their dashboards, and one more for the totals, however many events', async () => {
    const { storeId } = (
      await service.database.query(
        z.object({ storeId: z.string() }),
        'SELECT store_id::text AS "storeId" FROM events WHERE event_id = $1::uuid',
        ofOneStore[0],
      )
    )[0]!;
    const walk = (first: number, fields: string) => () =>
      askAny(service.origin, service.token(), {
        query: `{ store(id: "${storeId}") { events(first: ${first}) { edges { node { dashboard { channelPerformance { views } } } } } ${fields} } }`,
      });
    expect(await statementsOf(walk(3, ''))).toBe(2);
    // What might be costly is judged by what stands on the page, and by how many events the store has.
    const judged = (statements: number): number => statements + 1;
    expect(await statementsOf(walk(60, ''))).toBe(judged(2));
    expect(await statementsOf(walk(60, 'totals { revenue }'))).toBe(judged(judged(3)));
  });

  it('are one for everything that is asked of single events at the same time', async () => {
    const [first, second] = ofManyStores;
    const query = `{ event(id: "${first}") { title } a: dashboard(eventId: "${first}") { validUntil }
      b: dashboard(eventId: "${second}") { participationTrend { timeUnit } channelPerformance { views } } }`;
    expect(await statementsOf(() => askAny(service.origin, service.token(), { query }))).toBe(1);
  });

  it('are one for all that ask for little in the same turn, each of whom is told what is theirs to read', async () => {
    const read = createSharedReads(service.database)('somebody');
    const moment = { calendar: createBusinessCalendar('UTC'), now: Date.now() as Instant };
    const [first, second] = ofManyStores as EventId[];
    const wanted = (eventId: EventId | undefined, ...kinds: FactKind[]) => [
      { eventId: eventId!, kinds: factKinds(kinds) },
    ];
    const everything = { stores: null, audience: new Set<StoreId>() };
    const [known] = await read({ wanted: wanted(first), moment, readFor: everything });
    const owner = { stores: new Set([known!.event.storeId]), audience: new Set<StoreId>() };

    service.statements.length = 0;
    const [ofOwner, ofStranger, ofAdmin, ofNobody] = await Promise.all([
      read({ wanted: wanted(first, 'channels'), moment, readFor: owner }),
      read({ wanted: wanted(second, 'channels'), moment, readFor: owner }),
      read({ wanted: wanted(second, 'hours', 'industry'), moment, readFor: everything }),
      read({ wanted: wanted(randomUUID() as EventId, 'hours'), moment, readFor: owner }),
    ]);
    expect(service.statements).toHaveLength(1);
    expect(ofOwner[0]?.event.eventId).toBe(first);
    expect(ofOwner[0]?.channels.map(({ channel }) => channel).sort()).toEqual(['Instagram', 'channel 0']);
    expect(ofStranger[0]?.event.eventId).toBe(second);
    expect(() => ofStranger[0]?.channels).toThrow('not read');
    expect(ofAdmin[0]?.event.eventId).toBe(second);
    expect(ofAdmin[0]?.of('hours')).toMatchObject([{ registrations: 1 }]);
    expect(() => ofAdmin[0]?.channels).toThrow('@Needs');
    expect(ofNobody).toEqual([null]);
  });

  it('look nothing up of what the reader may not read', async () => {
    const [first] = ofManyStores as EventId[];
    let looked = '';
    const [told] = await createSharedReads({
      ...service.database,
      async query(row, ...statement) {
        const rows = await service.database.query(row, ...statement);
        looked = JSON.stringify(rows);
        return rows;
      },
    })('somebody')({
      wanted: [{ eventId: first!, kinds: factKinds(['channels', 'profile']) }],
      moment: { calendar: createBusinessCalendar('UTC'), now: Date.now() as Instant },
      readFor: { stores: new Set(['00000000-0000-4000-8000-000000000000' as StoreId]), audience: new Set() },
    });
    expect(told?.event.eventId).toBe(first);
    expect(looked).toContain(first);
    expect(looked).not.toMatch(/channel 0|GENDER/);
  });

  it('fail for all who share one when it does', async () => {
    const failing = createSharedReads({
      isDistributed: false,
      query: () => Promise.reject(new Error('no such table')),
      execute: () => Promise.resolve(0),
    })('somebody');
    const asked = {
      wanted: [],
      moment: { calendar: createBusinessCalendar('UTC'), now: Date.now() as Instant },
      readFor: { stores: null, audience: new Set<StoreId>() },
    };
    const both = await Promise.allSettled([failing(asked), failing(asked)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('fail only for whom they cannot be answered, however many share one', async () => {
    const [broken, sound] = ofManyStores as EventId[];
    const startAt = (sql: string) =>
      service.database.execute(`UPDATE events SET start_at = ${sql} WHERE event_id = $1::uuid`, broken);
    // No message does that: no instant of ours is without end.
    await startAt("'infinity'");
    const read = createSharedReads(service.database)('somebody');
    const readFor = { stores: null, audience: new Set<StoreId>() };
    const moment = { calendar: createBusinessCalendar('UTC'), now: Date.now() as Instant };
    const one = (eventId: EventId | undefined) =>
      read({ wanted: [{ eventId: eventId!, kinds: factKinds(['channels']) }], moment, readFor });
    const [ofBroken, ofSound] = await Promise.allSettled([one(broken), one(sound)]);
    await startAt("end_at - interval '1 hour'");
    expect(ofBroken.status).toBe('rejected');
    expect(ofSound).toMatchObject({ status: 'fulfilled', value: [{ event: { eventId: sound } }] });
  });

  it('need a snapshot around them only where there are several', async () => {
    const [first] = ofManyStores;
    const page = `events(storeId: "${randomUUID()}") { edges { cursor } }`;
    const lone = () => askAny(service.origin, service.token(), { query: `{ ${page} }` });
    expect(await statementsOf(lone)).toBe(1);
    expect(service.statements).toHaveLength(1);
    const query = `{ ${page} dashboard(eventId: "${first}") { eventTitle } }`;
    expect(await statementsOf(() => askAny(service.origin, service.token(), { query }))).toBe(2);
    expect(service.statements.at(-1)?.sql).toBe('COMMIT');
  });

  it('are none when the reader is not known, or the request is none', async () => {
    service.statements.length = 0;
    await ask(service.origin, undefined, WholeDashboardsOfDocument, { eventIds: ofOneStore });
    await askAny(service.origin, service.token(), { query: '{ nonsense }' });
    await askAny(service.origin, service.token(), { query: '{ __typename }' });
    expect(service.statements).toEqual([]);
  });

  it('read a number of rows that does not grow with the participants', async () => {
    const eventId = ofOneStore[49] ?? '';
    const rowsOf = async (): Promise<number> => {
      await statementsOf(whole([eventId]));
      return service.statements.reduce((sum, { rows }) => sum + rows, 0);
    };
    const before = await rowsOf();
    const template = participantRegistered(eventId);
    await service.send(
      'participant.registered',
      ...Array.from({ length: 1_000 }, () => ({
        ...template,
        messageId: randomUUID(),
        participantId: randomUUID(),
      })),
    );
    expect(await rowsOf()).toBeLessThanOrEqual(before + 1);
  });
});
