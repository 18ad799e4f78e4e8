import { getNullableType, type GraphQLField, isListType, isObjectType } from 'graphql';
import { PRICES, priceOf } from '../../../../src/gateway/cost/prices';
import { buildSchema } from '../../../../src/resolvers/build-schema';

const schema = buildSchema({ federation: true });
const types = Object.values(schema.getTypeMap()).filter(isObjectType);
const fields = types
  .filter(({ name }) => !name.startsWith('__'))
  .flatMap((type) =>
    Object.values(type.getFields()).map((field): [string, GraphQLField<unknown, unknown>] => [
      `${type.name}.${field.name}`,
      field,
    ]),
  );

describe('the prices of the schema', () => {
  test('know how long every list is', () => {
    const lists = fields.filter(([, { type }]) => isListType(getNullableType(type)));
    expect(lists.length).toBeGreaterThan(10);
    const unknown = lists.filter((each) => priceOf(...each).list === undefined);
    expect(unknown.map(([coordinate]) => coordinate)).toEqual([]);
  });

  test('know what every section of a dashboard, every card and every root field costs', () => {
    const resolved = fields.filter(([, { resolve }]) => resolve !== undefined);
    const expected = [
      'Query.events',
      'Query._entities',
      'Event.dashboard',
      'Store.totals',
      'Dashboard.comparativeAnalysis',
      'SummaryCards.roi',
    ];
    expect(resolved.map(([coordinate]) => coordinate)).toEqual(expect.arrayContaining(expected));
    const free = resolved.filter((each) => (priceOf(...each).compute ?? 0) === 0);
    expect(free.map(([coordinate]) => coordinate)).toEqual([]);
  });

  test.each([
    ['SummaryCards.roi', { load: 45, compute: 20 }],
    ['SummaryCards.totalParticipants', { load: 15, compute: 20, reads: 'hours' }],
    ['Dashboard.participationTrend', { load: 15, compute: 40, reads: 'hours' }],
    ['Dashboard.comparativeAnalysis', { load: 60, compute: 50, perStoreEvent: 10 }],
  ])('follow from the facts that a field needs: %s', (coordinate, price) => {
    const [field] = fields.filter(([each]) => each === coordinate);
    expect(priceOf(...field!)).toEqual(price);
  });

  test('name nothing that the schema does not have', () => {
    const known = new Set(fields.map(([coordinate]) => coordinate));
    expect(Object.keys(PRICES).filter((coordinate) => !known.has(coordinate))).toEqual([]);
  });
});
