import { Kind, parse } from 'graphql';
import { randomUUID } from 'node:crypto';
import type { Instant } from '../../../../src/domain/values';
import { createBudget } from '../../../../src/gateway/cost/budget';
import { planDocument } from '../../../../src/gateway/cost/plan';
import { SERVICE } from '../../../../src/gateway/execute';
import { buildSchema } from '../../../../src/resolvers/build-schema';

const schema = buildSchema({ federation: true });

/** What a text costs where nothing is known of any event but that it is. */
async function cost(text: string, variables: Readonly<Record<string, unknown>> = {}): Promise<number> {
  const budget = createBudget({
    schema,
    maxCost: 1_000_000,
    clock: { now: () => 0 as Instant },
    sizes: {
      events: () => Promise.resolve([]),
      stores: (_viewer, ids) => Promise.resolve(ids.map((storeId) => ({ storeId, events: 7 }))),
      pages: () => Promise.resolve(new Map()),
    },
  });
  const document = parse(text);
  const [operation] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('The text has no operation.');
  const plan = planDocument(schema, document)(operation);
  const { signal: gone } = new AbortController();
  return budget.price({ plan, operation, variables, viewer: SERVICE, gone });
}

const entities = (all: readonly object[], selection: string): Promise<number> =>
  cost(`query ($all: [_Any!]!) { _entities(representations: $all) { ${selection} } }`, { all });
const events = (count: number) =>
  Array.from({ length: count }, () => ({ __typename: 'Event', eventId: randomUUID() }));
const stores = (count: number) =>
  Array.from({ length: count }, () => ({ __typename: 'Store', storeId: randomUUID() }));

describe('what entities cost', () => {
  const DASHBOARD = 'dashboard { roiAnalysis { roiCalculation { roi } } }';

  test('is half as much again as the same events and their dashboards cost by their ids', async () => {
    const some = events(30);
    const ids = JSON.stringify(some.map(({ eventId }) => eventId));
    const roi = 'roiAnalysis { roiCalculation { roi } }';
    const alike = await cost(`{ dashboards(eventIds: ${ids}) { ${roi} } }`);
    const asked = await entities(
      some.map(({ eventId }) => ({ __typename: 'Dashboard', eventId })),
      `... on Dashboard { ${roi} }`,
    );
    expect(asked / alike).toBeCloseTo(1.5, 2);
  });

  test('grows with each of them, and with what is selected of its own type alone', async () => {
    const selection = `... on Event { title ${DASHBOARD} } ... on Store { totals { views } }`;
    const one = (await entities(events(31), selection)) - (await entities(events(30), selection));
    expect(one).toBeGreaterThan(13 + 15 + 30 + 30);
    expect(await entities(events(30), selection)).toBe(
      await entities(events(30), `... on Event { title ${DASHBOARD} }`),
    );
    const store = (await entities(stores(3), selection)) - (await entities(stores(2), selection));
    expect(store / 1.5).toBeCloseTo(15 + 1 + 35 + 140 + 1, -1);
  });

  test('is the same through fragments, however often they are spread', async () => {
    const text = `query ($all: [_Any!]!) { _entities(representations: $all) { ...E ...E ... on Event { ...F ...F } } }
      fragment E on _Entity { ... on Event { ...F } } fragment F on Event { title }`;
    const all = events(10);
    expect(await cost(text, { all })).toBe(await entities(all, '... on Event { title }'));
  });

  test('counts a hundred at the most: more are refused when they are executed', async () => {
    const most = await entities(events(100), '__typename');
    expect(await entities(events(500), '__typename')).toBe(most);
  });

  test('is no less for wrong ones than for events that nobody knows, and each is looked at once', async () => {
    let looks = 0;
    const wrong = Array.from({ length: 100 }, () => ({
      get __typename() {
        looks += 1;
        return 'Nonsense';
      },
    }));
    expect(await entities(wrong, '__typename')).toBeGreaterThanOrEqual(
      await entities(events(100), '__typename'),
    );
    const aliases = Array.from(
      { length: 30 },
      (_, index) => `a${index}: _entities(representations: $all) { __typename }`,
    );
    looks = 0;
    const fresh = [...wrong];
    await cost(`query ($all: [_Any!]!) { ${aliases.join(' ')} }`, { all: fresh });
    expect(looks).toBeLessThan(3 * 100 + 1);
  });

  test('of the whole schema as a text is what its length costs', async () => {
    expect(await cost('{ _service { sdl } }')).toBeGreaterThan(350);
  });
});
