import { isObjectType, Kind, parse } from 'graphql';
import { planDocument } from '../../../../src/gateway/cost/plan';
import { NO_FACTS } from '../../../../src/database/facts/kinds';
import { readsOf, STATEMENTS } from '../../../../src/gateway/documents/reads-of';
import { buildSchema } from '../../../../src/resolvers/build-schema';
import { needsOf } from '../../../../src/resolvers/needs';

const schema = buildSchema();
const ID = '"00000000-0000-4000-8000-000000000000"';

function reads(text: string): string {
  const document = parse(text);
  const [operation] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('The text has no operation.');
  return readsOf(planDocument(schema, document)(operation));
}

describe('an operation reads', () => {
  test.each([
    ['nothing', '{ __typename }'],
    [
      'events and dashboards by their ids',
      `{ event(id: ${ID}) { title } dashboard(eventId: ${ID}) { eventId } }`,
    ],
    ['an event and its dashboard', `{ event(id: ${ID}) { title dashboard { eventId } } }`],
    ['a figure of the service', '{ service { readAt topics { lag } gateway { version } } }'],
    ['a page', `{ events(storeId: ${ID}) { edges { cursor } } }`],
    ['a page of a store', `{ store(id: ${ID}) { storeId events { edges { cursor } } } }`],
    [
      'totals of stores',
      `{ a: store(id: ${ID}) { totals { views } } b: store(id: ${ID}) { totals { cost } } }`,
    ],
  ])('one statement: %s', (_what, text) => {
    expect(reads(text)).toBe('one statement');
  });

  test.each([
    [
      'a page beside a dashboard',
      `{ events(storeId: ${ID}) { edges { cursor } } dashboard(eventId: ${ID}) { eventId } }`,
    ],
    [
      'two pages',
      `{ a: events(storeId: ${ID}) { edges { cursor } } b: events(storeId: ${ID}) { edges { cursor } } }`,
    ],
    ['a page and its dashboards', `{ events(storeId: ${ID}) { edges { node { dashboard { eventId } } } } }`],
    [
      'the same in a fragment',
      `{ store(id: ${ID}) { ...F } } fragment F on Store { events { edges { node { ...D } } } } fragment D on Event { dashboard { eventId } }`,
    ],
    ['figures of the service, on one connection', '{ service { topics { lag } platforms { status } } }'],
    ['a page and totals', `{ store(id: ${ID}) { events { edges { cursor } } totals { views } } }`],
  ])('a snapshot: %s', (_what, text) => {
    expect(reads(text)).toBe('a snapshot');
  });
});

test('it is known of every root field, and of every resolver that needs no facts, what it reads', () => {
  const subgraph = buildSchema({ federation: true });
  const roots = [subgraph.getQueryType(), subgraph.getMutationType(), subgraph.getSubscriptionType()];
  const types = Object.values(subgraph.getTypeMap()).filter(isObjectType);
  const readers = types
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type) =>
      Object.values(type.getFields())
        .filter((field) => roots.includes(type) || (field.resolve && needsOf(field) === NO_FACTS))
        .map(({ name }) => `${type.name}.${name}`),
    );
  expect(Object.keys(STATEMENTS).sort()).toEqual(readers.sort());
});
