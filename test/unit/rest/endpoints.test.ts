import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Viewer } from '../../../src/auth/viewer';
import { AppError } from '../../../src/errors';
import type { Instant, StoreId } from '../../../src/domain/values';
import { pathOf } from '../../../src/gateway/request-target';
import { createLogger } from '../../../src/observability/log';
import type { DashboardAnswers } from '../../../src/rest/dashboard-answers';
import { createDashboardBody } from '../../../src/rest/dashboard-body';
import type { Endpoint } from '../../../src/rest/endpoint';
import { createEndpoints } from '../../../src/rest/endpoints';
import { createRest } from '../../../src/rest/rest';
import { createSettableClock } from '../../../src/runtime/clock';
import { contract } from '../../harness/contract/openapi';

const BASE = '/api';
const STORE = '660e8400-e29b-41d4-a716-446655440001' as StoreId;
const PARAMETER = '550e8400-e29b-41d4-a716-446655440000';
const clock = createSettableClock(Date.parse('2025-10-22T10:30:00Z') as Instant);
const viewer: Viewer = {
  subject: 'owner',
  storeIds: new Set([STORE]),
  isAdmin: false,
  expiresAt: Infinity as Instant,
};

/** A router whose one valid token is `valid`, and the viewers for whom an answer was read. */
function setUp() {
  const readers: Viewer[] = [];
  const body = createDashboardBody({ storeId: STORE, averagedStores: 0, json: '{"cacheStatus":"HIT"}' });
  const answers: DashboardAnswers = {
    read(_eventId, reader) {
      readers.push(reader);
      return Promise.resolve({ body, bytes: body.hit, ageSeconds: 0 });
    },
  };
  const endpoints = createEndpoints({ answers, clock });
  const rest = createRest({
    bases: [BASE, '/analytics/v1'],
    endpoints,
    admission: {
      admit: ({ headers }) =>
        headers.authorization === 'Bearer valid'
          ? Promise.resolve(viewer)
          : Promise.reject(new AppError('UNAUTHORIZED')),
    },
    clock,
    log: createLogger({ level: 'silent' }),
  });
  return { rest, endpoints, readers };
}

const { rest, endpoints, readers } = setUp();
const server = createServer((request, response) => {
  const route = rest.find(pathOf(request));
  if (route === undefined) response.writeHead(404).end();
  else rest.answer(route, request, response);
});
let origin: string;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const filled = (path: string): string => BASE + path.replace(/\{\w+\}/g, PARAMETER);
const pathsOf = (access: Endpoint['access']): string[] =>
  endpoints.filter((endpoint) => endpoint.access === access).map(({ path }) => path);
const statusOf = async (path: string, init?: RequestInit): Promise<number> =>
  (await fetch(origin + filled(path), init)).status;

describe('the endpoints', () => {
  it('are those of the contract, and the contract itself', () => {
    expect(endpoints.map(({ path }) => path).sort()).toEqual(
      [...Object.keys(contract.paths), '/openapi.yaml'].sort(),
    );
  });

  it('want a token where the contract says so, and nowhere else', () => {
    const secured = Object.entries(contract.paths).filter(([, { get }]) => get.security.length > 0);
    expect(pathsOf('token').sort()).toEqual(secured.map(([path]) => path).sort());
  });

  it('do not compile without saying who may call them', () => {
    // @ts-expect-error -- the access is missing
    const endpoint: Endpoint = { path: '/health', get: () => undefined };
    expect(endpoint).not.toHaveProperty('access');
  });

  it.each(pathsOf('token'))('refuse %s without a valid token before the handler is called', async (path) => {
    for (const method of ['GET', 'HEAD']) {
      expect(await statusOf(path, { method })).toBe(401);
      expect(await statusOf(path, { method, headers: { authorization: 'Bearer invalid' } })).toBe(401);
    }
    expect(readers).toEqual([]);
  });

  it.each(pathsOf('token'))('hand the viewer of the token to the handler of %s', async (path) => {
    expect(await statusOf(path, { headers: { authorization: 'Bearer valid' } })).toBe(200);
    expect(readers.splice(0)).toEqual([viewer]);
  });

  it.each(pathsOf('public'))('answer %s without a token', async (path) => {
    expect(await statusOf(path)).toBe(200);
  });
});

describe('the router', () => {
  const routeOf = (url: string) => {
    const route = rest.find(pathOf({ url } as IncomingMessage));
    return route && [route.endpoint.path, ...route.parameters];
  };

  it.each([
    ['/api/events/x/analytics?a=b', ['/events/{eventId}/analytics', 'x']],
    ['/analytics/v1/events/x%2Fy/analytics', ['/events/{eventId}/analytics', 'x%2Fy']],
    ['/api/events//analytics', ['/events/{eventId}/analytics', '']],
    ['/api/health', ['/health']],
    ['/api/openapi.yaml', ['/openapi.yaml']],
  ])('finds the endpoint of %s', (url, route) => {
    expect(routeOf(url)).toEqual(route);
  });

  it.each([
    '/events/x/analytics',
    '/api/events/x',
    '/api/events/x/y/analytics',
    '/api/openapiXyaml',
    '/api/health/',
  ])('has no endpoint for %s', (url) => {
    expect(routeOf(url)).toBeUndefined();
  });
});
