import { randomUUID } from 'node:crypto';
import { readEventsOfStores, readPiece } from '../../src/database/store-totals';
import { createBusinessCalendar } from '../../src/domain/calendar';
import type { StoreId } from '../../src/domain/values';
import { createStoreTotalsLoader } from '../../src/resolvers/loaders/store-totals';
import type { ServiceUnderContract } from '../harness/contract/service';
import { eventCreated } from '../harness/messages';
import { NOW, startWalkedStore, type WalkedStore } from '../harness/walked-store';

describe('the totals of a store', () => {
  let service: ServiceUnderContract;
  let storeId: string;
  let ask: WalkedStore['ask'];
  let walk: WalkedStore['walk'];
  beforeAll(async () => {
    ({ service, storeId, ask, walk } = await startWalkedStore());
  });
  afterAll(() => service.stop());
  const TOTALS = 'totals { events participants views cost revenue }';

  it('are what its dashboards add up to', async () => {
    const nodes = await walk(
      '',
      'dashboard { summaryCards { totalParticipants { count } totalViews { count } roi { totalCost totalRevenue } } }',
    );
    const { data, errors } = await ask(`{ store(id: "${storeId}") { storeId ${TOTALS} } }`);
    expect(errors).toEqual([]);
    const sum = (of: (cards: Cards) => number): number =>
      nodes
        .map(({ dashboard }) => of((dashboard as { summaryCards: Cards }).summaryCards))
        .reduce((a, b) => a + b);
    const totals = {
      events: 7,
      participants: sum((cards) => cards.totalParticipants.count),
      views: sum((cards) => cards.totalViews.count),
      cost: sum((cards) => cards.roi.totalCost),
      revenue: sum((cards) => cards.roi.totalRevenue),
    };
    expect(data).toEqual({ store: { storeId, totals } });
    expect(totals).toMatchObject({ participants: 4, views: 411, cost: 7 * 600_000 + 5_700 });
    expect(Math.abs(totals.revenue)).toBeGreaterThan(70_000);
  });

  interface Cards {
    readonly totalParticipants: { readonly count: number };
    readonly totalViews: { readonly count: number };
    readonly roi: { readonly totalCost: number; readonly totalRevenue: number };
  }

  it('are read in pieces, between which others may have their turn', async () => {
    const large = randomUUID() as StoreId;
    await service.send(
      'event.created',
      ...Array.from({ length: 230 }, () => eventCreated({ eventId: randomUUID(), storeId: large })),
    );
    const read = await readEventsOfStores(service.database, [large, storeId as StoreId]);
    const lengths = (store: string) =>
      read
        .get(store as StoreId)
        ?.map((piece) => readPiece(piece).length)
        .sort((one, other) => one - other);
    expect(lengths(large)).toEqual([5, ...Array.from({ length: 9 }, () => 25)]);
    expect(lengths(storeId)).toEqual([7]);

    let turns = 0;
    const moment = { calendar: createBusinessCalendar('UTC'), now: NOW };
    const loader = createStoreTotalsLoader(service.database, moment, () => {
      turns += 1;
      return Promise.resolve();
    });
    expect(await loader.load(large)).toMatchObject({ events: 230 });
    expect(turns).toBe(10);
  });

  it('take one statement for however many stores', async () => {
    const other = randomUUID();
    await ask(`{ store(id: "${storeId}") { ${TOTALS} } }`);
    service.statements.length = 0;
    const query = `{ a: store(id: "${storeId}") { ${TOTALS} } b: store(id: "${other}") { ${TOTALS} } c: store(id: "${storeId}") { ${TOTALS} } }`;
    const { data, errors } = await ask(query, service.token([storeId, other]));
    expect(errors).toEqual([]);
    expect((data as { b: unknown }).b).toEqual({
      totals: { events: 0, participants: 0, views: 0, cost: 0, revenue: 0 },
    });
    expect(service.statements.filter(({ sql }) => sql.includes('daily_sales'))).toHaveLength(1);
  });
});
