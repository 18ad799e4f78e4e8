import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import {
  type AnalyticsClient,
  type ClientOptions,
  createClient,
  type WebSocketClass,
} from 'event-analytics-client';
import { WebSocket } from 'ws';
import { type Gateway, NUMBERS, startGateway } from '../harness/clients/gateway';
import { loopOver, watchedWebSocket } from '../harness/clients/loops';
import { waitFor } from '../harness/wait-for';

/** What a loop of plain JavaScript may be given. */
const cycle: { itself?: unknown } = {};
cycle.itself = cycle;

const any = (): boolean => true;
const until = (holds: () => boolean, what: string) => waitFor(holds, { what, timeoutMs: 30_000 });

describe('what the TypeScript client watches', () => {
  let gateway: Gateway;
  let onSubscribe: Parameters<typeof startGateway>[0];
  const clients: AnalyticsClient[] = [];
  beforeAll(async () => {
    gateway = await startGateway((from, socket) => onSubscribe?.(from, socket));
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.dispose();
    onSubscribe = undefined;
    await until(() => gateway.sockets.size === 0, 'the sockets to be closed');
  });
  afterAll(() => gateway.stop());

  function open(options: Partial<ClientOptions> = {}): AnalyticsClient {
    const client = createClient({ url: gateway.url, token: 'any', webSocket: WebSocket, ...options });
    clients.push(client);
    return client;
  }
  const running = (count: number) =>
    until(() => gateway.running === count, `the gateway to have ${count} subscriptions`);

  describe('with what cannot be sent', () => {
    it.each([
      ['a variable that is no JSON', 7n, 'VARIABLES_NOT_JSON', /\bfrom\b/],
      ['a variable that contains itself', cycle, 'VARIABLES_NOT_JSON', /\bfrom\b/],
      ['more than a message may have', '가'.repeat(40_000), 'OPERATION_TOO_LARGE', /102400/],
    ])('fails alone for %s', async (_what, from, code, message) => {
      const { live, graphql } = open();
      const other = loopOver(live.watch(NUMBERS, {}));
      await other.until(any, 'the first value of the other');
      const loop = loopOver(live.watch(NUMBERS, { from }));
      await loop.over();
      expect(loop.failure).toMatchObject({ name: 'AnalyticsError', kind: 'bad-request', code });
      expect(loop.failure?.message).toMatch(message);
      expect([other.isOver, gateway.sockets.size, gateway.running]).toEqual([false, 1, 1]);
      if (code === 'VARIABLES_NOT_JSON')
        await expect(graphql.query(NUMBERS, { from })).rejects.toMatchObject({ code });
    });

    it('fails alone where the socket is closed for it', async () => {
      onSubscribe = (from, socket) => {
        if (from === 'too large for a proxy') socket.close(1009);
      };
      const { live } = open();
      const other = loopOver(live.watch(NUMBERS, {}));
      await other.until(any, 'the first value of the other');
      const loop = loopOver(live.watch(NUMBERS, { from: 'too large for a proxy' }));
      await loop.over();
      expect(loop.failure).toMatchObject({ kind: 'bad-request', code: 'PROTOCOL_VIOLATED' });
      await until(() => other.values.length === 2, 'the other to go on');
      expect(other.isOver).toBe(false);
    });

    it('fails where the socket is closed before anything was sent', async () => {
      const { webSocket, sockets } = watchedWebSocket();
      const refusing = await startGateway();
      const client = open({ url: refusing.url, webSocket, token: 'any' });
      refusing.onConnection((socket) => socket.close(4400));
      const loops = [loopOver(client.live.watch(NUMBERS, {})), loopOver(client.live.watch(NUMBERS, {}))];
      for (const loop of loops) {
        await loop.over();
        expect(loop.failure).toMatchObject({ code: 'PROTOCOL_VIOLATED' });
      }
      expect(sockets).toHaveLength(1);
      await refusing.stop();
    });
  });

  describe('while nobody waits for a value', () => {
    it.each(['its signal', 'its client'])('ends at once with %s', async (what) => {
      const leaving = new AbortController();
      const client = open();
      const iterator = client.live.watch(NUMBERS, {}, leaving)[Symbol.asyncIterator]();
      expect(await iterator.next()).toEqual({ done: false, value: { numbers: 1 } });
      await running(1);
      if (what === 'its signal') leaving.abort();
      else client.dispose();
      await running(0);
      expect(await iterator.next()).toEqual({ done: true, value: undefined });
    });

    it('can be left, and who waits hears of it', async () => {
      const iterator = open().live.watch(NUMBERS, {})[Symbol.asyncIterator]();
      await iterator.next();
      const waiting = iterator.next();
      expect(await iterator.return?.()).toEqual({ done: true, value: undefined });
      expect(await waiting).toEqual({ done: true, value: undefined });
      await running(0);
    });

    it('begins nothing where it was left before', async () => {
      let tokens = 0;
      const client = open({ token: () => `any${(tokens += 1)}` });
      const iterator = client.live.watch(NUMBERS, {})[Symbol.asyncIterator]();
      await iterator.return?.();
      expect(await iterator.next()).toMatchObject({ done: true });
      client.dispose();
      expect(await client.live.watch(NUMBERS, {})[Symbol.asyncIterator]().next()).toMatchObject({
        done: true,
      });
      expect([tokens, client.state.current.connection]).toEqual([0, 'idle']);
    });
  });

  it.each([4401, 4500, 4429, 1011])(
    'leaves a socket that closes again, after one was closed with %s',
    async (code) => {
      const client = open({ token: () => 'any' });
      const leaving = new AbortController();
      const loop = loopOver(client.live.watch(NUMBERS, {}, leaving));
      await loop.until(any, 'the first value');
      gateway.close(code);
      await until(() => loop.values.length === 2, 'it to go on');
      leaving.abort();
      await loop.over();
      await until(() => gateway.sockets.size === 0, 'the socket to be closed');
      await until(() => client.state.current.connection === 'idle', 'the client to be idle');
    },
  );

  it('goes on where a listener of the state fails', async () => {
    const failing: unknown[] = [];
    const spy = jest.spyOn(globalThis, 'queueMicrotask').mockImplementation((task) => failing.push(task));
    const client = open();
    const leave = client.state.subscribe(() => {
      throw new Error('of an application');
    });
    const heard: string[] = [];
    client.state.subscribe(({ connection }) => heard.push(connection));
    const loop = loopOver(client.live.watch(NUMBERS, {}));
    await loop.until(any, 'the first value');
    expect(heard).toEqual(['connecting', 'open']);
    expect(failing).toHaveLength(2);
    for (const task of failing) expect(task).toThrow('of an application');
    leave();
    spy.mockRestore();
  });

  it('begins at once, where it was left while there was no connection', async () => {
    const { webSocket, sockets } = watchedWebSocket();
    let isAway = false;
    const client = open({
      webSocket: awayWhile(() => isAway, webSocket),
    });
    const first = new AbortController();
    const left = loopOver(client.live.watch(NUMBERS, {}, first));
    await left.until(any, 'the first value');
    isAway = true;
    gateway.close(1012);
    // By then the wait for the next attempt is a long one.
    await until(() => sockets.length >= 4, 'some attempts in vain');
    expect(client.state.current.connection).toBe('lost');
    first.abort();
    await left.over();
    expect(client.state.current.connection).toBe('idle');
    isAway = false;
    const attempts = sockets.length;
    const next = loopOver(client.live.watch(NUMBERS, {}));
    await next.until(any, 'a value');
    expect([sockets.length, client.state.current]).toEqual([
      attempts + 1,
      { connection: 'open', reconnections: 1, isDatabaseAway: false },
    ]);
  });
});

