import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createHttpIntake, type IntakeLimits } from '../../../src/gateway/http-intake';
import { watchUnfinishedAnswers } from '../../../src/gateway/unfinished-answers';
import { systemClock } from '../../../src/runtime/clock';

/** A server whose answers are given by hand, and what it was asked, in the order in which it came to it. */
async function open(limits: IntakeLimits) {
  const begun: string[] = [];
  const answers: ServerResponse[] = [];
  const listener: RequestListener = ({ url = '' }, response) => {
    begun.push(url);
    answers.push(response);
  };
  const server = createServer();
  const intake = createHttpIntake(listener, {
    answers: watchUnfinishedAnswers(server),
    clock: systemClock,
    weightOf: ({ url = '' }) => (url.startsWith('/heavy') ? 2 : 1),
    limits,
  });
  server.on('request', intake.take).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const send = (requests: readonly string[], token = 'one', accept = '*/*') => {
    const socket = connect(port, '127.0.0.1');
    let said = '';
    socket.on('data', (data: Buffer) => (said += data.toString()));
    socket.on('error', () => undefined);
    const text = (url: string): string =>
      `GET ${url} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nAccept: ${accept}\r\n\r\n`;
    socket.write(requests.map(text).join(''));
    return { socket, said: () => said };
  };
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await nextTurn();
  };
  const answer = (place: number): void => void answers[place]?.end('well');
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  const connections = () =>
    new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count)));
  return { begun, answer, send, until, connections, intake, close };
}

const LIMITS: IntakeLimits = { running: 2, countsMs: 60_000, waiting: 3, unanswered: 10 };
const urls = (count: number, name = ''): string[] =>
  Array.from({ length: count }, (_, number) => `/${name}${number}`);

describe('the HTTP intake', () => {
  test('runs a limited number of one client’s requests at a time, in their order', async () => {
    const server = await open(LIMITS);
    server.send(urls(4));
    await server.until(() => server.begun.length === 2);
    await nextTurn();
    expect(server.begun).toEqual(['/0', '/1']);
    server.answer(0);
    await server.until(() => server.begun.length === 3);
    expect(server.begun).toEqual(['/0', '/1', '/2']);
    await server.close();
  });

  test('does not count requests that wait for something else than the processor', async () => {
    const server = await open({ ...LIMITS, countsMs: 1 });
    server.send(urls(4));
    await server.until(() => server.begun.length === 4);
    await server.close();
  });

  test('runs fewer requests at a time where they weigh more', async () => {
    const server = await open(LIMITS);
    server.send(urls(4, 'heavy'));
    await server.until(() => server.begun.length === 1);
    for (let turn = 0; turn < 5; turn += 1) await nextTurn();
    expect(server.begun).toEqual(['/heavy0']);
    server.answer(0);
    await server.until(() => server.begun.length === 2);
    await server.close();
  });

  test('does not let one client delay another', async () => {
    const server = await open(LIMITS);
    server.send(urls(4, 'greedy'), 'one');
    await server.until(() => server.begun.length === 2);
    server.send(urls(1, 'other'), 'two');
    await server.until(() => server.begun.includes('/other0'));
    expect(server.begun).not.toContain('/greedy2');
    await server.close();
  });

  test('refuses at once where too many wait', async () => {
    const server = await open(LIMITS);
    const first = server.send(urls(2), 'one');
    await server.until(() => server.begun.length === 2);
    server.send(urls(3), 'one');
    const last = server.send(urls(1), 'one');
    await server.until(() => last.said().includes('429'));
    expect(last.said()).toMatch(/Retry-After: 1\r\n[^]*TOO_MANY_REQUESTS/);
    expect(first.said()).toBe('');
    await server.close();
  });

  test('keeps nothing of clients without requests, streams among them', async () => {
    const server = await open({ ...LIMITS, countsMs: 1 });
    server.send(urls(1), 'one', 'text/event-stream');
    server.send(urls(3), 'two');
    await server.until(() => server.begun.length === 4);
    for (const place of [0, 1, 2, 3]) server.answer(place);
    await server.until(() => server.intake.clients === 0);
    await server.close();
  });

  test('closes a connection with too many pipelined requests once those before are answered', async () => {
    const server = await open({ ...LIMITS, running: 10, unanswered: 3 });
    const { socket, said } = server.send(urls(6));
    await server.until(() => server.begun.length === 3);
    for (const place of [0, 1, 2]) server.answer(place);
    await once(socket, 'close');
    expect(said().match(/HTTP\/1\.1 \d+/g)).toEqual([
      'HTTP/1.1 200',
      'HTTP/1.1 200',
      'HTTP/1.1 200',
      'HTTP/1.1 429',
    ]);
    expect(server.begun).toHaveLength(3);
    await server.close();
  });

  test('closes a connection with far too many requests immediately', async () => {
    const server = await open({ ...LIMITS, running: 10, unanswered: 3 });
    const { socket } = server.send(urls(100));
    await once(socket, 'close');
    expect(server.begun).toHaveLength(3);
    await server.close();
  });

  test('does not begin requests of a client that has disconnected', async () => {
    const server = await open(LIMITS);
    server.send(urls(2), 'one');
    await server.until(() => server.begun.length === 2);
    const { socket } = server.send(urls(1, 'left'), 'one');
    while ((await server.connections()) < 2) await nextTurn();
    socket.destroy();
    while ((await server.connections()) > 1) await nextTurn();
    server.send(urls(1, 'stays'), 'one');
    server.answer(0);
    await server.until(() => server.begun.includes('/stays0'));
    expect(server.begun).not.toContain('/left0');
    await server.close();
  });
});
