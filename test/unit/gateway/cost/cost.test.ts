import { Kind, parse } from 'graphql';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createBudget } from '../../../../src/gateway/cost/budget';
import { planDocument } from '../../../../src/gateway/cost/plan';
import { SERVICE } from '../../../../src/gateway/execute';
import type { EventSizes } from '../../../../src/database/sizes';
import type { EventId, Instant, StoreId } from '../../../../src/domain/values';
import { buildSchema } from '../../../../src/resolvers/build-schema';
import { AppError } from '../../../../src/errors';

const schema = buildSchema();
const EVENT = randomUUID() as EventId;

const NOW = Date.parse('2025-10-22T10:30:00Z') as Instant;
const HOUR_MS = 3_600_000;

/** An event that has been going on for so many hours, in each of which a participant registered. */
const eventOf = (hours: number): EventSizes => ({
  eventId: EVENT,
  storeId: randomUUID() as StoreId,
  startAt: (NOW - hours * HOUR_MS) as Instant,
  endAt: (NOW + HOUR_MS) as Instant,
  firstHour: (NOW - hours * HOUR_MS) as Instant,
  lastHour: (NOW - HOUR_MS) as Instant,
  hours,
  channels: 3,
  storeEvents: 4,
});

/** What a text costs, and which events were looked at for it. */
async function costOf(
  text: string,
  options: { max?: number; variables?: object; hours?: number; named?: string } = {},
) {
  const looked: string[][] = [];
  const { max = 1_000_000, variables = {}, hours = 10, named } = options;
  const budget = createBudget({
    schema,
    maxCost: max,
    clock: { now: () => NOW },
    sizes: {
      events: (_viewer, ids) => {
        looked.push([...ids]);
        return Promise.resolve([eventOf(hours)]);
      },
      stores: () => Promise.resolve([]),
      pages: () => Promise.resolve(new Map()),
    },
  });
  const document = parse(text);
  const operation = document.definitions.find(
    (each) => each.kind === Kind.OPERATION_DEFINITION && (named === undefined || each.name?.value === named),
  );
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('The text has no operation.');
  const plan = planDocument(schema, document)(operation);
  const { signal: gone } = new AbortController();
  const cost = await budget.price({ plan, operation, variables: { ...variables }, viewer: SERVICE, gone });
  return { cost, looked };
}
const cost = async (text: string, variables = {}): Promise<number> =>
  (await costOf(text, { variables })).cost;
const below = (fields: string): string => `{ dashboard(eventId: "${EVENT}") { ${fields} } }`;

describe('what an operation costs', () => {
  test('grows by one for each field of the answer, __typename too, under whatever alias', async () => {
    const base = await cost(below('storeId'));
    expect(await cost(below('storeId __typename'))).toBe(base + 1);
    expect(await cost(below('storeId a: __typename b: __typename'))).toBe(base + 2);
    expect(await cost(below('storeId a: storeId'))).toBe(base + 1);
  });

  test('grows with the length of a key in the answer', async () => {
    const base = await cost(below('storeId'));
    expect(await cost(below(`${'a'.repeat(1_600)}: storeId`))).toBe(base + 100);
  });

  test('counts the fields of a list as often as the list is long', async () => {
    const points = (fields: string): string =>
      below(`participationTrend(timeUnit: HOURLY) { dataPoints { ${fields} } }`);
    const trend = async (fields: string): Promise<number> =>
      (await costOf(points(fields), { hours: 500 })).cost;
    // The hour that has begun is a point, too.
    expect((await trend('timestamp a: __typename')) - (await trend('timestamp'))).toBe(501);
    const profile = await cost(below('participantProfile { ageDistribution { count } }'));
    expect(await cost(below('participantProfile { ageDistribution { count percentage } }'))).toBe(
      profile + 6,
    );
  });

  test('grows with a page that is read, whatever is selected of it, and with each page', async () => {
    const page = (alias: string, first: string): string =>
      `${alias}: events(storeId: "${EVENT}" ${first}) { pageInfo { hasNextPage } }`;
    const [one, most] = [
      await cost(`{ ${page('a', 'first: 1')} }`),
      await cost(`{ ${page('a', 'first: 100')} }`),
    ];
    expect(most - one).toBeGreaterThan(99 * 20);
    // Refused ahead of all work.
    expect(await cost(`{ ${page('a', 'first: 1000')} }`)).toBeLessThan(50);
    expect(await cost(`{ ${page('a', '')} }`)).toBe(await cost(`{ ${page('a', 'first: 20')} }`));
    expect(await cost(`{ ${page('a', 'first: 100')} ${page('b', 'first: 100')} }`)).toBe(2 * most);
  });

  test('loads an event once, however often it is asked for, and answers for it each time', async () => {
    const ask = (ids: string[]): Promise<number> =>
      cost('query ($ids: [UUID!]!) { dashboards(eventIds: $ids) { storeId } }', { ids });
    const [one, twice] = [await ask([EVENT]), await ask([EVENT, EVENT])];
    const two = await ask([EVENT, randomUUID()]);
    expect(twice - one).toBe(1);
    expect(two - twice).toBeGreaterThan(10);
  });

  test('counts a page of events by what is asked for', async () => {
    const page = (first: number): string =>
      `{ events(storeId: "${EVENT}", first: ${first}) { edges { node { eventId endAt } } } }`;
    // Three fields of each entry, and reading it.
    expect((await cost(page(100))) - (await cost(page(1)))).toBe(99 * (3 + 35));
  });

  test('is the same through fragments, however often they are spread', async () => {
    const plain = await cost(below('storeId eventId'));
    expect(
      await cost(`${below('...f ... on Dashboard { eventId }')} fragment f on Dashboard { storeId }`),
    ).toBe(plain);
    const chain = Array.from(
      { length: 40 },
      (_, index) => `fragment f${index} on Dashboard { ...f${index + 1} ...f${index + 1} }`,
    ).join(' ');
    const huge = await cost(`${below('...f0')} ${chain} fragment f40 on Dashboard { storeId }`);
    expect(huge).toBe(await cost(below('storeId')));
  });

  test('counts what the schema tells of itself', async () => {
    const deep = '{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }';
    expect(await cost(deep)).toBeGreaterThan(10 * (await cost('{ __schema { types { fields { name } } } }')));
  });

  test('is nothing for variables that cannot be read: executing will say so', async () => {
    expect(await cost('query ($id: UUID!) { dashboard(eventId: $id) { storeId } }', { id: 7 })).toBe(0);
  });
});

