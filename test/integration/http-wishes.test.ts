import { exchangeBytes, parseAnswer } from '../harness/contract/raw-socket';
import { type ServiceUnderContract, startUnderContract } from '../harness/contract/service';

describe('what a client wishes for beside an answer', () => {
  let service: ServiceUnderContract;
  beforeAll(async () => void (service = await startUnderContract()));
  afterAll(() => service.stop());

  const answerTo = async (...head: readonly string[]) =>
    parseAnswer(await exchangeBytes(service.origin, [...head, '', ''].join('\r\n')));

  const H2C = [
    'Connection: Upgrade, HTTP2-Settings, close',
    'Upgrade: h2c',
    'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA',
  ];

  it.each([
    ['another protocol', H2C],
    ['something unheard of', ['Expect: the-unheard-of', 'Connection: close']],
  ])('is answered as if it did not, where it is %s', async (_what, wishes) => {
    const health = await answerTo('GET /api/health HTTP/1.1', 'Host: here', ...wishes);
    expect([health.status, health.contentType]).toEqual([200, 'application/json; charset=utf-8']);
    const body = JSON.stringify({ query: '{ __typename }' });
    const head = ['POST /graphql HTTP/1.1', 'Host: here', `Authorization: Bearer ${service.token()}`];
    const sent = [...head, 'Content-Type: application/json', `Content-Length: ${body.length}`, ...wishes];
    const raw = await exchangeBytes(service.origin, [...sent, '', body].join('\r\n'));
    expect(raw).toContain('{"data":{"__typename":"Query"}}');
  });

  it('is refused where a handshake does not hold', async () => {
    const wish = ['Connection: Upgrade', 'Upgrade: websocket'];
    const raw = await exchangeBytes(
      service.origin,
      ['GET /graphql HTTP/1.1', 'Host: here', ...wish, '', ''].join('\r\n'),
    );
    expect(raw).toMatch(/^HTTP\/1\.1 400 [^]*X-Content-Type-Options: nosniff/);
    expect(raw).not.toContain('text/html');
  });
});
