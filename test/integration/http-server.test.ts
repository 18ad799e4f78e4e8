import { once } from 'node:events';
import type { RequestListener, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { createHttpServer, type HttpServer, type HttpTimeouts } from '../../src/gateway/http-server';
import { askerOf } from '../../src/gateway/operations/asker';
import { createTrust } from '../../src/gateway/trusted-proxies';
import { systemClock } from '../../src/runtime/clock';
import { parseAnswer } from '../harness/contract/raw-socket';
import { waitFor } from '../harness/wait-for';

const BIG = Buffer.alloc(32 * 1024 * 1024, 'x');

describe('an HTTP server', () => {
  const servers: HttpServer[] = [];
  const sockets: Socket[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const http of servers.splice(0)) {
      http.server.closeAllConnections();
      await http.close();
    }
  });

  async function start(listener: RequestListener, timeouts: Partial<HttpTimeouts>) {
    const http = createHttpServer(listener, {
      clock: systemClock,
      trusts: createTrust([]),
      cors: () => false,
      weightOf: () => 1,
      timeouts,
    });
    servers.push(http);
    const port = await http.listen({ host: '127.0.0.1', port: 0 });
    let everConnected = 0;
    http.server.on('connection', () => (everConnected += 1));
    const connections = (): Promise<number> =>
      new Promise((resolve) => http.server.getConnections((_error, count) => resolve(count)));
    const dial = async (text: string): Promise<{ socket: Socket; received: () => string }> => {
      const socket = connect(port, '127.0.0.1');
      sockets.push(socket);
      let received = '';
      socket.on('data', (chunk) => (received += chunk.toString('latin1')));
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      socket.write(text);
      return { socket, received: () => received };
    };
    return { dial, connections, everConnected: () => everConnected, close: () => http.close() };
  }

  const GET = 'GET / HTTP/1.1\r\nHost: here\r\n\r\n';
  const untilClosed = (socket: Socket) =>
    waitFor(() => socket.closed, { what: 'the server to hang up', timeoutMs: 20_000 });

  it.each([
    ['the headers of a request do not end', 'GET / HTTP/1.1\r\nHost: here\r\nX: '],
    ['its body does not come', 'POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 9\r\n\r\n'],
  ])('says 408 when %s', async (_what, text) => {
    const { dial } = await start(() => undefined, { headers: 200, request: 200, lookEvery: 50 });
    const { socket, received } = await dial(text);
    await untilClosed(socket);
    const { status, contentType, body } = parseAnswer(received());
    expect([status, contentType]).toEqual([408, 'application/json; charset=utf-8']);
    expect(JSON.parse(body)).toMatchObject({ error: 'REQUEST_TIMEOUT' });
  });

  it('does not say of a request what is wrong with the one behind it', async () => {
    const { dial } = await start((request, response) => {
      if (request.url === '/first') setTimeout(() => response.end('the first'), 50);
    }, {});
    const { socket, received } = await dial('GET /first HTTP/1.1\r\nHost: here\r\n\r\nno request\r\n\r\n');
    await untilClosed(socket);
    expect(received()).toBe('');
  });

  it('writes nothing into an answer that is on its way', async () => {
    const { dial } = await start((_request, response) => response.write('first'), {});
    const { socket, received } = await dial(GET);
    await waitFor(() => received().includes('first'), { what: 'a beginning', timeoutMs: 5_000 });
    socket.write('EHLO there\r\n\r\n');
    await untilClosed(socket);
    expect(received().match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  it('lets go of clients that take in nothing of their answers', async () => {
    const { dial, connections, everConnected } = await start((_request, response) => response.end(BIG), {
      reading: 100,
    });
    for (let n = 0; n < 5; n += 1) (await dial(GET)).socket.pause();
    await waitFor(async () => everConnected() === 5 && (await connections()) === 0, {
      what: 'all to be gone',
      timeoutMs: 20_000,
    });
  });

  it('lets a client be that takes in its answer little by little', async () => {
    // All of it takes longer than the server waits, and a pause so much less that a busy machine does not matter.
    const { dial } = await start((_request, response) => response.end(BIG), { reading: 1_000 });
    const { socket, received } = await dial(GET);
    let pauses = 0;
    let sincePause = 0;
    socket.on('data', ({ length }) => {
      sincePause += length;
      if (sincePause < BIG.length / 32) return;
      sincePause = 0;
      pauses += 1;
      socket.pause();
      setTimeout(() => socket.resume(), 60);
    });
    await waitFor(() => received().length > BIG.length, { what: 'all of the answer', timeoutMs: 20_000 });
    expect(pauses).toBeGreaterThan(20);
  });

  it('waits with a client for an answer that takes long, and with a stream for its next value', async () => {
    const { dial } = await start(
      (_request, response) => {
        setTimeout(() => response.write('first'), 500);
        setTimeout(() => response.end('last'), 1_000);
      },
      { reading: 100 },
    );
    const { received } = await dial(GET);
    await waitFor(() => received().includes('last'), { what: 'the end of the answer', timeoutMs: 5_000 });
    expect(received()).toContain('first');
  });

  it('does not wait, when it closes, for the body of a request that has been answered', async () => {
    const { dial, close } = await start((_request, response) => void response.end('answered'), {});
    const { received } = await dial('POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 9\r\n\r\nthe');
    await waitFor(() => received().includes('answered'), { what: 'the answer', timeoutMs: 5_000 });
    let isClosed = false;
    void close().then(() => (isClosed = true));
    await waitFor(() => isClosed, { what: 'the server to close', timeoutMs: 5_000 });
  });

  it('does not wait, when it closes, for a connection over which nothing has come', async () => {
    // No timeout comes first.
    const timeouts = { headers: 600_000, request: 600_000, reading: 600_000 };
    const { dial, connections, close } = await start(
      (_request, response) => void response.end('answered'),
      timeouts,
    );
    const { received } = await dial(GET);
    await waitFor(() => received().includes('answered'), { what: 'the answer', timeoutMs: 5_000 });
    await dial('');
    await waitFor(async () => (await connections()) === 2, { what: 'the connection', timeoutMs: 5_000 });
    let isClosed = false;
    void close().then(() => (isClosed = true));
    await waitFor(() => isClosed, { what: 'the server to close', timeoutMs: 5_000 });
  });

  it('goes on with a connection once the body of a request has come that was answered ahead of it', async () => {
    const { dial, close } = await start((_request, response) => void response.end('answered'), {});
    const { socket, received } = await dial('POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 9\r\n\r\nthe');
    const answers = (): number => received().split('answered').length - 1;
    await waitFor(() => answers() === 1, { what: 'the answer', timeoutMs: 5_000 });
    socket.write(` body.${GET}`);
    await waitFor(() => answers() === 2, { what: 'the next answer', timeoutMs: 5_000 });
    await close();
  });

  it('tells of its end each answer of a connection that ends, those that wait for others, too', async () => {
    const begun: ServerResponse[] = [];
    const ended: (string | undefined)[] = [];
    const { dial, close } = await start(({ url }, response) => {
      begun.push(response);
      response.once('close', () => void ended.push(url));
      if (url === '/1') response.end('made, and not sent yet');
    }, {});
    const { socket } = await dial(['/0', '/1', '/2'].map((path) => GET.replace('/', path)).join(''));
    await waitFor(() => begun.length === 3, { what: 'all requests to come', timeoutMs: 5_000 });
    socket.destroy();
    await waitFor(() => ended.length >= 3, { what: 'all answers to end', timeoutMs: 5_000 });
    expect(ended.toSorted()).toEqual(['/0', '/1', '/2']);
    for (const response of begun) expect(askerOf(response).gone.aborted).toBe(true);
    await close();
  });

  it('keeps an idle connection for the next request, longer than it waits for readers', async () => {
    const { dial } = await start((_request, response) => response.end('answer'), { reading: 50 });
    const { socket, received } = await dial(GET);
    await waitFor(() => received().includes('answer'), { what: 'the first answer', timeoutMs: 5_000 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    socket.write(GET);
    await waitFor(() => received().match(/answer/g)?.length === 2, {
      what: 'the second answer on the same connection',
      timeoutMs: 5_000,
    });
  });
});
