import { readFileSync } from 'node:fs';
import { CONTRACT_PATH } from '../harness/contract/openapi';
import { analyticsPath, type ServiceUnderContract, startUnderContract } from '../harness/contract/service';
import { createHttpClient } from '../harness/http';

describe('the REST layer as an HTTP server', () => {
  let service: ServiceUnderContract;
  let path: string;
  let token: string;

  beforeAll(async () => {
    service = await startUnderContract();
    const { eventId, storeId } = await service.event();
    path = analyticsPath(eventId);
    token = service.token([storeId]);
  });
  afterAll(() => service.stop());

  it('serves the contract under the local base and under that of production', async () => {
    const [local, production] = [
      await service.http.get(path, token),
      await service.http.get(path.replace('/api', '/analytics/v1'), token),
    ];
    expect(local.status).toBe(200);
    expect({ ...(production.json() as object), cacheStatus: 'MISS' }).toEqual(local.json());
  });

  it('takes an id in upper case, percent-encoded, and behind a query string', async () => {
    const id = path.split('/')[3] ?? '';
    const encoded = Array.from(id, (character) => `%${character.charCodeAt(0).toString(16)}`).join('');
    for (const spelling of [id.toUpperCase(), encoded, id]) {
      const answer = await service.http.get(`${analyticsPath(spelling)}?a=/b&c`, token);
      expect(answer.status).toBe(200);
      expect(answer.json()).toMatchObject({ eventId: id });
    }
  });

  it('answers HEAD as GET, without the body', async () => {
    const got = await service.http.get(path, token);
    const head = await service.http.request(path, { method: 'HEAD', token });
    expect(head.status).toBe(200);
    for (const name of ['content-length', 'content-type', 'etag', 'cache-control', 'vary']) {
      expect(head.headers[name]).toBe(got.headers[name]);
    }
    expect((await service.http.request(path, { method: 'HEAD' })).status).toBe(401);
  });

  it('tells by OPTIONS what may be asked, without a token', async () => {
    const answer = await service.http.request(path, { method: 'OPTIONS' });
    expect([answer.status, answer.headers.allow]).toEqual([204, 'GET, HEAD, OPTIONS']);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'])('refuses %s with 405 and Allow', async (method) => {
    for (const resource of [path, '/api/health', '/api/openapi.yaml']) {
      const answer = await service.http.request(resource, { method, token });
      expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS']);
    }
  });

  it.each([
    '/api',
    '/api/',
    '/api/events',
    '/api/nothing',
    '/events/x/analytics',
    '/api/events/a/b/analytics',
    '/api//health',
    '/api/health/',
  ])('knows nothing of %s: 404', async (unknown) => {
    const answer = await service.http.get(unknown, token);
    expect(answer.status).toBe(404);
    expect(answer.json()).toMatchObject({ error: 'NOT_FOUND' });
  });

  it('answers 304 to a client that has the answer already', async () => {
    const { headers } = await service.http.get(path, token);
    const etag = headers.etag ?? '';
    expect(etag).toMatch(/^W\/"[\da-f]{32}"$/);
    for (const known of [
      etag,
      etag.slice(2),
      '*',
      `"other", ${etag}`,
      `"other",${etag.slice(2)} , "third"`,
      `"other",\t${etag}\t, "third"`,
    ]) {
      const answer = await service.http.get(path, token, { 'if-none-match': known });
      expect([answer.status, answer.headers.etag, answer.body]).toEqual([304, etag, '']);
    }
    expect((await service.http.get(path, token, { 'if-none-match': '"other"' })).status).toBe(200);
    expect((await service.http.get(path, undefined, { 'if-none-match': etag })).status).toBe(401);
    expect((await service.http.get(path, service.token([]), { 'if-none-match': etag })).status).toBe(403);
  });

  it('has one ETag for the same values, from the cache or not, and another after a change', async () => {
    const { eventId } = await service.event();
    const [miss, hit] = [
      await service.http.get(analyticsPath(eventId), service.token()),
      await service.http.get(analyticsPath(eventId), service.token()),
    ];
    expect([miss.json(), hit.json()]).toMatchObject([{ cacheStatus: 'MISS' }, { cacheStatus: 'HIT' }]);
    expect(hit.headers.etag).toBe(miss.headers.etag);
    await service.send('channel.views-measured', {
      messageId: eventId,
      occurredAt: new Date().toISOString(),
      measuredAt: new Date().toISOString(),
      eventId,
      channel: 'Instagram',
      views: 7,
    });
    const after = await service.http.get(analyticsPath(eventId), service.token());
    expect(after.headers.etag).not.toBe(hit.headers.etag);
  });

  it('forbids shared caches to keep an answer', async () => {
    const { headers } = await service.http.get(path, token);
    expect([headers['cache-control'], headers.vary]).toEqual([
      'private, no-cache',
      'Authorization, Accept-Encoding',
    ]);
    expect((await service.http.get(path)).headers['cache-control']).toBe('no-store');
  });

  it('says that it is up, to anybody', async () => {
    expect((await service.http.get('/api/health')).json()).toEqual({
      status: 'UP',
      service: 'analytics-service',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as unknown,
    });
    expect((await service.http.request('/analytics/v1/health', { method: 'HEAD' })).status).toBe(200);
  });

  it('serves the contract itself, byte for byte', async () => {
    const answer = await service.http.get('/api/openapi.yaml');
    expect(answer.headers['content-type']).toBe('application/yaml; charset=utf-8');
    expect(answer.body).toBe(readFileSync(CONTRACT_PATH, 'utf8'));
    const again = await service.http.get('/api/openapi.yaml', undefined, {
      'if-none-match': answer.headers.etag ?? '',
    });
    expect(again.status).toBe(304);
  });

  it('tells a probe that every part can work', async () => {
    const answer = await service.http.get('/readyz');
    expect([answer.status, answer.json()]).toMatchObject([200, { ready: true }]);
  });
});

describe('another base path', () => {
  it.each([
    ['/shop/stats/', '/shop/stats'],
    ['/', ''],
  ])('BASE_PATH=%s serves the contract under %p, and under that of production', async (basePath, base) => {
    const service = await startUnderContract({ env: { BASE_PATH: basePath } });
    const http = createHttpClient(service.origin, [base, '/analytics/v1']);
    const { eventId } = await service.event();
    for (const served of [base, '/analytics/v1']) {
      expect((await http.get(analyticsPath(eventId, served), service.token())).status).toBe(200);
      expect((await http.get(`${served}/openapi.yaml`)).status).toBe(200);
      expect((await http.get(`${served}/docs`)).status).toBe(200);
    }
    expect((await http.get('/api/health')).status).toBe(404);
    await service.stop();
  });
});
