import type { RequestListener, ServerResponse } from 'node:http';
import { constants, type OutgoingHttpHeaders } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { createHttpServer, type HttpServer, type HttpTimeouts } from '../../src/gateway/http-server';
import { askerOf } from '../../src/gateway/operations/asker';
import { createTrust } from '../../src/gateway/trusted-proxies';
import { systemClock } from '../../src/runtime/clock';
import { type Http2Client, openHttp2 } from '../harness/http2';
import { makeCertificate, type MadeCertificate } from '../harness/tls';
import { waitFor } from '../harness/wait-for';

const BIG = Buffer.alloc(32 * 1024 * 1024, 'x');

const LOCALHOST_BY_HTTP2 = { servername: 'localhost', ALPNProtocols: ['h2'] };
const [HEADERS, RST_STREAM, SETTINGS] = [1, 3, 4];
const END_STREAM_AND_HEADERS = 5;
/** GET https://localhost/, by HPACK's static table. */
const ASKED = Buffer.from([0x82, 0x87, 0x84, 0x41, 9, ...Buffer.from('localhost')]);

/** A frame as RFC 9113 has it: no client library would send what an attacker does. */
function frame(type: number, flags: number, streamId: number, payload = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, payload]);
}

const requestAndReset = (streamId: number): readonly Buffer[] => [
  frame(HEADERS, END_STREAM_AND_HEADERS, streamId, ASKED),
  frame(RST_STREAM, 0, streamId, Buffer.from([0, 0, 0, constants.NGHTTP2_CANCEL])),
];

