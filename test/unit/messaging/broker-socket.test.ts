import { once } from 'node:events';
import { setImmediate as pollPhase } from 'node:timers/promises';
import net, { type AddressInfo, type Socket } from 'node:net';
import type { ISocketFactory } from 'kafkajs';
import { brokerSockets } from '../../../src/messaging/source/broker-socket';
import { createFrameCounter } from '../../../src/messaging/source/frame-counter';
import { createLogger } from '../../../src/observability/log';

const LIMITS = { firstAnswerMs: 3_000, answerMs: 12_000 };
const API_VERSIONS = 18;
const JOIN_GROUP = 11;
const frame = (length: number, apiKey = API_VERSIONS): Buffer => {
  const bytes = Buffer.alloc(4 + length, 1);
  bytes.writeUInt32BE(length);
  if (length >= 2) bytes.writeInt16BE(apiKey, 4);
  return bytes;
};

describe('a connection to a broker', () => {
  const opened: { destroy(): void }[] = [];
  let events: string[];
  let server: net.Server;
  let open: ISocketFactory;
  const logged: string[] = [];

  beforeEach(async () => {
    logged.splice(0);
    const log = createLogger({ level: 'info', destination: { write: (line) => void logged.push(line) } });
    open = brokerSockets(log, LIMITS);
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'setInterval'] });
    server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(async () => {
    jest.useRealTimers();
    opened.splice(0).forEach((socket) => socket.destroy());
    server.close();
    await once(server, 'close');
  });

  async function connect(): Promise<{ readonly client: Socket; readonly broker: Socket }> {
    const { port } = server.address() as AddressInfo;
    const accepted = once(server, 'connection');
    const client = open({
      ...{ host: '127.0.0.1', port, onConnect: () => undefined },
      ssl: undefined as never,
    });
    opened.push(client);
    const seen: string[] = [];
    events = seen;
    for (const event of ['end', 'error', 'close']) client.on(event, () => void seen.push(event));
    const [broker] = (await accepted) as [Socket];
    opened.push(broker);
    return { client, broker };
  }

  async function exchange(client: Socket, broker: Socket): Promise<void> {
    client.write(frame(3));
    await once(broker, 'data');
    broker.write(frame(5));
    await once(client, 'data');
  }

  /** What has been written has arrived there. */
  async function ask(client: Socket, broker: Socket, ...lengths: readonly number[]): Promise<void> {
    const arrived = once(broker, 'data');
    client.write(Buffer.concat(lengths.slice(0, 1).map((length) => frame(length))));
    await arrived;
    for (const length of lengths.slice(1)) client.write(frame(length));
  }

  async function untilClosed(): Promise<void> {
    while (!events.includes('close')) await pollPhase();
  }

  it('fails when a broker accepts it and never answers', async () => {
    const { client, broker } = await connect();
    await ask(client, broker, 3);
    const closed = once(client, 'close');
    jest.advanceTimersByTime(LIMITS.firstAnswerMs);
    await expect(closed).rejects.toThrow('The broker has not answered in 3000 ms.');
    await untilClosed();
    expect(events).toEqual(['error', 'close']);
  });

  it('is told of in the log once for a broker that hangs, however often it is tried, and once when it answers', async () => {
    for (let attempt = 0; attempt < 3; attempt++) {
      const { client, broker } = await connect();
      await ask(client, broker, 3);
      const closed = once(client, 'close');
      jest.advanceTimersByTime(LIMITS.firstAnswerMs);
      await expect(closed).rejects.toThrow('has not answered');
      await untilClosed();
    }
    const { client, broker } = await connect();
    await exchange(client, broker);
    await exchange(client, broker);
    expect(logged.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
      'a broker does not answer; its connection is given up',
      'the broker answers again',
    ]);
  });

  it('waits longer for what begins with the joining of a group', async () => {
    const { client, broker } = await connect();
    const arrived = once(broker, 'data');
    client.write(frame(3, JOIN_GROUP));
    await arrived;
    jest.advanceTimersByTime(LIMITS.answerMs - 1);
    await settle();
    expect(events).toEqual([]);
    const closed = once(client, 'close');
    jest.advanceTimersByTime(1);
    await expect(closed).rejects.toThrow('The broker has not answered in 12000 ms.');
  });

  it('ends, as if the broker had closed it, when the broker has answered before', async () => {
    const { client, broker } = await connect();
    await exchange(client, broker);
    await ask(client, broker, 3);
    jest.advanceTimersByTime(LIMITS.answerMs - 1);
    await settle();
    expect(events).toEqual([]);
    jest.advanceTimersByTime(1);
    await untilClosed();
    expect(events).toEqual(['end', 'close']);
  });

  it('ends when one of several requests is not answered', async () => {
    const { client, broker } = await connect();
    await ask(client, broker, 3, 4);
    broker.write(frame(5));
    await once(client, 'data');
    jest.advanceTimersByTime(LIMITS.answerMs);
    await untilClosed();
    expect(events).toEqual(['end', 'close']);
  });

  it('stays while nothing is asked', async () => {
    const { client, broker } = await connect();
    jest.advanceTimersByTime(10 * LIMITS.answerMs);
    await exchange(client, broker);
    jest.advanceTimersByTime(10 * LIMITS.answerMs);
    await settle();
    expect(events).toEqual([]);
  });

  it('stays while an answer comes in pieces', async () => {
    const { client, broker } = await connect();
    await ask(client, broker, 3);
    for (const byte of frame(8)) {
      broker.write(Buffer.of(byte));
      await once(client, 'data');
      jest.advanceTimersByTime(LIMITS.answerMs - 1);
    }
    await settle();
    expect(events).toEqual([]);
  });

  it('stays when the answer has come in while the process was paused', async () => {
    const { client, broker } = await connect();
    await ask(client, broker, 3);
    broker.write(frame(5));
    // The time has passed before anything that has come in is read, as timers come first when a process goes on.
    await pollPhase();
    jest.advanceTimersByTime(LIMITS.firstAnswerMs);
    await once(client, 'data');
    await settle();
    expect(events).toEqual([]);
  });
});

/** Whatever is to happen at once has happened. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await pollPhase();
}

describe('frames', () => {
  it.each([1, 2, 3, 5, 7, 100])('are counted in pieces of %i bytes', (size) => {
    const counter = createFrameCounter();
    const bytes = Buffer.concat([
      frame(0),
      frame(1),
      frame(9),
      frame(300),
      frame(0),
      frame(2).subarray(0, 5),
    ]);
    for (let at = 0; at < bytes.length; at += size) counter.add(bytes.subarray(at, at + size));
    expect(counter.count).toBe(5);
  });

  it('are whole with their last byte', () => {
    const counter = createFrameCounter();
    const bytes = frame(6);
    counter.add(bytes.subarray(0, 9));
    expect(counter.count).toBe(0);
    counter.add(bytes.subarray(9));
    expect(counter.count).toBe(1);
  });
});