describe('what is asked of the service itself', () => {
  const letters = (first: number) =>
    cost('query ($first: Int!) { service { deadLetters(first: $first) { letters { id } } } }', { first });

  test('costs for as many dead letters as are asked for', async () => {
    expect((await letters(30)) - (await letters(20))).toBe(10);
    expect(await letters(101)).toBe((await letters(1)) - 1);
  });

  test('by the admin’s page takes less than a fifth of what a token may ask in ten seconds', async () => {
    const text = readFileSync('web/src/admin/admin.graphql', 'utf8');
    const units = async (named: string) => (await costOf(text, { named })).cost;
    const perTenSeconds =
      (await units('AdminWorkers')) + 2 * (await units('AdminGateway')) + (await units('AdminLetters'));
    expect(perTenSeconds).toBeLessThan((300 / 5) * 512);
  });
});

describe('an operation that might cost too much', () => {
  const trend = below('participationTrend(timeUnit: HOURLY) { dataPoints { timestamp participantCount } }');

  test('is judged by the true sizes of its events, in one look', async () => {
    const { cost: found, looked } = await costOf(trend, { max: 1_000 });
    expect(looked).toEqual([[EVENT]]);
    expect(found).toBeLessThan(1_000);
    expect((await costOf(below('storeId'))).looked).toEqual([]);
  });

  test('is refused with what it costs and the limit', async () => {
    const refused = await costOf(trend, { max: 1_000, hours: 1_000 }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(AppError);
    const { extensions, message } = refused as AppError;
    expect(extensions).toMatchObject({ code: 'OPERATION_TOO_COSTLY', maxCost: 1_000 });
    expect(extensions['cost']).toBeGreaterThan(1_000);
    expect(message).toContain(String(extensions['cost']));
  });

  test('is refused without a look where no sizes could save it', async () => {
    const many = below(Array.from({ length: 200 }, (_, index) => `a${index}: storeId`).join(' '));
    await expect(costOf(many, { max: 100 })).rejects.toMatchObject({ code: 'OPERATION_TOO_COSTLY' });
  });
});

test('variables that cannot be read cost nothing, and are not read beyond the first mistake', async () => {
  let looks = 0;
  const ids = Array.from({ length: 1_000 }, () => ({
    toString: () => String((looks += 1)),
    toJSON: () => (looks += 1),
  }));
  const asked = 'query ($ids: [UUID!]!) { dashboards(eventIds: $ids) { storeId } }';
  expect(await cost(asked, { ids })).toBe(0);
  expect(looks).toBeLessThan(10);
});
