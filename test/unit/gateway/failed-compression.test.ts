import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HeaderMap } from '@apollo/server';
import type { Viewer } from '../../../src/auth/viewer';
import type { Instant, StoreId } from '../../../src/domain/values';
import { createGraphQLFailure } from '../../../src/gateway/graphql-errors';
import { createSendResponse } from '../../../src/gateway/graphql-response';
import { createLogger } from '../../../src/observability/log';
import { contractEndpoint } from '../../../src/rest/contract';
import { createSendRepresentation } from '../../../src/rest/respond';
import { analyticsEndpoint } from '../../../src/rest/analytics';
import { createDashboardBody } from '../../../src/rest/dashboard-body';
import type { Endpoint } from '../../../src/rest/endpoint';
import { createRest } from '../../../src/rest/rest';
import { systemClock } from '../../../src/runtime/clock';
import { newEvent } from '../../harness/messages';

const log = createLogger({ level: 'silent' });
const outOfMemory = (): Promise<Buffer> => Promise.reject(new Error('zlib has no memory'));

const viewer: Viewer = {
  subject: 'somebody',
  storeIds: new Set(),
  isAdmin: true,
  expiresAt: Infinity as Instant,
};

const rest =
  (path: string, endpoint: Endpoint): RequestListener =>
  (request, response) => {
    const router = createRest({
      bases: ['/api'],
      endpoints: [endpoint],
      admission: { admit: () => Promise.resolve(viewer) },
      clock: systemClock,
      log,
    });
    router.answer(router.find(path)!, request, response);
  };

const send = createSendRepresentation({ of: outOfMemory });
const contract = rest('/api/openapi.yaml', contractEndpoint(send));

const json = `{"text":"${'x'.repeat(2_000)}","cacheStatus":"HIT"}`;
const body = createDashboardBody({
  storeId: newEvent().storeId as StoreId,
  averagedStores: 0,
  json,
  fallback: 'Instagram',
});
const stale = {
  body,
  bytes: body.hit,
  key: body.etag,
  ageSeconds: 77,
  staleReason: 'DATABASE_UNAVAILABLE',
} as const;
const dashboard = rest(
  `/api/events/${newEvent().eventId}/analytics`,
  analyticsEndpoint({ answers: { read: () => Promise.resolve(stale) }, send, tell: () => undefined }),
);

const graphql: RequestListener = (request, response) => {
  const fail = createGraphQLFailure(log);
  createSendResponse(outOfMemory)(request, response, {
    status: 200,
    headers: new HeaderMap([['x-of-the-answer', 'yes']]),
    body: { kind: 'complete', string: JSON.stringify({ data: { text: 'x'.repeat(2_000) } }) },
  }).catch((thrown: unknown) => fail(response, thrown));
};

const OF_ANSWERS = [
  'content-encoding',
  'etag',
  'age',
  'x-fallback-channels',
  'x-stale-reason',
  'x-of-the-answer',
];

describe('an answer that cannot be compressed', () => {
  let server: Server;
  async function serve(listener: RequestListener): Promise<string> {
    server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  test.each([
    ['REST', contract, { error: 'INTERNAL_SERVER_ERROR' }],
    ['REST, of a dashboard', dashboard, { error: 'INTERNAL_SERVER_ERROR' }],
    ['GraphQL', graphql, { errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] }],
  ])('is an error of %s that can be read, with nothing of the answer', async (_name, listener, error) => {
    const answer = await fetch(await serve(listener), { headers: { 'accept-encoding': 'br' } });
    expect(answer.status).toBe(500);
    expect(await answer.json()).toMatchObject(error);
    for (const name of OF_ANSWERS) expect([name, answer.headers.get(name)]).toEqual([name, null]);
  });
});
