import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  AnalyticsError,
  type ClientOptions,
  createClient,
  type Fetch,
  type TypedDocument,
} from 'event-analytics-client';
import { eventCreated, type EventIds, newEvent, participantRegistered } from '../harness/messages';
import { startTestService, type TestService, tokenOf } from '../harness/service';

const TITLE: TypedDocument<{ event: { title: string } }, { id: string }> =
  'query ($id: UUID!) { event(id: $id) { title } }';
const COUNTS: TypedDocument<{ dashboards: ({ eventId: string } | null)[] }, { ids: string[] }> =
  'query ($ids: [UUID!]!) { dashboards(eventIds: $ids) { eventId } }';

/** The global one, and the statuses that it was answered with. */
function countingFetch(): { readonly fetch: Fetch; readonly statuses: number[] } {
  const statuses: number[] = [];
  return {
    statuses,
    async fetch(...request) {
      const response = await fetch(...request);
      statuses.push(response.status);
      return response;
    },
  };
}

const failureOf = async (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    (answer) => ({ answer }),
    (error: unknown) => error,
  );

describe('the TypeScript client over HTTP', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  }, 90_000);
  afterAll(() => service.stop());

  async function event(): Promise<EventIds> {
    const ids = newEvent();
    await service.post([{ topic: 'event.created', value: eventCreated(ids, { title: '여름 쿠폰' }) }]);
    return ids;
  }
  const clientOf = (options: Partial<ClientOptions> = {}) =>
    createClient({ url: service.origin, token: tokenOf('somebody'), ...options });

  describe('REST', () => {
    it('gets a dashboard, and after that only what has changed of it', async () => {
      const { eventId } = await event();
      const { statuses, fetch } = countingFetch();
      const { rest } = clientOf({ fetch });
      const first = await rest.analytics(eventId);
      expect(first).toMatchObject({
        isUnchanged: false,
        staleReason: undefined,
        fallbackChannels: [],
        dashboard: { eventId, eventTitle: '여름 쿠폰', summaryCards: { totalParticipants: { count: 0 } } },
      });
      const again = await rest.analytics(eventId);
      expect([again.isUnchanged, again.dashboard]).toEqual([true, first.dashboard]);
      await service.post([{ topic: 'participant.registered', value: participantRegistered(eventId) }]);
      const changed = await rest.analytics(eventId);
      expect(changed.isUnchanged).toBe(false);
      expect(changed.dashboard.summaryCards.totalParticipants.count).toBe(1);
      expect((await rest.analytics(eventId)).dashboard).toEqual(changed.dashboard);
      expect(statuses).toEqual([200, 304, 200, 304]);
    });

    it('keeps the dashboard of one event apart from that of another', async () => {
      const [one, other] = [await event(), await event()];
      const { rest } = clientOf();
      for (const { eventId } of [one, other, one, other])
        expect((await rest.analytics(eventId)).dashboard.eventId).toBe(eventId);
    });

    it('asks for the token of each request, and takes the path that the service has', async () => {
      const tokens = ['nonsense', tokenOf('somebody')];
      const { rest } = clientOf({ token: () => tokens.shift() ?? '', basePath: 'analytics/v1/' });
      const { eventId } = await event();
      expect(await failureOf(rest.analytics(eventId))).toMatchObject({ status: 401 });
      expect((await rest.analytics(eventId)).dashboard.eventId).toBe(eventId);
    });

    it.each(['/', '/#', '/?', ''])('takes an address that ends with %j', async (end) => {
      const { rest } = clientOf({ url: `${service.origin}${end}` });
      expect(await rest.health()).toMatchObject({ status: 'UP' });
    });

    it('tells that the service is up', async () => {
      expect(await clientOf().rest.health()).toMatchObject({ status: 'UP' });
    });

    it.each([
      [
        'a token that is not accepted',
        { token: 'nonsense' },
        randomUUID(),
        'unauthenticated',
        'UNAUTHORIZED',
        401,
      ],
      ['an event that there is not', {}, randomUUID(), 'not-found', 'EVENT_NOT_FOUND', 404],
      ['an id that is no uuid', {}, 'a/b', 'bad-request', 'INVALID_REQUEST', 400],
    ])('tells of %s as the contract does', async (_what, options, eventId, kind, code, status) => {
      const failure = await failureOf(clientOf(options).rest.analytics(eventId));
      expect(failure).toBeInstanceOf(AnalyticsError);
      expect(failure).toMatchObject({ kind, code, status, isTemporary: false, retryAfterMs: undefined });
      expect((failure as AnalyticsError).message).toMatch(/[가-힣]/);
    });

    it('tells of an event that belongs to another store', async () => {
      const { eventId } = await event();
      const { rest } = clientOf({ token: tokenOf('somebody else', [randomUUID()]) });
      expect(await failureOf(rest.analytics(eventId))).toMatchObject({ kind: 'forbidden', status: 403 });
    });
  });

  describe('GraphQL', () => {
    it('gets the data of a document, typed as the document is', async () => {
      const { eventId } = await event();
      const { data, errors } = await clientOf().graphql.query(TITLE, { id: eventId });
      expect([data.event.title, errors]).toEqual(['여름 쿠폰', []]);
    });

    it('tells of the parts that could not be had beside those that could', async () => {
      const { eventId, storeId } = await event();
      const strange = await event();
      const { graphql } = clientOf({ token: tokenOf('an owner', [storeId]) });
      const { data, errors } = await graphql.query(COUNTS, { ids: [eventId, strange.eventId] });
      expect(data).toEqual({ dashboards: [{ eventId }, null] });
      expect(errors).toMatchObject([{ kind: 'forbidden', code: 'FORBIDDEN' }]);
    });

    it.each([
      ['a token that is not accepted', { token: 'nonsense' }, TITLE, 'unauthenticated', 401],
      ['an event that there is not', {}, TITLE, 'not-found', 200],
      ['a field that there is not', {}, '{ nothing }', 'bad-request', 400],
    ])('tells of %s', async (_what, options, document, kind, status) => {
      const asked = clientOf(options).graphql.query(document, { id: randomUUID() });
      expect(await failureOf(asked)).toMatchObject({ name: 'AnalyticsError', kind, status });
    });
  });

  describe('aborted', () => {
    it.each(['rest', 'graphql'] as const)('rejects with the reason of its signal over %s', async (part) => {
      const reason = new Error('not wanted any more');
      const ended = new AbortController();
      const client = clientOf({
        // Aborted while the request is under way.
        fetch: (...request) => {
          ended.abort(reason);
          return fetch(...request);
        },
      });
      const id = randomUUID();
      const asked =
        part === 'rest' ? client.rest.analytics(id, ended) : client.graphql.query(TITLE, { id }, ended);
      expect(await failureOf(asked)).toBe(reason);
    });
  });
});

