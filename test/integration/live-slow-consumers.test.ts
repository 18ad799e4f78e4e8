import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import WebSocket, { WebSocketServer } from 'ws';
import { createHeartbeat } from '../../src/gateway/live/websocket/heartbeat';
import {
  createSendQueues,
  type SendQueueLimits,
  type ValueSender,
} from '../../src/gateway/live/websocket/send-queue';
import { waitFor } from '../harness/wait-for';

const LIMIT = 64 * 1024;
/** JSON of 10 kB: a few hundred of them are more than the buffers of the kernel hold. */
const value = (n: number): Buffer => Buffer.from(JSON.stringify({ n, text: 'x'.repeat(10_000) }));

/** A socket between two ends in this process, whose client can stop reading. */
async function openPair() {
  const http = createServer();
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const connected = new Promise<{ socket: WebSocket; below: Duplex }>((resolve) =>
    http.once('upgrade', (request, below, head) =>
      sockets.handleUpgrade(request, below, head, (socket) => resolve({ socket, below })),
    ),
  );
  const client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`, { autoPong: true });
  const wire = new Promise<Socket>((resolve) =>
    client.once('upgrade', (response) => resolve(response.socket)),
  );
  const received: number[] = [];
  let closed: { code: number; reason: string } | undefined;
  client.on('message', (data: Buffer) => {
    received.push((JSON.parse(data.toString()) as { payload: { n: number } }).payload.n);
  });
  client.on('close', (code, reason) => (closed = { code, reason: reason.toString() }));
  client.on('error', () => undefined);
  const { socket, below } = await connected;
  return {
    server: socket,
    below,
    client,
    wire: await wire,
    sockets,
    received,
    closed: () => closed,
    close() {
      client.terminate();
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      http.close();
    },
  };
}

describe('a slow consumer', () => {
  let pair: Awaited<ReturnType<typeof openPair>>;
  let stop: () => void = () => undefined;

  beforeEach(async () => {
    pair = await openPair();
  });
  afterEach(() => {
    stop();
    pair.close();
  });

  function openSendQueue(limits: Partial<SendQueueLimits>) {
    const sendQueues = createSendQueues({ slowAboveBytes: LIMIT, checkIntervalMs: 20, ...limits });
    stop = () => sendQueues.stop();
    return sendQueues.open(pair.server, pair.below);
  }

  /** Sends until the socket is slow, and long after. @returns the last value sent */
  async function sendTooMuch(sender: ValueSender, count = 3_000): Promise<number> {
    for (let n = 1; n <= count; n += 1) {
      sender.sendLatest(value(n));
      if (n % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
      expect(pair.server.bufferedAmount).toBeLessThan(LIMIT + 20_000);
    }
    return count;
  }

  it('is sent the latest value when it reads again, and few of those in between', async () => {
    const sendQueue = openSendQueue({ slowTimeoutMs: 60_000 });
    pair.wire.pause();
    const last = await sendTooMuch(sendQueue.open('a'));
    pair.wire.resume();
    await waitFor(() => pair.received.at(-1) === last, { what: 'the latest value', timeoutMs: 10_000 });
    expect(pair.received.length).toBeLessThan(last / 2);
    expect(pair.received).toEqual([...pair.received].sort((one, other) => one - other));
  });

  it('is sent no value of a subscription that it has left', async () => {
    const sendQueue = openSendQueue({ slowTimeoutMs: 60_000 });
    pair.wire.pause();
    const sender = sendQueue.open('a');
    const last = await sendTooMuch(sender);
    sendQueue.open('b').sendLatest(value(last + 1));
    sender.end();
    pair.wire.resume();
    await waitFor(() => pair.received.at(-1) === last + 1, { what: 'the other value', timeoutMs: 10_000 });
    expect(pair.received).not.toContain(last);
  });

  it('that stays slow is closed with a reason', async () => {
    const sender = openSendQueue({ slowTimeoutMs: 200 }).open('a');
    pair.wire.pause();
    // Once the closing has begun, the client has two seconds to read it.
    for (let n = 1; pair.server.readyState === WebSocket.OPEN; n += 1) {
      sender.sendLatest(value(n));
      if (n % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    pair.wire.resume();
    await waitFor(pair.closed, { what: 'the client to hear of it', timeoutMs: 5_000 });
    expect(pair.closed()).toEqual({
      code: 1013,
      reason: 'The connection is too slow for what it has subscribed to.',
    });
  });

  it('that never reads again is terminated', async () => {
    const sendQueue = openSendQueue({ slowTimeoutMs: 100 });
    pair.wire.pause();
    await sendTooMuch(sendQueue.open('a'));
    await waitFor(() => pair.server.readyState === WebSocket.CLOSED, { what: 'the end', timeoutMs: 8_000 });
    expect(pair.sockets.clients.size).toBe(0);
  });

  it('that keeps asking without reading the answers is terminated', async () => {
    const sendQueue = openSendQueue({ maxBufferedBytes: 1_000_000 });
    pair.wire.pause();
    for (let n = 0; n < 2_000 && pair.server.readyState === WebSocket.OPEN; n += 1) {
      sendQueue.send(`{"payload":${value(n).toString()}}`);
      if (n % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(pair.server.readyState).not.toBe(WebSocket.OPEN);
  });

  it('is terminated while all sockets together have too many unsent bytes', async () => {
    const sendQueue = openSendQueue({
      slowAboveBytes: 10_000_000,
      maxTotalBytes: 100_000,
      slowTimeoutMs: 60_000,
    });
    pair.wire.pause();
    const sender = sendQueue.open('a');
    for (let n = 0; n < 3_000 && pair.server.readyState === WebSocket.OPEN; n += 1) {
      sender.sendLatest(value(n));
      if (n % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await waitFor(() => pair.server.readyState === WebSocket.CLOSED, { what: 'the end', timeoutMs: 8_000 });
  });

  it('that sends pings and does not read the pongs is terminated', async () => {
    const sendQueue = openSendQueue({ maxBufferedBytes: 100_000 });
    pair.wire.pause();
    const data = Buffer.alloc(125);
    for (let n = 0; n < 200_000 && pair.server.readyState === WebSocket.OPEN; n += 1) {
      sendQueue.pong(data);
      if (n % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(pair.server.readyState).not.toBe(WebSocket.OPEN);
  });

  it('is pinged, and terminated when it does not answer', async () => {
    let pings = 0;
    pair.client.on('ping', () => (pings += 1));
    const heartbeat = createHeartbeat(pair.sockets.clients, 100);
    stop = () => heartbeat.stop();
    await waitFor(() => pings >= 4, { what: 'pings', timeoutMs: 5_000 });
    expect(pair.server.readyState).toBe(WebSocket.OPEN);
    expect(pair.server.listenerCount('pong')).toBe(1);
    pair.wire.pause();
    await waitFor(() => pair.server.readyState === WebSocket.CLOSED, { what: 'the end', timeoutMs: 5_000 });
  });

  it('is not terminated for an unread answer while it is paused', async () => {
    let pings = 0;
    pair.client.on('ping', () => (pings += 1));
    pair.server.pause();
    const heartbeat = createHeartbeat(pair.sockets.clients, 50);
    stop = () => heartbeat.stop();
    await waitFor(() => pings >= 5, { what: 'pings', timeoutMs: 5_000 });
    expect(pair.server.readyState).toBe(WebSocket.OPEN);
    pair.server.resume();
    await waitFor(() => pings >= 10, { what: 'pings', timeoutMs: 5_000 });
    expect(pair.server.readyState).toBe(WebSocket.OPEN);
  });
});
