import { randomUUID } from 'node:crypto';
import { graphql } from 'graphql';
import { bitOf, type FactKind, without } from '../../src/database/facts/kinds';
import type { ReadFacts } from '../../src/database/facts/read-facts';
import { createBusinessCalendar } from '../../src/domain/calendar';
import { createContextFor, SERVICE } from '../../src/gateway/execute';
import { createContext, type OperationContext } from '../../src/resolvers/context';
import { systemClock } from '../../src/runtime/clock';
import { buildSchema } from '../../src/resolvers/build-schema';
import { eventCreated, newEvent, participantRegistered, viewsMeasured } from '../harness/messages';
import { askAny } from '../harness/operations/client';
import { kindsNeeded } from '../harness/operations/kinds-needed';
import { everyFieldOf, everyPartOfDashboard } from '../harness/schema-walk';
import { startTestService, type TestService } from '../harness/service';

/** Reads all that is wanted but the facts of one kind. */
const withholding =
  (kind: FactKind, { readFacts }: Pick<OperationContext, 'readFacts'>): ReadFacts =>
  ({ wanted, ...asked }) =>
    readFacts({
      ...asked,
      wanted: wanted.map(({ eventId, kinds }) => ({ eventId, kinds: without(kinds, bitOf(kind)) })),
    });

/** Each field declares the facts that it needs. What is selected twice or on a condition is read as if selected once. */
describe('the facts of a selection', () => {
  const ids = newEvent();
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
    const { rejected } = await service.post([
      { topic: 'event.created', value: eventCreated(ids) },
      { topic: 'participant.registered', value: participantRegistered(ids.eventId) },
      { topic: 'channel.views-measured', value: viewsMeasured(ids.eventId, '지니TV', 50) },
    ]);
    expect(rejected).toEqual([]);
  });
  afterAll(() => service.stop());

  const ask = (query: string, variables: Readonly<Record<string, unknown>> = {}) =>
    askAny(service.origin, service.token(), { query, variables: { id: ids.eventId, ...variables } });

  const PLAIN = `query ($id: UUID!) { dashboard(eventId: $id) {
    summaryCards { totalViews { count } salesGrowth { rate } } channelPerformance { views } participationTrend { timeUnit } } }`;

  const schema = buildSchema();
  const parts = everyPartOfDashboard(schema);
  const queryFor = (selection: string) => `query ($id: UUID!) { dashboard(eventId: $id) { ${selection} } }`;
  it.each(parts)('are read for one field alone: %s', async (_what, selection) => {
    const { data, errors } = await ask(queryFor(selection));
    expect(errors).toEqual([]);
    expect(data).toMatchObject({ dashboard: {} });
  });

  it.each(
    parts.flatMap(([what, selection]) =>
      kindsNeeded(schema, queryFor(selection)).map((kind) => ({ what, selection, kind })),
    ),
  )('are all needed: $kind by $what', async ({ selection, kind }) => {
    const clock = systemClock;
    const calendar = createBusinessCalendar('Asia/Seoul');
    const contextFor = createContextFor({
      ...{ database: service.database, calendar, clock, industryRefreshMs: 300_000 },
    });
    const context = contextFor(SERVICE);
    const { errors } = await graphql({
      ...{ schema, source: queryFor(selection), variableValues: { id: ids.eventId } },
      contextValue: createContext({ ...context, readFacts: withholding(kind, context) }),
    });
    expect(errors?.map(({ message }) => message)).toContainEqual(
      expect.stringContaining(`The ${kind} of an event were not read`),
    );
  });

  it.each(everyFieldOf(schema, 'Dashboard'))(
    'are read on the way from an event, alone or on a page: %s',
    async (_what, selection) => {
      const { data, errors } = await ask(
        `query ($id: UUID!, $store: UUID!) { event(id: $id) { dashboard { ${selection} } }
           store(id: $store) { events { edges { node { dashboard { ${selection} } } } } } }`,
        { store: ids.storeId },
      );
      expect(errors).toEqual([]);
      const { event } = data as { event: unknown };
      expect(data).toMatchObject({ store: { events: { edges: [{ node: event }] } } });
    },
  );

  it.each([
    [
      'the same key with different selections',
      `query ($id: UUID!) { dashboard(eventId: $id) { summaryCards { totalViews { count } } channelPerformance { views } }
       dashboard(eventId: $id) { summaryCards { salesGrowth { rate } } participationTrend { timeUnit } } }`,
    ],
    [
      'fragments of the root that name the same key',
      `query ($id: UUID!) { ...A ...B ... on Query { dashboard(eventId: $id) { participationTrend { timeUnit } } } }
       fragment A on Query { dashboard(eventId: $id) { ...C } }
       fragment B on Query { dashboard(eventId: $id) { summaryCards { ...D } channelPerformance { views } } }
       fragment C on Dashboard { summaryCards { ... @include(if: true) { totalViews { count } } } }
       fragment D on SummaryCards { salesGrowth { rate } }`,
    ],
    [
      'a condition with a default',
      `query ($id: UUID!, $no: Boolean = false, $yes: Boolean! = true) { dashboard(eventId: $id) {
         summaryCards { totalViews @skip(if: $no) { count } ...D @include(if: $yes) } channelPerformance { views }
         ... @include(if: $yes) @skip(if: $no) { participationTrend { timeUnit } } } }
       fragment D on SummaryCards { salesGrowth { rate } }`,
    ],
  ])('are all there: %s', async (_what, query) => {
    const { data, errors } = await ask(query);
    expect(errors).toEqual([]);
    expect(data).toEqual((await ask(PLAIN)).data);
  });

  it('are those of a condition as it is this time, not as it was the last time', async () => {
    const query = `query ($id: UUID!, $all: Boolean!) { dashboard(eventId: $id) { ...F @include(if: $all) eventId } }
      fragment F on Dashboard { channelPerformance { views } summaryCards { totalViews { count } } }`;
    for (const all of [false, true, false, true]) {
      const { data, errors } = await ask(query, { all });
      expect(errors).toEqual([]);
      expect(Object.keys((data as { dashboard: object }).dashboard)).toHaveLength(all ? 3 : 1);
    }
  });

  it('are those of each key, where several share a fragment', async () => {
    const query = `query ($id: UUID!, $other: UUID!) { a: dashboard(eventId: $id) { ...F } b: dashboard(eventId: $id) { ...F validUntil }
        c: dashboards(eventIds: [$id, $other, $id]) { ...F averagedStores } event(id: $id) { title } }
      fragment F on Dashboard { summaryCards { totalViews { count } } }`;
    const { data, errors } = await ask(query, { other: randomUUID() });
    const views = { summaryCards: { totalViews: { count: 50 } } };
    expect(errors).toMatchObject([{ path: ['c', 1], extensions: { code: 'EVENT_NOT_FOUND' } }]);
    expect(data).toMatchObject({ a: views, b: views, c: [views, null, views] });
  });

  it('are none where a condition is null, which is a mistake of the client', async () => {
    const query = `query ($id: UUID!, $if: Boolean = true) {
      dashboard(eventId: $id) { eventId summaryCards { totalViews @include(if: $if) { count } } } }`;
    const { errors } = await ask(query, { if: null });
    expect(errors).toMatchObject([{ path: ['dashboard'], extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});
