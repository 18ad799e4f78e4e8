import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { exchangeBytes, parseAnswer } from '../harness/contract/raw-socket';
import { type ServiceUnderContract, startUnderContract } from '../harness/contract/service';
import { waitFor } from '../harness/wait-for';

const run = promisify(execFile);
const ASK_TWICE = path.join(__dirname, '../harness/clients/AskTwice.java');
const OPERATION = JSON.stringify({ query: '{ __typename }' });
const ANSWER = '{"data":{"__typename":"Query"}}';

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
    ['a protocol of nobody', ['Connection: Upgrade, close', 'Upgrade: TLS/1.0, the-unheard-of/3']],
    ['something unheard of', ['Expect: the-unheard-of', 'Connection: close']],
  ])('is answered as if it did not, where it is %s', async (_what, wishes) => {
    const health = await answerTo('GET /api/health HTTP/1.1', 'Host: here', ...wishes);
    expect([health.status, health.contentType]).toEqual([200, 'application/json; charset=utf-8']);
    const body = OPERATION;
    const head = ['POST /graphql HTTP/1.1', 'Host: here', `Authorization: Bearer ${service.token()}`];
    const sent = [...head, 'Content-Type: application/json', `Content-Length: ${body.length}`, ...wishes];
    const raw = await exchangeBytes(service.origin, [...sent, '', body].join('\r\n'));
    expect(raw).toContain(ANSWER);
  });

  it('leaves its connection as it was, for what it asks next', async () => {
    const wishes = [
      'Connection: Upgrade, HTTP2-Settings',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABkAAQAoAAA',
    ];
    const get = ['GET /api/health HTTP/1.1', 'Host: here'];
    const head = ['POST /graphql HTTP/1.1', 'Host: here', `Authorization: Bearer ${service.token()}`];
    const post = [...head, 'Content-Type: application/json', `Content-Length: ${OPERATION.length}`];
    const { hostname, port } = new URL(service.origin);
    const socket = connect(Number(port), hostname);
    let received = '';
    socket.on('data', (chunk) => (received += chunk.toString()));
    const ask = async (request: readonly string[], wanted: string): Promise<void> => {
      received = '';
      socket.write(request.join('\r\n'));
      await waitFor(() => received.includes(wanted), {
        what: `the answer to ${request[0]}`,
        timeoutMs: 10_000,
      });
      expect(received).toMatch(/^HTTP\/1\.1 200 /);
    };
    await ask([...get, ...wishes, '', ''], '"status":"UP"');
    await ask([...post, ...wishes, '', OPERATION], ANSWER);
    await ask([...get, '', ''], '"status":"UP"');
    await ask([...post, '', OPERATION], ANSWER);
    expect(socket.destroyed).toBe(false);
    socket.destroy();
  });

  it('is answered to curl, asked for HTTP/2', async () => {
    const { stdout: health } = await run('curl', ['-sS', '--http2', `${service.origin}/api/health`]);
    expect(JSON.parse(health)).toMatchObject({ status: 'UP' });
    const headers = [
      '-H',
      `Authorization: Bearer ${service.token()}`,
      '-H',
      'Content-Type: application/json',
    ];
    const { stdout } = await run('curl', [
      '-sS',
      '--http2',
      ...headers,
      '-d',
      OPERATION,
      `${service.origin}/graphql`,
    ]);
    expect(stdout.trim()).toBe(ANSWER);
  });

  it('is answered to the client of Java, which asks for HTTP/2 unless it is told not to', async () => {
    const { stdout } = await run('java', [ASK_TWICE, service.origin, service.token(), OPERATION]);
    const [first, second, third] = stdout
      .trim()
      .split('\n')
      .map((line) => line.trim());
    expect([first, third]).toEqual([`200 HTTP_1_1 ${ANSWER}`, `200 HTTP_1_1 ${ANSWER}`]);
    expect(second).toMatch(/^200 HTTP_1_1 \{"status":"UP"/);
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
