import { exchangeBytes, parseAnswer } from '../harness/contract/raw-socket';
import { analyticsPath, type ServiceUnderContract, startUnderContract } from '../harness/contract/service';
import { violations } from '../harness/contract/validator';

describe('a service that is sent malformed requests', () => {
  let service: ServiceUnderContract;
  let path: string;

  beforeAll(async () => {
    service = await startUnderContract();
    path = analyticsPath((await service.event()).eventId);
  });
  afterAll(() => service.stop());

  afterEach(async () => {
    expect((await service.http.get(path, service.token())).status).toBe(200);
  });

  /** What the service answers to raw bytes, held against the contract like any other answer. */
  async function answerTo(bytes: string): Promise<{ status: number; body: string }> {
    const answer = parseAnswer(await exchangeBytes(service.origin, bytes));
    expect(violations({ ...answer, resource: undefined, method: 'GET' })).toEqual([]);
    return answer;
  }

  const requestWith = (header: string): string =>
    `GET /api/health HTTP/1.1\r\nHost: here\r\nConnection: close\r\n${header}\r\n\r\n`;

  it('says 401 to a token of 100 KB', async () => {
    const answer = await service.http.get(path, 'a'.repeat(100 * 1024));
    expect(answer.status).toBe(401);
  });

  it('says 401 to a token of 100 KB that has the three parts of one', async () => {
    const part = 'a'.repeat(34 * 1024);
    expect((await service.http.get(path, `${part}.${part}.${part}`)).status).toBe(401);
  });

  it('says 431 to a token of 300 KB', async () => {
    const { status } = await answerTo(requestWith(`Authorization: Bearer ${'a'.repeat(300 * 1024)}`));
    expect(status).toBe(431);
  });

  it.each([
    ['no HTTP', 'EHLO there\r\n\r\n'],
    ['bytes of TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['a header without a colon', requestWith('what is this')],
    ['a NUL in a header', requestWith('X: a\0b')],
    ['two lengths', requestWith('Content-Length: 1\r\nContent-Length: 2')],
    ['a length and chunks', requestWith('Content-Length: 5\r\nTransfer-Encoding: chunked')],
    ['HTTP of a version to come', `GET /api/health HTTP/9.9\r\nHost: here\r\n\r\n`],
  ])('says 400 to %s', async (_what, bytes) => {
    expect((await answerTo(bytes)).status).toBe(400);
  });

  it('says 400 to a request that names no host, and nothing more: Node answers before anybody is asked', async () => {
    const raw = await exchangeBytes(service.origin, 'GET /api/health HTTP/1.1\r\n\r\n');
    expect(parseAnswer(raw).status).toBe(400);
  });

  it('says 404 to a path of 60 KB', async () => {
    expect((await service.http.get(`/api/${'a'.repeat(60 * 1024)}`)).status).toBe(404);
  });

  it('says 400 to an id of 60 KB', async () => {
    const answer = await service.http.get(analyticsPath('a'.repeat(60 * 1024)), service.token());
    expect(answer.status).toBe(400);
  });

  it('says 404 to an address that names another host, and does not go there', async () => {
    const { status } = await answerTo(
      `GET http://elsewhere.example/x HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n`,
    );
    expect(status).toBe(404);
  });

  it('answers in order a client that asks twice before listening', async () => {
    const get = (address: string): string => `GET ${address} HTTP/1.1\r\nHost: here\r\n`;
    const raw = await exchangeBytes(
      service.origin,
      `${get('/api/health')}\r\n${get(path)}Connection: close\r\n\r\n`,
    );
    expect([...raw.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(['200', '401']);
  });

  it('pays no heed to a body that comes with GET', async () => {
    const body = 'x'.repeat(200_000);
    const answer = await service.http.request(path, {
      token: service.token(),
      headers: { 'content-length': String(body.length) },
      body,
    });
    expect(answer.status).toBe(200);
  });
});
