import { randomUUID } from 'node:crypto';
import { buildSchema } from 'graphql';
import { type ServiceUnderContract, startUnderContract } from '../harness/contract/service';
import { type AskGateway, openGateway } from '../harness/federation/gateway';
import { type ShopSubgraph, startShopSubgraph } from '../harness/federation/shop-subgraph';
import { eventCreated, participantRegistered } from '../harness/messages';
import { askAny } from '../harness/operations/client';

describe('the schema as a subgraph', () => {
  const storeId = randomUUID();
  const [first, second, foreign] = [randomUUID(), randomUUID(), randomUUID()] as const;
  let service: ServiceUnderContract;
  let sdl: string;

  beforeAll(async () => {
    service = await startUnderContract({ env: { GRAPHQL_FEDERATION: 'true', INTROSPECTION: 'false' } });
    await service.send(
      'event.created',
      eventCreated({ eventId: first, storeId }, { title: 'first' }),
      eventCreated({ eventId: second, storeId }, { title: 'second' }),
      eventCreated({ eventId: foreign, storeId: randomUUID() }, { title: 'foreign' }),
    );
    await service.send('participant.registered', participantRegistered(first));
    const { data } = await askAny(service.origin, owner(), { query: '{ _service { sdl } }' });
    ({ sdl } = (data as { _service: { sdl: string } })._service);
  });
  afterAll(() => service.stop());

  const owner = (): string => service.token([storeId]);
  const entities = (representations: readonly unknown[], selection: string, token = owner()) =>
    askAny(service.origin, token, {
      query: `query ($all: [_Any!]!) { _entities(representations: $all) { ${selection} } }`,
      variables: { all: representations },
    });
  const event = (eventId: unknown) => ({ __typename: 'Event', eventId });
  const store = (id: string) => ({ __typename: 'Store', storeId: id });
  const dashboard = (eventId: string) => ({ __typename: 'Dashboard', eventId });

  it('says its keys, links the version of the specification, and leaves out what a gateway adds', () => {
    expect(sdl).toContain('extend schema @link(url: "https://specs.apollo.dev/federation/v2.3"');
    expect(sdl).toContain('type Event @key(fields: "eventId")');
    expect(sdl).toContain('type Store @key(fields: "storeId")');
    expect(sdl).toContain('type Dashboard @key(fields: "eventId")');
    expect(sdl).not.toMatch(/_Any|_Entity|_Service/);
    expect(() => buildSchema(sdl, { assumeValidSDL: true })).not.toThrow();
  });

  it('leaves out what only those ask for who operate this service, who ask it itself', async () => {
    expect(sdl).not.toMatch(
      /^ {2}(?:service|replayDeadLetter)\b|^type (?:Mutation|Service|DeadLetter|Replayed)\b/m,
    );
    const { data } = await askAny(service.origin, service.token(), { query: '{ service { readAt } }' });
    expect(data).toMatchObject({ service: { readAt: expect.any(String) as unknown } });
  });

  it('wants a token for it', async () => {
    const { errors } = await askAny(service.origin, undefined, { query: '{ _service { sdl } }' });
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
  });

  describe('tells entities by their keys', () => {
    const EVERYTHING = `__typename
      ... on Event { title dashboard { summaryCards { totalParticipants { count } } } }
      ... on Store { storeId totals { participants } events { edges { node { title } } } }
      ... on Dashboard { eventTitle channelPerformance { channel } }`;

    it('of all types, in the order of their representations', async () => {
      const all = [dashboard(second), event(first), store(storeId), event(second), event(first)];
      const { data, errors } = await entities(all, EVERYTHING);
      expect(errors).toEqual([]);
      const counted = (title: string, count: number) => ({
        __typename: 'Event',
        title,
        dashboard: { summaryCards: { totalParticipants: { count } } },
      });
      expect(data).toMatchObject({
        _entities: [
          { __typename: 'Dashboard', eventTitle: 'second', channelPerformance: [] },
          counted('first', 1),
          { __typename: 'Store', totals: { participants: 1 }, events: { edges: [{}, {}] } },
          counted('second', 0),
          counted('first', 1),
        ],
      });
    });

    it('in one statement for many of them, with what is selected of each type', async () => {
      const all = [...Array.from({ length: 49 }, () => event(randomUUID())), event(first), dashboard(second)];
      const selection = `... on Event { title dashboard { participationTrend { timeUnit } } } ... on Dashboard { channelPerformance { views } }`;
      await entities(all, selection);
      service.statements.length = 0;
      const { errors } = await entities(all, selection);
      expect(errors).toHaveLength(49);
      expect(service.statements.filter(({ sql }) => sql.includes('json_agg(told)'))).toHaveLength(1);
    });

    it('in one statement where an event and its dashboard are the same', async () => {
      const selection = `... on Event { dashboard { participationTrend { timeUnit } } } ... on Dashboard { channelPerformance { views } }`;
      const ask = () => entities([event(first), dashboard(first)], selection);
      await ask();
      service.statements.length = 0;
      expect((await ask()).errors).toEqual([]);
      expect(service.statements).toHaveLength(1);
    });

    it('and of stores in one statement', async () => {
      const others = Array.from({ length: 20 }, () => randomUUID());
      const all = [storeId, ...others].map(store);
      const ask = () =>
        entities(all, '... on Store { totals { events } }', service.token([storeId, ...others]));
      await ask();
      service.statements.length = 0;
      const { data, errors } = await ask();
      expect(errors).toEqual([]);
      expect(data).toMatchObject({ _entities: [{ totals: { events: 2 } }, ...others.map(() => ({}))] });
      expect(service.statements.filter(({ sql }) => sql.includes('daily_sales'))).toHaveLength(1);
    });

    it('to whoever may read them: the others are null, with an error at their places', async () => {
      const all = [
        event(foreign),
        event(first),
        store(randomUUID()),
        event(randomUUID()),
        dashboard(foreign),
      ];
      const { data, errors } = await entities(all, EVERYTHING);
      expect(data).toMatchObject({ _entities: [null, { title: 'first' }, null, null, null] });
      expect(errors.map(({ path, extensions }) => [path, extensions.code])).toEqual(
        expect.arrayContaining([
          [['_entities', 0], 'FORBIDDEN'],
          [['_entities', 2], 'FORBIDDEN'],
          [['_entities', 3], 'EVENT_NOT_FOUND'],
          [['_entities', 4], 'FORBIDDEN'],
        ]),
      );
    });

    it.each([
      [
        { __typename: 'Coupon', eventId: first },
        'representations.__typename: must be Event, Store, Dashboard',
      ],
      [{ eventId: first }, 'representations.__typename: must be Event, Store, Dashboard'],
      ['Event', 'representations: must be Event, Store, Dashboard'],
      [{ __typename: 'Event' }, 'representations.eventId: must be a UUID'],
      [{ __typename: 'Store', storeId: 7 }, 'representations.storeId: must be a UUID'],
      [event('x'), 'representations.eventId: must be a UUID'],
    ])('and says what is wrong with a representation, at its place: %j', async (wrong, message) => {
      const { data, errors } = await entities([event(first), wrong], '... on Event { title }');
      expect(data).toEqual({ _entities: [{ title: 'first' }, null] });
      expect(errors).toMatchObject([
        { message, path: ['_entities', 1], extensions: { code: 'BAD_USER_INPUT' } },
      ]);
    });

    it('a hundred of them at the most', async () => {
      const { errors } = await entities(
        Array.from({ length: 101 }, () => event(first)),
        '__typename',
      );
      expect(errors).toMatchObject([
        {
          message: 'representations: 101, at most 100 are allowed',
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ]);
    });
  });

  describe('behind a gateway, beside a subgraph of a shop', () => {
    let shop: ShopSubgraph;
    let ask: AskGateway;

    beforeAll(async () => {
      shop = await startShopSubgraph({
        names: new Map([[storeId, '우리 가게']]),
        coupons: new Map([
          [first, 'FIRST10'],
          [second, 'SECOND20'],
        ]),
      });
      ask = openGateway([
        { name: 'analytics', url: `${service.origin}/graphql`, sdl },
        { name: 'shop', ...shop },
      ]);
    });
    afterAll(() => shop.stop());

    it('is crossed both ways by one query, with the token of its asker', async () => {
      const token = owner();
      const { data, errors } = await ask(
        `{
          store(id: "${storeId}") { name totals { events } events { edges { node { title coupon } } } }
          coupons { coupon title status dashboard { summaryCards { totalParticipants { count } } } store { name totals { participants } } }
        }`,
        token,
      );
      expect(errors).toBeUndefined();
      const ofStore = { name: '우리 가게', totals: { participants: 1 } };
      const coupon = (code: string, title: string, count: number) => ({
        coupon: code,
        title,
        status: 'RUNNING',
        dashboard: { summaryCards: { totalParticipants: { count } } },
        store: ofStore,
      });
      expect(JSON.parse(JSON.stringify(data))).toEqual({
        store: {
          name: '우리 가게',
          totals: { events: 2 },
          events: {
            edges: expect.arrayContaining([
              { node: { title: 'first', coupon: 'FIRST10' } },
              { node: { title: 'second', coupon: 'SECOND20' } },
            ]) as unknown,
          },
        },
        coupons: [coupon('FIRST10', 'first', 1), coupon('SECOND20', 'second', 0)],
      });
      expect(new Set(shop.authorizations)).toEqual(new Set([`Bearer ${token}`]));
    });

    it('tells no more than its asker may read', async () => {
      const stranger = service.token([randomUUID()]);
      const { data, errors } = await ask('{ coupons { coupon dashboard { eventTitle } } }', stranger);
      expect(JSON.stringify(data ?? null)).not.toContain('"first"');
      expect(errors?.map(({ extensions }) => extensions['code'])).toContain('FORBIDDEN');
    });
  });
});

it('the schema is no subgraph unless it is said to be', async () => {
  const service = await startUnderContract();
  try {
    for (const query of ['{ _service { sdl } }', '{ _entities(representations: []) { __typename } }']) {
      const { errors } = await askAny(service.origin, service.token(), { query });
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    }
  } finally {
    await service.stop();
  }
});
