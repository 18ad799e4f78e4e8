import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { now } from './now';
import { clientFrame, FrameReader, OPCODE } from './wire';

export interface SubscriberSocket {
  /** The last count that was received; -1 before the first. */
  readonly count: number;
  readonly hasFailed: boolean;
  readonly lastMessage: Buffer | undefined;
  close(): void;
}

export interface SubscriberPlan {
  readonly url: string;
  readonly localAddress: string;
  readonly token: string;
  readonly eventId: string;
  readonly awaitsFirst: boolean;
  readonly onCount: (count: number, at: number) => void;
  /** Called once: it has its first value, or has asked for it where none is awaited, or has failed. */
  readonly onReady: () => void;
}

const PROTOCOL = 'graphql-transport-ws';
const QUERY = `subscription ($eventId: UUID!) {
  participantCount(eventId: $eventId) { count dailyChange achievementRate version at }
}`;

const NEXT = Buffer.from('"type":"next"');
const COUNT = Buffer.from('"count":');
const ERROR = Buffer.from('"errors":');
const DIGIT_0 = 48;
const DIGIT_9 = 57;

/**
 * The few messages of graphql-transport-ws that a subscriber needs, on a bare connection. Ten thousand of them share two
 * cores with what they measure, so no library stands between the bytes and the count that is read off them: with the
 * client of `ws` the listening alone took half a core.
 */
export function openSubscriber(plan: SubscriberPlan): SubscriberSocket {
  const { url, localAddress, token, eventId, awaitsFirst } = plan;
  let wire: Socket | undefined;
  let count = -1;
  let hasFailed = false;
  let isReady = false;
  let isClosing = false;
  let lastMessage: Buffer | undefined;

  function ready(): void {
    if (isReady) return;
    isReady = true;
    plan.onReady();
  }
  function fail(): void {
    hasFailed ||= !isClosing;
    ready();
  }
  const send = (message: unknown): void =>
    void wire?.write(clientFrame(OPCODE.text, Buffer.from(JSON.stringify(message))));

  function takeOther(message: string): void {
    if (message.includes('"type":"connection_ack"')) {
      const payload = { query: QUERY, variables: { eventId } };
      send({ id: randomUUID(), type: 'subscribe', payload });
      if (!awaitsFirst) ready();
    } else if (message.includes('"type":"ping"')) send({ type: 'pong' });
    else fail();
  }
  function take(data: Buffer, at: number): void {
    if (!data.includes(NEXT)) return takeOther(data.toString());
    if (data.includes(ERROR)) return fail();
    lastMessage = data;
    count = readCount(data);
    plan.onCount(count, at);
    ready();
  }
  function takeFrame(opcode: number, data: Buffer, at: number): void {
    if (opcode === OPCODE.text) take(data, at);
    else if (opcode === OPCODE.ping) wire?.write(clientFrame(OPCODE.pong, data));
    else fail();
  }

  const handshake = request(url.replace(/^ws/, 'http'), {
    localAddress,
    agent: false,
    headers: {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': Buffer.from(randomUUID().slice(0, 16)).toString('base64'),
      'Sec-WebSocket-Protocol': PROTOCOL,
    },
  });
  handshake.once('upgrade', (_response, socket, head) => {
    wire = socket;
    const frames = new FrameReader(takeFrame);
    socket.on('data', (bytes: Buffer) => frames.take(bytes, now()));
    socket.on('error', fail);
    socket.on('close', fail);
    if (head.length > 0) frames.take(head, now());
    send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
  });
  handshake.once('response', fail);
  handshake.once('error', fail);
  handshake.end();

  return {
    get count() {
      return count;
    },
    get hasFailed() {
      return hasFailed;
    },
    get lastMessage() {
      return lastMessage;
    },
    close() {
      isClosing = true;
      wire?.destroy();
    },
  };
}

function readCount(message: Buffer): number {
  let count = 0;
  for (let place = message.indexOf(COUNT) + COUNT.length; ; place++) {
    const digit = message[place];
    if (digit === undefined || digit < DIGIT_0 || digit > DIGIT_9) return count;
    count = count * 10 + digit - DIGIT_0;
  }
}
