import { randomUUID } from 'node:crypto';
import type { Sql } from '../../src/database/database';
import { readIdsOfStretches, readStretches } from '../../src/database/event-lists/read-stretches';
import type { StoreId } from '../../src/domain/values';
import { stretchOf } from '../../src/resolvers/event-page';
import type { ServiceUnderContract } from '../harness/contract/service';
import { at, NOW, startWalkedStore, type WalkedPage, type WalkedStore } from '../harness/walked-store';

describe('a walk', () => {
  let service: ServiceUnderContract;
  let storeId: string;
  let titles: WalkedStore['titles'];
  let ask: WalkedStore['ask'];
  let walk: WalkedStore['walk'];
  beforeAll(async () => {
    ({ service, storeId, titles, ask, walk } = await startWalkedStore());
  });
  afterAll(() => service.stop());
  const listed = async (given: string): Promise<string[]> => (await walk(given)).map(({ title }) => title);

  describe('from a store along its events', () => {
    it.each([
      ['SCHEDULED', ['to come', 'about to start']],
      ['RUNNING', ['just started', 'about to end', 'long going on']],
      ['ENDED', ['just over', 'long over']],
    ])('lists those that are %s at this moment, to the millisecond', async (status, expected) => {
      expect(await listed(`status: ${status}`)).toEqual(expected);
      const all = await walk('', 'title status');
      expect(all.filter((node) => node.status === status).map(({ title }) => title)).toEqual(expected);
    });

    it('lists those whose period overlaps a time, ends not included', async () => {
      const between = (from: string, to: string) => listed(`from: "${from}", to: "${to}"`);
      expect(await between(at(-90), at(-80))).toEqual(['long over']);
      expect(await between(at(-80), at(-48))).toEqual([]);
      expect(await between(at(-80, -1), at(-48, 1))).toEqual(['long going on', 'long over']);
      expect(await listed(`from: "${at(1)}"`)).toEqual(['to come', 'about to start', 'just started']);
      expect(await listed(`to: "${at(-30)}"`)).toEqual(['long going on', 'long over']);
    });

    it('lists what meets all conditions, page by page', async () => {
      const page = async (given: string) => {
        const { data } = await ask(
          `{ store(id: "${storeId}") { events(${given}, first: 1) { edges { cursor node { title } } pageInfo { hasNextPage } } } }`,
        );
        return (data as { store: WalkedPage }).store.events;
      };
      const shows = (title: string, hasNextPage: boolean) => ({
        edges: [{ node: { title } }],
        pageInfo: { hasNextPage },
      });
      expect(await page(`status: ENDED, to: "${at(-30)}"`)).toMatchObject(shows('long over', false));
      const given = `status: RUNNING, from: "${at(-20)}", to: "${at(-10)}"`;
      const first = await page(given);
      expect(first).toMatchObject(shows('about to end', true));
      const after = `after: "${first.edges[0]?.cursor}"`;
      expect(await page(`${given}, ${after}`)).toMatchObject(shows('long going on', false));
    });

    it.each([`from: "${at(1)}", to: "${at(1)}"`, `from: "${at(2)}", to: "${at(1)}"`])(
      'lists nothing for a time without a length, and says so: %s',
      async (given) => {
        for (const query of [
          `{ events(storeId: "${storeId}", ${given}) { edges { cursor } } }`,
          `{ store(id: "${storeId}") { events(${given}) { edges { cursor } } } }`,
        ]) {
          const { errors } = await ask(query);
          expect(errors).toMatchObject([
            { message: 'to: must be later than from', extensions: { code: 'BAD_USER_INPUT' } },
          ]);
        }
      },
    );
  });

  describe('is refused where the database cannot tell the time', () => {
    it.each(['0000-01-01T00:00:00Z', '9999-12-31T23:59:59-00:01', '0000-01-01T00:00:00+01:00'])(
      'naming the argument: %s',
      async (time) => {
        for (const name of ['from', 'to'])
          for (const query of [
            `{ events(storeId: "${storeId}", ${name}: "${time}") { edges { cursor } } }`,
            // What is on it is looked at for its cost.
            `{ events(storeId: "${storeId}", ${name}: "${time}", first: 100) { edges { node { dashboard { eventId participationTrend { timeUnit } } } } } }`,
          ]) {
            const { errors } = await ask(query);
            expect(errors).toMatchObject([
              {
                message: `${name}: must be from the year 1 to the year 9999, in UTC`,
                path: ['events'],
                extensions: { code: 'BAD_USER_INPUT' },
              },
            ]);
          }
      },
    );

    it('and answered at both ends of what it can tell', async () => {
      const given = 'from: "0001-01-01T00:00:00Z", to: "9999-12-31T23:59:59.999Z"';
      expect(await listed(given)).toHaveLength(titles.size);
    });
  });

  describe('reads its pages one after the other', () => {
    it('whatever they list: under one permit there is one statement at a time', async () => {
      const { data: first } = await ask(`{ events(storeId: "${storeId}", first: 1) { edges { cursor } } }`);
      const [{ cursor } = { cursor: '' }] = (first as WalkedPage).events.edges;
      let underWay = 0;
      let most = 0;
      const sql: Pick<Sql, 'query' | 'isDistributed'> = {
        isDistributed: service.database.isDistributed,
        async query(row, text, ...parameters) {
          most = Math.max(most, (underWay += 1));
          try {
            return await service.database.query(row, text, ...parameters);
          } finally {
            underWay -= 1;
          }
        },
      };
      const page = { first: 3 };
      const stretches = [page, { ...page, status: 'ENDED' as const }, { ...page, after: cursor }].map(
        (asked) => stretchOf(storeId as StoreId, asked),
      );
      const found = await readStretches(sql, stretches, NOW);
      expect(found.map(([event]) => event?.title)).toEqual(['to come', 'just over', 'about to start']);
      const keys = await readIdsOfStretches(sql, stretches, NOW);
      expect(keys).toEqual(found.map((events) => events.map(({ eventId }) => eventId)));
      expect(most).toBe(1);
    });
  });

  describe('from events on to their dashboards', () => {
    const SECTIONS = `eventId eventTitle summaryCards { totalParticipants { count } totalViews { count } roi { totalCost totalRevenue } }
      channelPerformance { channel views } participationTrend { timeUnit } comparativeAnalysis { previousEventComparison { previousBest } }`;

    it('shows what the same dashboards show by their ids', async () => {
      const nodes = await walk('', `eventId dashboard { ${SECTIONS} }`);
      expect(nodes).toHaveLength(7);
      const { data } = await ask(
        `{ dashboards(eventIds: ${JSON.stringify(nodes.map(({ eventId }) => eventId))}) { ${SECTIONS} } }`,
      );
      expect(nodes.map(({ dashboard }) => dashboard)).toEqual((data as { dashboards: unknown }).dashboards);
      const [{ eventId } = { eventId: '' }] = nodes;
      const one = await ask(`{ event(id: "${eventId}") { dashboard { ${SECTIONS} } } }`);
      expect(one.data).toEqual({ event: { dashboard: nodes[0]!.dashboard } });
    });

    it('takes one statement for the page and one for all its dashboards, in a snapshot', async () => {
      service.statements.length = 0;
      await walk('first: 8', 'dashboard { eventId }');
      expect(service.statements.map(({ sql }) => sql.includes('json_agg(told)'))).toEqual([
        false,
        true,
        false,
      ]);
      expect(service.statements.at(-1)?.sql).toBe('COMMIT');
    });

    it('takes one statement more for what it costs, where that depends on what is on the page', async () => {
      await walk('', 'dashboard { participationTrend { timeUnit } }');
      service.statements.length = 0;
      await walk('', 'dashboard { participationTrend { timeUnit } }');
      const told = service.statements.map(({ sql }) => sql.includes('json_agg(told)'));
      expect(told).toEqual([false, false, true, false]);
    });

    it('takes one statement from a single event', async () => {
      const [eventId] = titles.keys();
      service.statements.length = 0;
      const { errors } = await ask(`{ event(id: "${eventId}") { title dashboard { ${SECTIONS} } } }`);
      expect(errors).toEqual([]);
      expect(service.statements.filter(({ sql }) => sql.includes('json_agg(told)'))).toHaveLength(1);
    });

    it('takes one statement for an event and its dashboard, and the same dashboard by its id', async () => {
      const [eventId] = titles.keys();
      const query = `{ event(id: "${eventId}") { dashboard { participationTrend { timeUnit } } }
        dashboard(eventId: "${eventId}") { channelPerformance { views } } }`;
      await ask(query);
      service.statements.length = 0;
      expect((await ask(query)).errors).toEqual([]);
      expect(service.statements).toHaveLength(1);
    });

    it('tells what it costs, and costs what the events that are there cost', async () => {
      const costOf = async (query: string): Promise<number> => {
        const response = await fetch(`${service.origin}/graphql`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            authorization: `Bearer ${service.token([storeId])}`,
          },
          body: JSON.stringify({ query, extensions: { cost: true } }),
        });
        const { extensions } = (await response.json()) as { extensions: { cost: { requested: number } } };
        return extensions.cost.requested;
      };
      const dashboard = 'dashboard { comparativeAnalysis { previousEventComparison { previousBest } } }';
      const walked = await costOf(
        `{ events(storeId: "${storeId}", first: 100) { edges { node { ${dashboard} } } } }`,
      );
      const asked = await costOf(
        `{ dashboards(eventIds: ${JSON.stringify([...titles.keys()])}) ${dashboard.slice('dashboard'.length)} }`,
      );
      // The page may have a hundred.
      expect(walked - asked).toBeLessThan(100 * 35 + 36 + 7 * 40);
      expect(walked - asked).toBeGreaterThan(100 * 35);
    });
  });

  it.each(['', 'storeId', 'totals { cost }', 'events { edges { node { title } } }'])(
    'to a store of somebody else is forbidden: %s',
    async (fields) => {
      for (const id of [storeId, randomUUID()]) {
        const { data, errors } = await ask(
          `{ store(id: "${id}") { __typename ${fields} } }`,
          service.token([randomUUID()]),
        );
        expect(errors).toMatchObject([{ path: ['store'], extensions: { code: 'FORBIDDEN' } }]);
        expect(data ?? null).toBeNull();
      }
    },
  );

  it('to a store without events finds an empty one, as its list does, for whoever may read it', async () => {
    const { data } = await ask(
      `{ store(id: "${randomUUID()}") { events { edges { cursor } } totals { events revenue } } }`,
      service.token(),
    );
    expect(data).toEqual({ store: { events: { edges: [] }, totals: { events: 0, revenue: 0 } } });
  });
});
