import { randomUUID } from 'node:crypto';
import { EventsOfStoreDocument, type EventsOfStoreQuery } from '../../src/generated/test-operations';
import { type ServiceUnderContract, startUnderContract } from '../harness/contract/service';
import { eventCreated } from '../harness/messages';
import { ask, type GraphQLAnswer } from '../harness/operations/client';

const storeId = randomUUID();
const day = (number: number): string => new Date(Date.UTC(2025, 5, number)).toISOString();

describe("the pages of a store's events", () => {
  let service: ServiceUnderContract;
  /** Newest first; of those that start together, the greater id first. */
  let expected: string[];

  beforeAll(async () => {
    service = await startUnderContract();
    const created = Array.from({ length: 12 }, (_, index) => ({
      eventId: randomUUID(),
      startAt: day(1 + Math.floor(index / 3)),
    }));
    await service.send(
      'event.created',
      ...created.map(({ eventId, startAt }) =>
        eventCreated({ eventId, storeId }, { startAt, endAt: day(30) }),
      ),
    );
    expected = created
      .sort(
        (one, other) => other.startAt.localeCompare(one.startAt) || other.eventId.localeCompare(one.eventId),
      )
      .map(({ eventId }) => eventId);
  });
  afterAll(() => service.stop());

  const page = (first: number, after: string | null = null): Promise<GraphQLAnswer<EventsOfStoreQuery>> =>
    ask(service.origin, service.token([storeId]), EventsOfStoreDocument, { storeId, first, after });
  const idsOf = ({ data }: GraphQLAnswer<EventsOfStoreQuery>): string[] =>
    data?.events.edges.map(({ node }) => node.eventId) ?? [];

  it('lead through all of them, newest first, each exactly once', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    let hasNext = true;
    while (hasNext) {
      const found: GraphQLAnswer<EventsOfStoreQuery> = await page(5, after);
      const info = found.data?.events.pageInfo;
      seen.push(...idsOf(found));
      expect(info?.hasPreviousPage).toBe(after !== null);
      expect([info?.startCursor, info?.endCursor]).toEqual([
        found.data?.events.edges[0]?.cursor,
        found.data?.events.edges.at(-1)?.cursor,
      ]);
      after = info?.endCursor ?? null;
      hasNext = info?.hasNextPage ?? false;
    }
    expect(seen).toEqual(expected);
  });

  it('stay where they are when a newer event is added', async () => {
    const first = await page(4);
    const newest = randomUUID();
    await service.send(
      'event.created',
      eventCreated({ eventId: newest, storeId }, { startAt: day(20), endAt: day(30) }),
    );
    const next = await page(4, first.data?.events.pageInfo.endCursor ?? null);
    expect(idsOf(next)).toEqual(expected.slice(4, 8));
    expect(idsOf(await page(1))).toEqual([newest]);
  });

  it('end exactly: the last page has no next, and behind the last event there is an empty page', async () => {
    const all = await page(13);
    expect(all.data?.events.pageInfo.hasNextPage).toBe(false);
    const behind = await page(3, all.data?.events.pageInfo.endCursor ?? null);
    expect(behind.data?.events).toEqual({
      edges: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: true, startCursor: null, endCursor: null },
    });
  });

  it.each([0, -1, 101, 2_147_483_647])('hold from 1 to 100 events, not %d', async (first) => {
    const { errors } = await page(first);
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    expect(errors[0]?.message).toContain('1 to 100');
  });

  it.each([
    '',
    'x',
    '🙂',
    Buffer.from('1 2').toString('base64url'),
    Buffer.from(`1e3 ${storeId}`).toString('base64url'),
    Buffer.from(`-8640000000000000 ${storeId}`).toString('base64url'),
    Buffer.from(`99999999999999 ${storeId}`).toString('base64url'),
    Buffer.from(` ${storeId}`).toString('base64url'),
  ])('do not begin behind %p, which is none of our cursors', async (cursor) => {
    const { errors } = await page(5, cursor);
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
  });
});
