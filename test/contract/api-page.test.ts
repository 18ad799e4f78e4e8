import { runInNewContext } from 'node:vm';
import { type ServiceUnderContract, startUnderContract } from '../harness/contract/service';

describe('the page to read and try the contract', () => {
  let service: ServiceUnderContract;
  beforeAll(async () => void (service = await startUnderContract()));
  afterAll(() => service.stop());

  /** Where a browser goes from the page, resolved as a browser does. */
  async function referencesOf(page: string): Promise<URL[]> {
    const { body } = await service.http.get(page);
    return [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(
      ([, reference = '']) => new URL(reference, `${service.origin}${page}`),
    );
  }

  it.each(['/api/docs', '/analytics/v1/docs'])(
    'loads everything that %s names from this server',
    async (page) => {
      const references = await referencesOf(page);
      expect(references.length).toBe(3);
      for (const { origin, pathname } of references) {
        expect(origin).toBe(service.origin);
        const asset = await service.http.get(pathname);
        expect(asset.status).toBe(200);
        expect(asset.headers['content-type']).toMatch(
          pathname.endsWith('.css') ? /^text\/css/ : /javascript/,
        );
      }
    },
  );

  it('lets a browser run only what this server sends, and nothing that stands in the page itself', async () => {
    const { headers, body } = await service.http.get('/api/docs');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toContain('unsafe-eval');
    expect(policy).not.toMatch(/https?:/);
    expect(body).not.toMatch(/<script(?![^>]*\bsrc=)/);
    expect(body).not.toMatch(/\son\w+=|javascript:|style=/);
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('asks this server, whatever servers the contract names', async () => {
    const { body } = await service.http.get('/api/docs/start.js');
    const options = run(body, { origin: service.origin, pathname: '/shop/docs/' });
    expect(options.url).toBe('/shop/openapi.yaml');
    const sentTo = (url: string): string => options.requestInterceptor({ url }).url;
    expect(sentTo('https://api.kt-event-service.com/analytics/v1/events/x/analytics')).toBe(
      '/shop/events/x/analytics',
    );
    expect(sentTo('http://localhost:8084/api/health')).toBe('/shop/health');
    expect(options.requestInterceptor({ url: '/shop/openapi.yaml', loadSpec: true }).url).toBe(
      '/shop/openapi.yaml',
    );
  });

  it('has nothing below it but what belongs to it', async () => {
    expect((await service.http.get('/api/docs/nothing.js')).status).toBe(404);
    expect((await service.http.get('/api/docs/assets/..%2f..%2fpackage.json')).status).toBeGreaterThanOrEqual(
      400,
    );
  });
});

interface ExplorerOptions {
  readonly url: string;
  requestInterceptor(request: { url: string; loadSpec?: boolean }): { url: string };
}

/** Runs the page's own script as the browser would, up to where it starts the explorer. */
function run(script: string, page: { origin: string; pathname: string }): ExplorerOptions {
  const seen: ExplorerOptions[] = [];
  const location = { pathname: page.pathname, href: page.origin + page.pathname };
  const SwaggerUIBundle = (options: ExplorerOptions): void => void seen.push(options);
  runInNewContext(script, { location, window: {}, URL, SwaggerUIBundle });
  const [options] = seen;
  if (options === undefined) throw new Error('The script does not start the explorer.');
  return options;
}