describe('the TypeScript client where more is asked than one token may', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ env: { RATE_LIMIT_SECONDS: '1', RATE_LIMIT_PER_TOKEN: '1' } });
  }, 90_000);
  afterAll(() => service.stop());

  /** Asks until it is told that this is too often. @returns the outcome of that request, and all statuses */
  async function askTooOften(options: Partial<ClientOptions>) {
    const { statuses, fetch } = countingFetch();
    const { rest } = createClient({ url: service.origin, token: tokenOf(randomUUID()), fetch, ...options });
    let outcome: unknown;
    while (!statuses.includes(429)) outcome = await failureOf(rest.analytics(randomUUID()));
    return { outcome, statuses };
  }

  it('tells after how long that is worth it', async () => {
    const { outcome, statuses } = await askTooOften({});
    expect(outcome).toMatchObject({
      kind: 'busy',
      code: 'TOO_MANY_REQUESTS',
      status: 429,
      isTemporary: true,
    });
    expect(outcome).toMatchObject({ retryAfterMs: 1_000 });
    expect(statuses.at(-1)).toBe(429);
  });

  it('asks once more after that where it was told to', async () => {
    const { outcome, statuses } = await askTooOften({ longestRetryAfterMs: 5_000 });
    expect(outcome).toMatchObject({ status: 404 });
    expect(statuses.slice(-2)).toEqual([429, 404]);
  });
});

describe('the TypeScript client where no service answers', () => {
  it.each([
    ['a page of a proxy', 502, '<html>Bad gateway</html>', { status: 502 }],
    ['a page for a body', 200, '<html>', { status: 200 }],
    ['a busy proxy', 503, '', { status: 503, retryAfterMs: 7_000 }],
  ])('tells of %s', async (_what, status, text, told) => {
    const proxy = createServer((_request, response) => {
      response.writeHead(status, status === 503 ? { 'retry-after': '7' } : {}).end(text);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    const { rest, graphql } = createClient({ url: `http://127.0.0.1:${port}/`, token: 'any' });
    const asked = [rest.analytics(randomUUID()), graphql.query(TITLE, { id: '' })];
    for (const failure of await Promise.all(asked.map(failureOf)))
      expect(failure).toMatchObject({ kind: 'unreachable', isTemporary: true, ...told });
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
  });

  it('tells of a host that there is not, and of a token that could not be had', async () => {
    const cause = new Error('the issuer is away');
    const nowhere = createClient({ url: 'http://127.0.0.1:1', token: 'any' });
    expect(await failureOf(nowhere.rest.health())).toMatchObject({
      kind: 'unreachable',
      code: 'UNREACHABLE',
    });
    const tokenless = createClient({ url: 'http://127.0.0.1:1', token: () => Promise.reject(cause) });
    expect(await failureOf(tokenless.rest.health())).toMatchObject({ code: 'TOKEN_UNAVAILABLE', cause });
  });

  it.each([
    ['an address without a scheme', { url: 'analytics.example', token: 'any' }, /analytics\.example/],
    ['an address of another kind', { url: 'ftp://analytics.example', token: 'any' }, /ftp:/],
    [
      'a password in the address',
      { url: 'https://me:secret@analytics.example', token: 'any' },
      /^(?!.*secret)/,
    ],
    ['a query in the address', { url: 'https://analytics.example/?a', token: 'any' }, /\?a/],
    ['an empty token', { url: 'https://analytics.example', token: '' }, /token/],
  ])('refuses %s when it is made', (_what, options, message) => {
    expect(() => createClient(options)).toThrow(TypeError);
    expect(() => createClient(options)).toThrow(message);
  });
});
