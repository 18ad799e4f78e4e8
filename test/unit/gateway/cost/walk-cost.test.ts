import { Kind, parse } from 'graphql';
import { randomUUID } from 'node:crypto';
import type { EventSizes } from '../../../../src/database/sizes';
import type { EventId, Instant, StoreId } from '../../../../src/domain/values';
import { createBudget } from '../../../../src/gateway/cost/budget';
import { type AskedPage, keyOf } from '../../../../src/gateway/cost/pages';
import { planDocument } from '../../../../src/gateway/cost/plan';
import { createPricing } from '../../../../src/gateway/cost/cost';
import { AskedSizes, assumedSizes } from '../../../../src/gateway/cost/sizes';
import { SERVICE } from '../../../../src/gateway/execute';
import { buildSchema } from '../../../../src/resolvers/build-schema';

const schema = buildSchema();
const STORE = randomUUID() as StoreId;
const NOW = Date.parse('2025-10-22T10:30:00Z') as Instant;
const HOUR_MS = 3_600_000;

const sizesOf = (eventId: EventId): EventSizes => ({
  eventId,
  storeId: STORE,
  startAt: (NOW - 10 * HOUR_MS) as Instant,
  endAt: (NOW + HOUR_MS) as Instant,
  firstHour: (NOW - 10 * HOUR_MS) as Instant,
  lastHour: (NOW - HOUR_MS) as Instant,
  hours: 10,
  channels: 3,
  storeEvents: 4,
});

/** What a text costs where the store has these events, and what was looked at for it. */
async function costOf(text: string, { events = [] as EventId[], max = 1_000_000 } = {}) {
  const looked: string[] = [];
  const budget = createBudget({
    schema,
    maxCost: max,
    clock: { now: () => NOW },
    sizes: {
      events(_viewer, ids) {
        looked.push(`events: ${ids.length}`);
        return Promise.resolve(ids.map(sizesOf));
      },
      stores(_viewer, ids) {
        looked.push('stores');
        return Promise.resolve(ids.map((storeId) => ({ storeId, events: events.length })));
      },
      pages(_viewer, pages) {
        looked.push('pages');
        const onPage = (page: AskedPage) => [keyOf(page), events.slice(0, page.limit)] as const;
        return Promise.resolve(new Map(pages.map(onPage)));
      },
    },
  });
  const { operation, document } = operationIn(text);
  const plan = planDocument(schema, document)(operation);
  const { signal: gone } = new AbortController();
  const cost = await budget.price({ plan, operation, variables: {}, viewer: SERVICE, gone });
  return { cost, looked };
}

function operationIn(text: string) {
  const document = parse(text);
  const [operation] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('The text has no operation.');
  return { operation, document };
}

const ids = (length: number): EventId[] => Array.from({ length }, () => randomUUID() as EventId);
const page = (node: string, first = 100): string =>
  `{ events(storeId: "${STORE}", first: ${first}) { edges { node { ${node} } } } }`;
const TREND = 'participationTrend(timeUnit: HOURLY) { dataPoints { timestamp participantCount } }';

describe('the cost of a walk from events to their dashboards', () => {
  test('is that of the events which are there, read in one look at the page and one at their sizes', async () => {
    const events = ids(3);
    const { cost, looked } = await costOf(page(`dashboard { ${TREND} }`), { events });
    expect(looked).toEqual(['pages', 'events: 3']);
    const dashboards = `{ dashboards(eventIds: ${JSON.stringify(events)}) { ${TREND} } }`;
    const alike = (await costOf(dashboards, { events })).cost;
    const bare = (await costOf(page('__typename'), { events })).cost;
    // As much as the same dashboards by their ids, a little for the way there, and the page that may be full.
    expect(cost).toBeGreaterThan(alike);
    expect(cost).toBeLessThan(alike + bare + 3 * 40);
  });

  test('is little where there are none, however large the page may be', async () => {
    const { cost } = await costOf(page(`dashboard { ${TREND} }`), { events: [] });
    expect(cost).toBeLessThan((await costOf(page('__typename'))).cost + 10);
  });

  test('grows with each event as dashboards do', async () => {
    const walk = async (count: number) =>
      (await costOf(page('dashboard { roiAnalysis { roiCalculation { roi } } }'), { events: ids(count) }))
        .cost;
    const each = (await walk(21)) - (await walk(20));
    expect((await walk(22)) - (await walk(21))).toBe(each);
    expect(each).toBeGreaterThan(15 + 30 + 30);
  });

  test('looks at nothing where no dashboard is selected, or where it is cheap', async () => {
    expect((await costOf(page('title eventId'))).looked).toEqual([]);
    expect((await costOf(page('dashboard { eventId }', 2))).looked).toEqual([]);
  });

  test('counts what another filter lists as another page', async () => {
    const two = `{ a: events(storeId: "${STORE}", status: ENDED) { ...F } b: events(storeId: "${STORE}", status: RUNNING) { ...F } }
      fragment F on EventConnection { edges { node { dashboard { ${TREND} } } } }`;
    const one = two.replace('RUNNING', 'ENDED');
    const events = ids(4);
    expect((await costOf(two, { events })).cost).toBe((await costOf(one, { events })).cost);
    expect((await costOf(two, { events })).looked).toEqual(['pages', 'events: 4']);
  });

  test('is refused where the pages alone are too costly', async () => {
    const many = Array.from(
      { length: 20 },
      (_, index) => `a${index}: ${page('dashboard { eventId }').slice(2, -2)}`,
    );
    await expect(costOf(`{ ${many.join(' ')} }`, { max: 20_000 })).rejects.toMatchObject({
      code: 'OPERATION_TOO_COSTLY',
    });
  });
});

