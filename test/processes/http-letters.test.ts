import { exchangeBytes, parseAnswer } from '../harness/contract/raw-socket';
import { analyticsPath, type ServiceUnderContract, startUnderContract } from '../harness/contract/service';

describe('HTTP, to the letter', () => {
  let service: ServiceUnderContract;
  let path: string;
  beforeAll(async () => {
    service = await startUnderContract({ env: { TRUSTED_PROXIES: 'loopback' } });
    path = analyticsPath((await service.event()).eventId);
  });
  afterAll(() => service.stop());

  const answerTo = async (...head: readonly string[]) =>
    parseAnswer(
      await exchangeBytes(
        service.origin,
        [...head, 'Content-Type: application/json', 'Connection: close', '', ''].join('\r\n'),
      ),
    );

  describe('the host of a request', () => {
    it.each([
      ['two that differ', 'Host: here', 'Host: there'],
      ['two that are the same', 'Host: here', 'hOST: here'],
      ['what is no host', 'Host: here/there'],
      ['what is no host either', 'Host: a@b'],
    ])('is not %s: 400 over REST and GraphQL', async (_what, ...hosts) => {
      for (const target of ['/api/health', path, '/graphql', '/metrics', '/nothing']) {
        const { status, contentType } = await answerTo(`GET ${target} HTTP/1.1`, ...hosts);
        expect([status, contentType]).toEqual([400, 'application/json; charset=utf-8']);
      }
      const upgrade = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
      const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
      expect((await answerTo('GET /graphql HTTP/1.1', ...hosts, ...upgrade, key)).status).toBe(400);
    });

    it('is wanted since HTTP/1.1, which is told as anything else is', async () => {
      const raw = await exchangeBytes(
        service.origin,
        'GET /api/health HTTP/1.1\r\nConnection: close\r\n\r\n',
      );
      const { status, contentType, body } = parseAnswer(raw);
      expect([status, contentType]).toEqual([400, 'application/json; charset=utf-8']);
      expect(body).toContain('Host');
      expect(raw).toContain('X-Content-Type-Options: nosniff');
      expect((await answerTo('GET /api/health HTTP/1.0')).status).toBe(200);
    });

    it.each(['', 'here:8084', '[::1]:8084', '127.0.0.1', 'sub_domain.example:'])(
      'may be %p',
      async (host) => {
        expect((await answerTo('GET /api/health HTTP/1.1', `Host: ${host}`)).status).toBe(200);
      },
    );
  });

  describe('an absolute address', () => {
    it.each([
      ['/api/health', 200],
      ['/api/health?a=http://b', 200],
      ['/metrics', 200],
      ['/graphql?query=%7B__typename%7D', 401],
      ['', 200],
      ['?x', 200],
      ['/nothing', 404],
    ])('is taken for the path in it: %s', async (target, status) => {
      for (const origin of ['http://elsewhere.example', 'HTTPS://here:443'])
        expect((await answerTo(`GET ${origin}${target} HTTP/1.1`, 'Host: here')).status).toBe(
          // The page is not built where these tests run alone.
          target === '' || target === '?x' ? (await service.http.get('/')).status : status,
        );
    });
  });

  describe('a path', () => {
    it('that cannot be decoded is none of the files', async () => {
      const answer = await answerTo('GET /assets/%E0%A4%A HTTP/1.1', 'Host: here');
      expect([answer.status, answer.contentType]).toEqual([404, 'application/json; charset=utf-8']);
    });

    it.each([
      '/READYZ',
      '/readyz/',
      '/Metrics',
      '/metrics/',
      '/GRAPHQL',
      '/graphql//',
      '/graphql/x',
      '/dev/events/',
      '/DEV/events',
      '/api/docs/',
      '/API/docs',
      '/api/DOCS/assets/swagger-ui.css',
      '/api/HEALTH',
    ])('has no second spelling: %s is not found', async (spelling) => {
      for (const method of ['GET', 'POST'])
        expect((await service.http.request(spelling, { method, token: service.token() })).status).toBe(404);
    });
  });

  describe('an answer', () => {
    /** Over GraphQL as well, whose errors are not of the contract's shape. */
    const ask = (target: string, headers: Readonly<Record<string, string>> = {}, init: RequestInit = {}) =>
      fetch(`${service.origin}${target}`, {
        ...init,
        headers: {
          authorization: `Bearer ${service.token()}`,
          'content-type': 'application/json',
          ...headers,
        },
      });
    const headerOf = async (name: string, ...asked: Parameters<typeof ask>): Promise<string | null> =>
      (await ask(...asked)).headers.get(name);
    const EVERYWHERE = [
      ...['/api/health', '/graphql', '/metrics', '/readyz', '/api/docs', '/nothing', '/dev/events'],
      ...['/api/openapi.yaml', '/api/docs/assets/swagger-ui.css', '/graphql?query=%7B__typename%7D'],
    ];

    it.each(EVERYWHERE)('tells browsers not to guess its type: %s', async (target) => {
      expect(await headerOf('x-content-type-options', target)).toBe('nosniff');
    });

    it('tells them so where it cannot even be read as HTTP', async () => {
      const raw = await exchangeBytes(service.origin, 'EHLO there\r\n\r\n');
      expect(raw).toMatch(/^HTTP\/1\.1 400 [^]*X-Content-Type-Options: nosniff/);
    });

    it.each(EVERYWHERE)('tells them to stay with TLS where a trusted proxy has it: %s', async (target) => {
      const told = (headers: Readonly<Record<string, string>>): Promise<string | null> =>
        headerOf('strict-transport-security', target, headers);
      expect(await told({ 'x-forwarded-proto': 'https' })).toBe('max-age=31536000');
      expect([await told({}), await told({ 'x-forwarded-proto': 'http' })]).toEqual([null, null]);
    });

    it('asks for a token by RFC 6750: with an error only where a token came', async () => {
      const event = 'text/event-stream';
      const query = '/graphql?query=%7B__typename%7D';
      const asked = [[path], [query], [query, event], ['/dev/events', '*/*', 'POST']] as const;
      for (const [target, accept = '*/*', method = 'GET'] of asked) {
        const challenge = async (authorization: string): Promise<unknown> => {
          const { status, headers } = await ask(target, { accept, authorization }, { method });
          return [status, headers.get('www-authenticate')];
        };
        expect(await challenge('')).toEqual([401, 'Bearer']);
        expect(await challenge('Basic dTpw')).toEqual([401, 'Bearer']);
        expect(await challenge('Bearer nonsense')).toEqual([
          401,
          'Bearer error="invalid_token", error_description="The token is not valid here"',
        ]);
      }
    });

    it('says what is wrong with a range or a condition of a file, and fails at nothing of ours', async () => {
      const file = '/api/docs/assets/swagger-ui.css';
      const range = await ask(file, { range: 'bytes=999999999-' });
      expect(range.status).toBe(416);
      expect(range.headers.get('content-range')).toMatch(/^bytes \*\//);
      expect((await ask(file, { 'if-match': '"other"' })).status).toBe(412);
    });

    it.each([
      ['/graphql', 'application/json', '{"a"', {}, 400, /JSON.*position 4/],
      ['/graphql', 'application/json; charset=x', '{}', {}, 415, /UTF-8/],
      ['/dev/events', 'application/x-ndjson', '', { 'content-encoding': 'x' }, 415, /gzip/],
    ])('says what is wrong with a body: %s %s %s', async (target, type, body, headers, status, wrong) => {
      const answer = await ask(target, { 'content-type': type, ...headers }, { method: 'POST', body });
      expect(answer.status).toBe(status);
      expect(await answer.text()).toMatch(wrong);
    });
  });
});
