import { randomUUID } from 'node:crypto';
import type { HttpAnswer } from '../harness/http';
import { tokenOf } from '../harness/service';
import { analyticsPath, type ServiceUnderContract, startUnderContract } from '../harness/contract/service';

const APP = 'https://app.example';
const STRANGER = 'https://app.example.evil.example';
const QUERY = JSON.stringify({ query: '{ __typename }' });

/** What of an answer is looked at here. */
type Seen = Pick<HttpAnswer, 'status' | 'headers'>;

const corsOf = ({ headers }: Seen): object =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control-')));
const varyOf = ({ headers }: Seen): readonly string[] => headers.vary?.split(', ') ?? [];
const namesIn = (list: unknown): readonly string[] => String(list).toLowerCase().split(', ');
const preflight = (origin: string, headers = 'authorization') => ({
  method: 'OPTIONS',
  headers: { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': headers },
});

describe('a page of another origin', () => {
  let service: ServiceUnderContract;
  let path: string;
  let storeId: string;
  beforeAll(async () => {
    const env = { CORS_ORIGINS: `http://localhost:5173,${APP}`, RATE_LIMIT_PER_TOKEN: '10' };
    service = await startUnderContract({
      env: { ...env, RATE_LIMIT_PER_ADDRESS: '20', RATE_LIMIT_SECONDS: '3600' },
    });
    const ids = await service.event();
    storeId = ids.storeId;
    path = analyticsPath(ids.eventId);
  });
  afterAll(() => service.stop());

  const eager = tokenOf(randomUUID());
  /** Another one each time: each has its rate. */
  const anybody = (): string => tokenOf(randomUUID(), [storeId]);
  const graphql = async (headers: Readonly<Record<string, string>>, token = anybody()): Promise<Seen> => {
    const authorization = `Bearer ${token}`;
    const sent = { authorization, 'content-type': 'application/json', ...headers };
    const answer = await fetch(`${service.origin}/graphql`, { method: 'POST', headers: sent, body: QUERY });
    await answer.text();
    return { status: answer.status, headers: Object.fromEntries(answer.headers) };
  };

  it.each<readonly [string, number, () => Promise<Seen>]>([
    ['an answer', 200, () => service.http.get(path, anybody(), { origin: APP })],
    [
      'that it is unchanged',
      304,
      () => service.http.get(path, anybody(), { origin: APP, 'if-none-match': '*' }),
    ],
    ['that the token is none', 401, () => service.http.get(path, 'none', { origin: APP })],
    [
      'that the event is none',
      404,
      () => service.http.get(analyticsPath(randomUUID()), anybody(), { origin: APP }),
    ],
    ['that the id is none', 400, () => service.http.get(analyticsPath('1'), anybody(), { origin: APP })],
    [
      'that there is no such method',
      405,
      () => service.http.request(path, { method: 'PUT', headers: { origin: APP } }),
    ],
    ['the contract', 200, () => service.http.get('/api/openapi.yaml', undefined, { origin: APP })],
    ['an answer by GraphQL', 200, () => graphql({ origin: APP })],
    ['that GraphQL knows no token', 401, () => graphql({ origin: APP }, 'none')],
    ['an event stream', 200, () => graphql({ origin: APP, accept: 'text/event-stream' })],
    ['that it asks too often', 429, () => service.http.get(path, eager, { origin: APP })],
  ])('may read %s, its headers too', async (_what, status, ask) => {
    let answer = await ask();
    // The last of them comes once the rate is used up.
    for (let asked = 1; asked <= 10 && answer.status !== status; asked += 1) answer = await ask();
    expect(answer.status).toBe(status);
    expect(answer.headers['access-control-allow-origin']).toBe(APP);
    expect(varyOf(answer)).toContain('Origin');
    const exposed = namesIn(answer.headers['access-control-expose-headers']);
    const own = Object.keys(answer.headers).filter((name) =>
      /^(age|etag|ratelimit|retry-after|www|allow|x-[fs])/.test(name),
    );
    expect(exposed).toEqual(expect.arrayContaining(own));
    expect(exposed).toEqual(expect.arrayContaining(['x-fallback-channels', 'x-stale-reason', 'retry-after']));
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
  });

  it('keeps what else the answer depends on', async () => {
    const answer = await service.http.get(path, anybody(), { origin: APP });
    expect(varyOf(answer)).toEqual(expect.arrayContaining(['Origin', 'Authorization']));
  });

  it('is told what it may send, without a token and however often it asks', async () => {
    for (const resource of [path, '/graphql', '/analytics/v1/health'])
      for (let times = 0; times < 30; times += 1) {
        const answer = await service.http.request(resource, preflight(APP));
        expect([answer.status, answer.body]).toEqual([204, '']);
        expect(answer.headers['access-control-allow-origin']).toBe(APP);
        expect(answer.headers).not.toHaveProperty('ratelimit');
      }
    const { headers } = await service.http.request('/graphql', preflight(APP));
    expect(namesIn(headers['access-control-allow-methods'])).toEqual([
      ...['get', 'head', 'post'],
      ...['put', 'delete'],
    ]);
    expect(namesIn(headers['access-control-allow-headers'])).toEqual(
      expect.arrayContaining([
        ...['authorization', 'content-type', 'if-none-match', 'last-event-id'],
        'x-graphql-event-stream-token',
        ...['apollo-require-preflight', 'x-apollo-operation-name'],
      ]),
    );
    expect(Number(headers['access-control-max-age'])).toBeGreaterThanOrEqual(600);
    expect((await service.http.get(path)).status).toBe(401);
  });

  it.each(['https://elsewhere.example', STRANGER, 'null', APP.toUpperCase(), 'http://app.example'])(
    'is told nothing when it is of %s, which is not listed',
    async (origin) => {
      for (const answer of [
        await service.http.get('/api/health', undefined, { origin }),
        await service.http.request(path, preflight(origin)),
        await graphql({ origin }),
      ]) {
        expect(corsOf(answer)).toEqual({});
        expect(varyOf(answer)).toContain('Origin');
      }
    },
  );

  it('is told nothing of the process', async () => {
    for (const resource of ['/metrics', '/readyz', '/'])
      expect(corsOf(await service.http.get(resource, undefined, { origin: APP }))).toEqual({});
  });

  it('needs no header to be asked by others: OPTIONS says as ever what may be asked', async () => {
    const answer = await service.http.request(path, { method: 'OPTIONS', headers: { origin: APP } });
    expect([answer.status, answer.headers.allow]).toEqual([204, 'GET, HEAD, OPTIONS']);
  });
});

describe('a page of another origin, of a service that fails', () => {
  it('may read the 500', async () => {
    const service = await startUnderContract({ env: { CORS_ORIGINS: APP } });
    const { eventId } = await service.event();
    await service.database.close();
    const answer = await service.http.get(analyticsPath(eventId), service.token(), { origin: APP });
    expect([answer.status, answer.json()]).toMatchObject([500, { error: 'INTERNAL_SERVER_ERROR' }]);
    expect(answer.headers['access-control-allow-origin']).toBe(APP);
    expect(varyOf(answer)).toContain('Origin');
    await service.stop().catch(() => undefined);
  });
});

describe('CORS_ORIGINS', () => {
  it('lets every page read with *, and answers do not depend on who asks', async () => {
    const service = await startUnderContract({ env: { CORS_ORIGINS: '*' } });
    for (const origin of [APP, 'null']) {
      const answer = await service.http.get('/api/health', undefined, { origin });
      expect([answer.headers['access-control-allow-origin'], answer.headers.vary]).toEqual(['*', undefined]);
      expect((await service.http.request('/graphql', preflight(origin))).status).toBe(204);
    }
    await service.stop();
  });

  it('lets no page read where it is not set', async () => {
    const service = await startUnderContract();
    for (const answer of [
      await service.http.get('/api/health', undefined, { origin: APP }),
      await service.http.request('/api/health', preflight(APP)),
    ])
      expect([corsOf(answer), answer.headers.vary]).toEqual([{}, undefined]);
    await service.stop();
  });
});
