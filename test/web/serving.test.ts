import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createHttpClient, type HttpClient } from '../harness/http';
import { startTestService, type TestService } from '../harness/service';

describe('the page as it is served', () => {
  let service: TestService;
  let http: HttpClient;
  beforeAll(async () => {
    service = await startTestService({ env: { BUSINESS_TIME_ZONE: 'Asia/Tokyo', BASE_PATH: '/stats' } });
    http = createHttpClient(service.origin, ['/stats', '/analytics/v1']);
  });
  afterAll(() => service.stop());

  it.each(['/', '/stores/7', '/events/7'])(
    'is the same document at %s, asked for anew each time',
    async (place) => {
      const { status, headers, body } = await http.get(place);
      expect([status, headers['content-type'], headers['cache-control']]).toEqual([
        200,
        'text/html; charset=utf-8',
        'no-cache',
      ]);
      expect(body).toBe((await http.get('/')).body);
      expect((await http.get(place, undefined, { 'if-none-match': headers.etag ?? '' })).status).toBe(304);
      const head = await http.request(place, { method: 'HEAD' });
      expect([head.status, head.body, head.headers['content-length']]).toEqual([
        200,
        '',
        headers['content-length'],
      ]);
    },
  );

  it('lets its browser run nothing that stands in it, and load nothing from elsewhere', async () => {
    const { headers, body } = await http.get('/');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(body).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/);
    expect(body).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });

  it('says whose days are counted, and where the API can be tried', async () => {
    const { body } = await http.get('/');
    expect(body).toContain(
      'data-time-zone="Asia/Tokyo" data-api-page="/stats/docs" data-graphiql="/graphiql"',
    );
  });

  it('names files that are kept for good, and compressed for clients that accept it', async () => {
    const { body } = await http.get('/');
    const script = /\/assets\/page-[\w-]+\.js/.exec(body)?.[0] ?? '';
    const plain = await http.get(script);
    const gzipped = await http.get(script, undefined, { 'accept-encoding': 'gzip' });
    for (const { status, headers } of [plain, gzipped]) {
      expect([status, headers['cache-control'], headers['x-content-type-options']]).toEqual([
        200,
        'public, max-age=31536000, immutable',
        'nosniff',
      ]);
      expect(headers['content-type']).toMatch(/javascript/);
      expect(headers.vary).toBe('Accept-Encoding');
    }
    expect([plain.headers['content-encoding'], gzipped.headers['content-encoding']]).toEqual([
      undefined,
      'gzip',
    ]);
    expect(Number(gzipped.headers['content-length'])).toBeLessThan(
      Number(plain.headers['content-length']) / 2,
    );
  });

  it.each([
    '/assets/nothing.js',
    '/assets/',
    '/assets/..%2findex.html',
    '/index.html',
    '/.built-from',
    '/events',
    '/events/7/x',
  ])('knows nothing of %s', async (unknown) => {
    const answer = await http.get(unknown);
    expect(answer.status).toBe(404);
    expect(answer.json()).toMatchObject({ error: 'NOT_FOUND' });
  });

  it('outlives the loss of a file', async () => {
    const { body } = await http.get('/');
    const script = /\/assets\/page-[\w-]+\.js/.exec(body)?.[0] ?? '';
    const files = [script, `${script}.gz`].map((name) => path.join(__dirname, '../../dist/web', name));
    for (const file of files) renameSync(file, `${file}.away`);
    try {
      const answer = await http.get(script, undefined, { 'accept-encoding': 'gzip' });
      expect([answer.status, answer.headers['content-encoding']]).toEqual([404, undefined]);
      expect(answer.json()).toMatchObject({ error: 'NOT_FOUND' });
    } finally {
      for (const file of files) renameSync(`${file}.away`, file);
    }
    expect((await http.get(script)).status).toBe(200);
  });
});

describe('the pages to try the APIs on', () => {
  async function served(env: NodeJS.ProcessEnv): Promise<number[]> {
    const service = await startTestService({ env });
    const http = createHttpClient(service.origin);
    const answers = await Promise.all(
      ['/graphiql', '/api/docs', '/', '/api/openapi.yaml'].map((page) => http.get(page)),
    );
    const page = answers[2]?.body ?? '';
    expect(page.includes('data-graphiql="/graphiql"')).toBe(answers[0]?.status === 200);
    await service.stop();
    return answers.map(({ status }) => status);
  }

  it('are off in production, where the dashboard and the contract are not', async () => {
    expect(await served({ NODE_ENV: 'production' })).toEqual([404, 404, 200, 200]);
  });

  it('are there when they are asked for, and away when they are not wanted', async () => {
    expect(await served({ NODE_ENV: 'production', API_EXPLORERS: 'true' })).toEqual([200, 200, 200, 200]);
    expect(await served({ API_EXPLORERS: 'false' })).toEqual([404, 404, 200, 200]);
  });
});

it('serves the API all the same where the page was not built', async () => {
  const build = path.join(__dirname, '../../dist/web');
  const elsewhere = path.join(mkdtempSync(path.join(tmpdir(), 'analytics-web-')), 'web');
  renameSync(build, elsewhere);
  try {
    const service = await startTestService();
    const http = createHttpClient(service.origin);
    expect((await http.get('/')).status).toBe(404);
    expect((await http.get('/api/health')).status).toBe(200);
    await service.stop();
  } finally {
    renameSync(elsewhere, build);
    rmSync(path.dirname(elsewhere), { recursive: true });
  }
});
