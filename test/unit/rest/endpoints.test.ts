import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Viewer } from '../../../src/auth/viewer';
import { createInProcessCache } from '../../../src/cache/in-process';
import { createTolerantCache } from '../../../src/cache/tolerant';
import { AppError } from '../../../src/errors';
import type { Instant, StoreId } from '../../../src/domain/values';
import { pathOf } from '../../../src/gateway/request-target';
import { createLogger } from '../../../src/observability/log';
import { createDashboardAssembler } from '../../../src/rest/assemble-dashboard';
import { createCompressedBodies } from '../../../src/rest/compressed-bodies';
import { createDashboardAnswers } from '../../../src/rest/dashboard-answers';
import { createDashboardBodies } from '../../../src/rest/dashboard-bodies';
import type { Endpoint, PublicEndpoint } from '../../../src/rest/endpoint';
import { createEndpoints } from '../../../src/rest/endpoints';
import type { Behalf, Execute } from '../../../src/rest/execute';
import { createOwners } from '../../../src/rest/owners';
import { createSendRepresentation } from '../../../src/rest/respond';
import { createRest } from '../../../src/rest/rest';
import { createSettableClock } from '../../../src/runtime/clock';
import { createAnyAnswer } from '../../harness/any-answer';
import { contract, SECURED } from '../../harness/contract/openapi';

const BASE = '/api';
const STORE = '660e8400-e29b-41d4-a716-446655440001' as StoreId;
const EVENT = '550e8400-e29b-41d4-a716-446655440000';
const viewerOf = (subject: string, stores: readonly StoreId[]): Viewer => ({
  subject,
  storeIds: new Set(stores),
  isAdmin: false,
  expiresAt: Infinity as Instant,
});
/** By the valid tokens. */
const VIEWERS = new Map([
  ['Bearer owner', viewerOf('owner', [STORE])],
  ['Bearer other', viewerOf('other', [])],
]);
const asOwner = { headers: { authorization: 'Bearer owner' } };

/** The endpoints over an empty cache, and on whose behalf they have executed operations. */
function setUp() {
  const executed: Behalf[] = [];
  const anyAnswer = createAnyAnswer(STORE);
  const execute: Execute = (document, variables, behalf) => {
    executed.push(behalf);
    return anyAnswer(document, variables, behalf);
  };
  const clock = createSettableClock(Date.parse('2025-10-22T10:00:00Z') as Instant);
  const log = createLogger({ level: 'silent' });
  const assemble = createDashboardAssembler(execute);
  const cache = createTolerantCache(createInProcessCache(0), log);
  const bodies = createDashboardBodies({ cache, clock, ttlMs: 300_000, staleMs: 0, assemble, log });
  const answers = createDashboardAnswers({ bodies, owners: createOwners(execute), assemble, clock });
  const send = createSendRepresentation(createCompressedBodies());
  const endpoints = createEndpoints({ answers, execute, send, tellAnswer: () => undefined, clock });
  const rest = createRest({
    bases: [BASE, '/analytics/v1'],
    endpoints,
    admission: {
      admit({ headers: { authorization = '' } }) {
        const viewer = VIEWERS.get(authorization);
        return viewer === undefined ? Promise.reject(new AppError('UNAUTHORIZED')) : Promise.resolve(viewer);
      },
    },
    clock,
    log,
  });
  return { rest, endpoints, executed };
}

const { rest, endpoints, executed } = setUp();
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

const pathsOf = (access: Endpoint['access']): string[] =>
  endpoints.filter((endpoint) => endpoint.access === access).map(({ path }) => path);
const statusOf = async (path: string, init?: RequestInit, eventId = EVENT): Promise<number> =>
  (await fetch(origin + BASE + path.replace('{eventId}', eventId), init)).status;

describe('the endpoints', () => {
  it('are those of the contract, and the contract itself', () => {
    expect(endpoints.map(({ path }) => path).sort()).toEqual(
      [...Object.keys(contract.paths), '/openapi.yaml'].sort(),
    );
  });

  it('want a token where the contract says so, and nowhere else', () => {
    expect(pathsOf('token').sort()).toEqual([...SECURED].sort());
  });

  it('do not compile without saying who may call them', () => {
    // @ts-expect-error -- the access is missing
    const endpoint: Endpoint = { path: '/health', get: () => undefined };
    expect(endpoint).not.toHaveProperty('access');
  });

  it('do not compile where anyone may read an event', () => {
    // @ts-expect-error -- an event's path is for viewers
    const path: PublicEndpoint['path'] = '/events/{eventId}/analytics';
    expect(path).toContain('{eventId}');
  });

  it('do not compile without saying on whose behalf they read', () => {
    // @ts-expect-error -- neither a viewer nor whose permit an unchecked read takes
    const behalf: Behalf = {};
    // @ts-expect-error -- a viewer that may be missing
    const missing: Behalf = { viewer: undefined };
    // @ts-expect-error -- a permit is a token's or a store's
    const free: Behalf = { uncheckedFor: 'free text' };
    expect([behalf, missing, free]).toHaveLength(3);
  });

  it.each(pathsOf('token'))('refuse %s without a valid token before the handler is called', async (path) => {
    for (const method of ['GET', 'HEAD']) {
      expect(await statusOf(path, { method })).toBe(401);
      expect(await statusOf(path, { method, headers: { authorization: 'Bearer invalid' } })).toBe(401);
    }
    expect(await statusOf(path, {}, 'no-uuid')).toBe(401);
    expect(executed).toEqual([]);
  });

  it.each(pathsOf('token'))(
    'refuse %s with an id that is no uuid before the handler is called',
    async (path) => {
      for (const eventId of ['no-uuid', '', '%ZZ']) expect(await statusOf(path, asOwner, eventId)).toBe(400);
      expect(executed).toEqual([]);
    },
  );

  it.each(pathsOf('token'))('read %s for the viewer of the token', async (path) => {
    const asOther = { headers: { authorization: 'Bearer other' } };
    for (const eventId of [EVENT, EVENT.toUpperCase()]) {
      expect(await statusOf(path, asOther, eventId)).toBe(403);
      expect(await statusOf(path, asOwner, eventId)).toBe(200);
      expect(await statusOf(path, asOther, eventId)).toBe(403);
    }
    expect(executed.splice(0)).not.toEqual([]);
  });

  it.each(pathsOf('public'))('answer %s without a token', async (path) => {
    expect(await statusOf(path)).toBe(200);
  });
});

describe('the router', () => {
  const routeOf = (url: string) => {
    const route = rest.find(pathOf({ url } as IncomingMessage));
    return route && [route.endpoint.path, route.segment];
  };

  it.each([
    ['/api/events/x/analytics?a=b', ['/events/{eventId}/analytics', 'x']],
    ['/analytics/v1/events/x%2Fy/analytics', ['/events/{eventId}/analytics', 'x%2Fy']],
    ['/api/events//analytics', ['/events/{eventId}/analytics', '']],
    ['/api/health', ['/health', '']],
    ['/api/openapi.yaml', ['/openapi.yaml', '']],
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