describe('what pricing takes does not grow', () => {
  const ROI = 'dashboard { roiAnalysis { roiCalculation { roi } } participationTrend { timeUnit } }';

  test('with the length of a cursor: one that is none of ours leads to no events', async () => {
    const cursor = Buffer.from(`1761129000000 ${randomUUID()}`).toString('base64url');
    const behind = (after: string) => page(ROI).replace('first', `after: "${after}", first`);
    expect((await costOf(behind(cursor), { events: ids(3) })).looked).toEqual(['pages', 'events: 3']);
    // What is no letter of base64 is passed over by whatever decodes it.
    for (const none of ['a'.repeat(90_000), cursor + '!'.repeat(90_000)])
      expect(await costOf(behind(none), { events: ids(3) })).toEqual({ cost: 37, looked: [] });
  });

  test('with the pages that are asked for, beyond what an operation may cost', () => {
    const stores = Array.from({ length: 100 }, () => ({ __typename: 'Store', storeId: randomUUID() }));
    const pages = Array.from(
      { length: 30 },
      (_, index) => `a${index}: events(first: ${100 - index}) { edges { node { ${ROI} } } }`,
    );
    const text = `query ($all: [_Any!]!) { _entities(representations: $all) { ... on Store { ${pages.join(' ')} } } }`;
    const { cost, steps } = stepsOf(text, { all: stores }, 100_000);
    expect(cost).toBeGreaterThan(100_000);
    expect(steps).toBeLessThan(200);
    expect(stepsOf(text, { all: stores }, Infinity).steps).toBeGreaterThan(3_000);
  });

  test('with the entries of a page that has not been looked at', () => {
    const few = stepsOf(page(ROI, 2), {}, Infinity);
    const many = stepsOf(page(ROI, 100), {}, Infinity);
    expect(many.steps).toBe(few.steps);
    expect(many.cost).toBeGreaterThan(40 * few.cost);
  });

  /** How often pricing looks at a size while it knows none. */
  function stepsOf(text: string, variables: Readonly<Record<string, unknown>>, most: number) {
    const subgraph = buildSchema({ federation: true });
    let steps = 0;
    const counted = new Proxy(assumedSizes(new AskedSizes()), {
      get(target, name, receiver): unknown {
        steps += 1;
        return Reflect.get(target, name, receiver);
      },
    });
    const { operation, document } = operationIn(text);
    const plan = planDocument(subgraph, document)(operation);
    return { cost: createPricing(subgraph)({ plan, variables, sizes: counted, most }), steps };
  }
});

describe('the cost of a store', () => {
  const store = (fields: string, alias = 'a'): string => `${alias}: store(id: "${STORE}") { ${fields} }`;

  test('grows with all its events where its totals are selected, and once', async () => {
    const totals = async (count: number, text = `{ ${store('totals { views }')} }`) =>
      (await costOf(text, { events: ids(count) })).cost;
    expect((await totals(300)) - (await totals(200))).toBe(2_000);
    const twice = `{ ${store('totals { views }')} ${store('totals { views }', 'b')} }`;
    expect((await totals(300, twice)) - (await totals(300))).toBeLessThan(100);
  });

  test('is more than an operation may cost where totals are of five thousand events', async () => {
    const text = `{ ${store('totals { events participants views cost revenue }')} }`;
    const totals = (count: number) => costOf(text, { events: ids(count), max: 100_000 });
    expect((await totals(4_990)).cost).toBeLessThan(100_000);
    await expect(totals(5_000)).rejects.toMatchObject({ code: 'OPERATION_TOO_COSTLY' });
  });

  test('with a page of its events is that of the page', async () => {
    const events = ids(3);
    const below = `events(first: 100) { edges { node { dashboard { ${TREND} } } } }`;
    const walk = page(`dashboard { ${TREND} }`);
    const difference =
      (await costOf(`{ ${store(below)} }`, { events })).cost - (await costOf(walk, { events })).cost;
    expect(difference).toBe(21);
  });
});
