import { WebSocketServer } from 'ws';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { answerParent } from './answering';
import { now } from './now';

/**
 * The measure of what sockets can do: a bare `ws` server that sends the same bytes to all, four times a second. It
 * knows just enough of the protocol for the same subscribers to connect.
 */

const EVERY_MS = 250;
/** The count in a message of ours; that of a broadcast has as many digits, so that the bytes are as many. */
const COUNT = /"count":(\d+)/;

const sampled = z.object({ sample: z.string() });

const sockets = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  perMessageDeflate: false,
  backlog: 511,
  handleProtocols: (offered) => [...offered][0] ?? false,
});
const at: number[] = [];
let sample = '"type":"next","count":1';
let first = 1;
let timer: NodeJS.Timeout | undefined;

const message = (count: number): string => sample.replace(COUNT, `"count":${count}`);

sockets.on('connection', (socket) => {
  socket.on('message', (data: Buffer) => {
    const isInit = data.includes('"type":"connection_init"');
    socket.send(isInit ? '{"type":"connection_ack"}' : message(first - 1));
  });
  socket.on('error', () => socket.terminate());
});

function broadcast(): void {
  const text = message(first + at.length);
  at.push(now());
  for (const socket of sockets.clients) socket.send(text);
}

answerParent({
  address: async () => {
    if (sockets.address() === null) await new Promise((resolve) => sockets.once('listening', resolve));
    return { url: `ws://127.0.0.1:${(sockets.address() as AddressInfo).port}/` };
  },
  resemble(about) {
    ({ sample } = sampled.parse(about));
    first = 10 ** ((COUNT.exec(sample)?.[1] ?? '1').length - 1) + 1;
  },
  start: () => void (timer = setInterval(broadcast, EVERY_MS)),
  stop: () => clearInterval(timer),
  broadcasts: () => ({ first, at: Float64Array.from(at) }),
});