/** A WebSocket that comes to nobody while the service is away. */
const awayWhile = (isAway: () => boolean, Base: WebSocketClass): WebSocketClass =>
  class extends Base {
    constructor(url: string, protocol?: string) {
      super(isAway() ? 'ws://127.0.0.1:1' : url, protocol);
    }
  };

describe('a connection of the TypeScript client that never opens', () => {
  let silent: { readonly url: string; readonly open: Set<Socket>; stop(): void };
  beforeEach(async () => {
    const open = new Set<Socket>();
    const server = createServer((socket) => {
      open.add(socket);
      socket
        .on('error', () => undefined)
        .on('close', () => open.delete(socket))
        .resume();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    silent = { url: `http://127.0.0.1:${port}`, open, stop: () => void server.close() };
  });
  afterEach(() => silent.stop());

  it('is given up, and tried for again', async () => {
    const { webSocket, sockets } = watchedWebSocket();
    const client = createClient({ url: silent.url, token: 'any', webSocket });
    const loop = loopOver(client.live.watch(NUMBERS, {}));
    await until(() => sockets.length === 2, 'another attempt');
    expect([client.state.current.connection, loop.isOver]).toEqual(['lost', false]);
    client.dispose();
    await loop.over();
    await until(() => silent.open.size === 0, 'the connections to be closed');
  });

  it.each(['its client', 'its loop'])('is closed with %s', async (what) => {
    const client = createClient({ url: silent.url, token: 'any', webSocket: WebSocket });
    const leaving = new AbortController();
    const loop = loopOver(client.live.watch(NUMBERS, {}, leaving));
    await until(() => silent.open.size === 1, 'a connection');
    if (what === 'its client') client.dispose();
    else leaving.abort();
    expect(client.state.current.connection).toBe('idle');
    await loop.over();
    await until(() => silent.open.size === 0, 'the connection to be closed');
    expect(loop.failure).toBeUndefined();
  });

  it('is not made once its token comes too late', async () => {
    const { webSocket, sockets } = watchedWebSocket();
    let give: (token: string) => void = () => undefined;
    const token = new Promise<string>((resolve) => (give = resolve));
    const client = createClient({ url: silent.url, token: () => token, webSocket });
    const loop = loopOver(client.live.watch(NUMBERS, {}));
    client.dispose();
    await loop.over();
    give('any');
    await token;
    await new Promise((resolve) => setImmediate(resolve));
    expect([sockets.length, client.state.current.connection]).toEqual([0, 'idle']);
  });
});
