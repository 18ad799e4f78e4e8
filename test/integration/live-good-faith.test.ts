import { enterPlainSocket, openPlainSocket, type PlainSocket } from '../harness/live/plain-socket';
import { eventCreated, newEvent } from '../harness/messages';
import { startTestService, type TestService, tokenOf } from '../harness/service';
import { waitFor } from '../harness/wait-for';

const RATE = 20;
const CONNECTIONS = 10;

/** graphql-ws's client ends an operation at an `error`, and does not reconnect a socket that was closed with 4429. */
describe('a client in good faith', () => {
  const event = newEvent();
  const { eventId, storeId } = event;
  const lines: string[] = [];
  const opened: PlainSocket[] = [];
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService({
      env: {
        LOG_LEVEL: 'warn',
        RATE_LIMIT_SECONDS: '1',
        RATE_LIMIT_PER_TOKEN: String(RATE),
        MAX_CONNECTIONS_PER_TOKEN: String(CONNECTIONS),
      },
      onLog: (line) => lines.push(line),
    });
    await service.post([{ topic: 'event.created', value: eventCreated(event) }]);
  });
  afterEach(async () => {
    for (const socket of opened.splice(0)) socket.end();
    await untilWatching(0);
    expect(lines).toEqual([]);
  });
  afterAll(() => service.stop());

  async function enter(subject: string): Promise<PlainSocket> {
    const socket = await enterPlainSocket(service.origin, tokenOf(subject, [storeId]));
    opened.push(socket);
    return socket;
  }
  const WATCH = `subscription { participantCount(eventId: "${eventId}") { count } }`;

  async function watching(): Promise<number> {
    const page = await (await fetch(`${service.origin}/metrics`)).text();
    return Number(/^analytics_live_subscribers (\d+)$/m.exec(page)?.[1]);
  }
  const untilWatching = (count: number): Promise<true> =>
    waitFor(async () => (await watching()) === count, {
      what: `${count} subscriptions to be served`,
      timeoutMs: 10_000,
    });

  it('gets all subscriptions, though it reconnects them at once and above its rate limit', async () => {
    const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, () => enter('many tabs')));
    const ids = Array.from({ length: (2 * RATE) / sockets.length }, (_, n) => `${n}`);
    for (const socket of sockets) for (const id of ids) socket.subscribe(id, WATCH);
    for (const socket of sockets) for (const id of ids) await socket.until('next', id);
    expect(sockets.flatMap(({ received }) => received).filter(({ type }) => type === 'error')).toEqual([]);
  });

  it('may disconnect while it waits for a retry, and leaves no subscription', async () => {
    const socket = await enter('hasty');
    for (let n = 0; n < 2 * RATE; n += 1) socket.subscribe(`${n}`, WATCH);
    await socket.until('next', '0');
    socket.end();
    await untilWatching(0);
  });

  /** The embedded database has one connection: reads wait until the work is done. */
  const whileReadingWaits = (work: () => Promise<void>): Promise<void> => service.database.transaction(work);

  it('has one subscription by an id that it reuses before the first is established', async () => {
    const socket = await enter('anew');
    await whileReadingWaits(async () => {
      socket.subscribe('a', WATCH);
      socket.complete('a');
      socket.subscribe('a', WATCH);
      socket.send({ type: 'ping' });
      await socket.until('pong');
    });
    await socket.until('next', 'a');
    socket.subscribe('b', WATCH);
    await socket.until('next', 'b');
    await untilWatching(2);
    socket.complete('a');
    await untilWatching(1);
  });

  it('may disconnect before its query is answered, without an error, and its place is released', async () => {
    const [socket] = await Promise.all(Array.from({ length: CONNECTIONS }, () => enter('gone')));
    expect(await isAdmitted('gone')).toBe(false);
    await whileReadingWaits(async () => {
      socket!.subscribe('a', `{ dashboard(eventId: "${eventId}") { eventTitle } }`);
      socket!.send({ type: 'ping' });
      await socket!.until('pong');
      socket!.end();
      await waitFor(() => isAdmitted('gone'), { what: 'a place to be free', timeoutMs: 10_000 });
    });
  });

  /** At the limit, the close code is 1013, not one that ends reconnecting: some of the connections may be dead. */
  async function isAdmitted(subject: string): Promise<boolean> {
    const socket = await openPlainSocket(service.origin);
    opened.push(socket);
    const payload = { authorization: `Bearer ${tokenOf(subject, [storeId])}` };
    socket.send({ type: 'connection_init', payload });
    await waitFor(() => socket.closed ?? socket.received.length > 0, {
      what: 'an answer',
      timeoutMs: 10_000,
    });
    if (socket.closed !== undefined) expect(socket.closed.code).toBe(1013);
    return socket.closed === undefined;
  }
});