describe('an HTTP server, over HTTP/2', () => {
  let certificate: MadeCertificate;
  const clients: Http2Client[] = [];
  const servers: HttpServer[] = [];
  beforeAll(async () => void (certificate = await makeCertificate()));
  afterAll(() => certificate.remove());
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await Promise.all(servers.splice(0).map((http) => http.close()));
  });

  async function start(listener: RequestListener, timeouts: Partial<HttpTimeouts> = {}) {
    const { cert, key } = certificate;
    const http = createHttpServer(listener, {
      clock: systemClock,
      trusts: createTrust([]),
      cors: () => false,
      tls: { cert, key },
      weightOf: () => 1,
      timeouts,
    });
    servers.push(http);
    const port = await http.listen({ host: '127.0.0.1', port: 0 });
    const connections = (): Promise<number> =>
      new Promise((resolve) => http.server.getConnections((_error, count) => resolve(count)));
    const dial = (): Http2Client => {
      const client = openHttp2(`https://127.0.0.1:${port}`, cert);
      clients.push(client);
      return client;
    };
    return { port, dial, connections, close: () => http.close() };
  }
  const untilClosed = ({ session }: Http2Client) =>
    waitFor(() => session.closed, { what: 'the server to hang up', timeoutMs: 20_000 });

  it('says 408 when the body of a request does not come, and serves the connection on', async () => {
    const { dial } = await start(
      ({ method, complete }, response) => {
        if (method === 'GET' || complete) response.end('answered');
      },
      { request: 200, headers: 200 },
    );
    const client = dial();
    const stream = client.session.request({ ':method': 'POST', ':path': '/' });
    const [headers] = await new Promise<[OutgoingHttpHeaders]>((resolve) =>
      stream.once('response', (received) => resolve([received])),
    );
    expect(headers[':status']).toBe(408);
    await waitFor(() => stream.closed, { what: 'the stream to be over', timeoutMs: 10_000 });
    expect((await client.ask('/')).bytes.toString()).toBe('answered');
  });

  it('closes the connection of a client that does not read its answer', async () => {
    const { dial, connections } = await start((_request, response) => response.end(BIG), { reading: 200 });
    const client = dial();
    client.session.request({ ':path': '/' }).pause().end();
    await untilClosed(client);
    await waitFor(async () => (await connections()) === 0, {
      what: 'the connection to be gone',
      timeoutMs: 20_000,
    });
  });

  it('waits with a client for an answer that takes long, and with a stream for its next value', async () => {
    const { dial } = await start(
      (_request, response) => {
        setTimeout(() => response.write('first '), 500);
        setTimeout(() => response.end('last'), 1_000);
      },
      { reading: 100, keepAlive: 100 },
    );
    expect((await dial().ask('/')).bytes.toString()).toBe('first last');
  });

  it('keeps an idle connection for the next request, and closes it when none comes', async () => {
    const { dial } = await start((_request, response) => response.end('answer'), {
      reading: 50,
      keepAlive: 1_000,
    });
    const client = dial();
    for (let times = 0; times < 2; times += 1) {
      expect((await client.ask('/')).bytes.toString()).toBe('answer');
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    await untilClosed(client);
  });

  it('finishes what runs when it closes, tells its clients to go, and waits for none that is idle', async () => {
    let finish: (() => void) | undefined;
    const { dial, close } = await start((_request, response) => {
      finish = () => response.end('finished');
    });
    const [busy, idle] = [dial(), dial()];
    const answer = busy.ask('/');
    await waitFor(() => finish !== undefined && !idle.session.connecting, {
      what: 'both to be there',
      timeoutMs: 10_000,
    });
    const goneAway = new Promise((resolve) => busy.session.once('goaway', resolve));
    const closing = close();
    await goneAway;
    await untilClosed(idle);
    finish?.();
    expect((await answer).bytes.toString()).toBe('finished');
    await closing;
  });

  it('tells of its end each answer whose client resets it, those that wait for others, too', async () => {
    const begun: ServerResponse[] = [];
    const ended: (string | undefined)[] = [];
    const { dial } = await start(({ url }, response) => {
      begun.push(response);
      response.once('close', () => void ended.push(url));
    });
    const client = dial();
    const streams = ['/0', '/1', '/2'].map((path) => client.session.request({ ':path': path }));
    for (const stream of streams) stream.on('error', () => undefined).end();
    await waitFor(() => begun.length === 3, { what: 'all requests to come', timeoutMs: 10_000 });
    streams[0]?.close(constants.NGHTTP2_CANCEL);
    await waitFor(() => ended.length === 1, { what: 'one answer to end', timeoutMs: 10_000 });
    expect(ended).toEqual(['/0']);
    client.close();
    await waitFor(() => ended.length === 3, { what: 'all answers to end', timeoutMs: 10_000 });
    for (const response of begun) expect(askerOf(response).gone.aborted).toBe(true);
  });

  it('tells of its end an answer to HEAD that was never begun, too', async () => {
    const ended: (string | undefined)[] = [];
    const { dial } = await start(
      ({ method }, response) => void response.once('close', () => ended.push(method)),
    );
    const { session } = dial();
    const streams = ['HEAD', 'GET'].map((method) => session.request({ ':method': method, ':path': '/' }));
    for (const stream of streams) stream.on('error', () => undefined).end();
    await once(session, 'remoteSettings');
    for (const stream of streams) stream.close(constants.NGHTTP2_CANCEL);
    await waitFor(() => ended.length === 2, { what: 'both answers to end', timeoutMs: 10_000 });
    expect(ended.sort()).toEqual(['GET', 'HEAD']);
  });

  it('cuts an answer so that its client does not take it for a whole one', async () => {
    const { dial } = await start((_request, response) => {
      response.write('a part');
      response.destroy();
    });
    await expect(dial().ask('/')).rejects.toMatchObject({ code: 'ERR_HTTP2_STREAM_ERROR' });
  });

  it('closes an idle connection, though its client keeps sending pings', async () => {
    const { dial } = await start((_request, response) => response.end('answer'), {
      reading: 200,
      keepAlive: 400,
    });
    const client = dial();
    await client.ask('/');
    const pings = setInterval(() => client.session.closed || client.session.ping(() => undefined), 20);
    await untilClosed(client).finally(() => clearInterval(pings));
  });

  it('takes no more requests of a connection at a time than a hundred', async () => {
    let begun = 0;
    const { dial } = await start(() => void (begun += 1));
    const { session } = dial();
    await new Promise((resolve) => session.once('remoteSettings', resolve));
    expect(session.remoteSettings.maxConcurrentStreams).toBe(100);
  });

  it('answers nothing more to a client that resets all that it asks, again and again', async () => {
    let begun = 0;
    const { port, dial } = await start(() => void (begun += 1), { reading: 100, keepAlive: 500 });
    const socket = connectTls({ port, host: '127.0.0.1', ca: certificate.cert, ...LOCALHOST_BY_HTTP2 });
    socket.on('error', () => undefined).on('data', () => undefined);
    await once(socket, 'secureConnect');
    socket.write(Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(SETTINGS, 0, 0)]));
    for (let id = 1; id < 20_000 && !socket.closed; id += 200) {
      const ids = Array.from({ length: 100 }, (_, index) => id + 2 * index);
      socket.write(Buffer.concat(ids.flatMap(requestAndReset)));
      await nextTurn();
    }
    await waitFor(() => socket.closed, { what: 'the server to hang up', timeoutMs: 20_000 });
    expect(begun).toBeLessThan(2_000);
    const others = dial();
    await once(others.session, 'remoteSettings');
    expect(others.session.closed).toBe(false);
  });

  it('hangs up on who speaks no TLS, or begins and does not go on', async () => {
    const { port, connections } = await start((_request, response) => response.end('answer'), {
      headers: 200,
    });
    for (const text of ['GET / HTTP/1.1\r\nHost: here\r\n\r\n', '']) {
      const socket = connectTcp(port, '127.0.0.1');
      socket.on('error', () => undefined).on('data', () => undefined);
      if (text !== '') socket.write(text);
      await waitFor(() => socket.closed, { what: 'the server to hang up', timeoutMs: 10_000 });
    }
    await waitFor(async () => (await connections()) === 0, { what: 'both to be gone', timeoutMs: 10_000 });
  });
});
