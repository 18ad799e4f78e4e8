import { type FormattedExecutionResult, type GraphQLFormattedError } from 'graphql';
import { createInProcessNotifications } from '../../src/messaging/notifications/in-process';
import type { EventId } from '../../src/domain/values';
import { type LiveGateway, type LiveGatewayOptions, openLiveGateway } from '../harness/live/live-gateway';
import {
  enterPlainSocket,
  openPlainSocket,
  type PlainMessage,
  type PlainSocket,
} from '../harness/live/plain-socket';
import { eventCreated, newEvent, participantRegistered } from '../harness/messages';
import { startTestService, type TestService, tokenOf } from '../harness/service';
import { waitFor } from '../harness/wait-for';

const TOO_MANY = 'TOO_MANY_REQUESTS';

/** What a message says of errors, whether it is an operation's `error` or a `next` without data. */
function codesIn({ type, payload }: PlainMessage): readonly unknown[] {
  const errors =
    type === 'error'
      ? (payload as readonly GraphQLFormattedError[])
      : ((payload as FormattedExecutionResult | undefined)?.errors ?? []);
  return errors.map(({ extensions }) => extensions?.['code']);
}

describe('a client at its limits', () => {
  const notifications = createInProcessNotifications();
  const event = newEvent();
  const { eventId, storeId } = event;
  const opened: PlainSocket[] = [];
  let service: TestService;
  let gateway: LiveGateway;

  beforeAll(async () => {
    service = await startTestService();
    await service.post([{ topic: 'event.created', value: eventCreated(event) }]);
  });
  afterEach(async () => {
    for (const socket of opened.splice(0)) socket.end();
    await gateway.stop();
  });
  afterAll(() => service.stop());

  async function open(options: LiveGatewayOptions): Promise<void> {
    gateway = await openLiveGateway(service.database, notifications, options);
  }
  async function connect(subject: string): Promise<PlainSocket> {
    const socket = await enterPlainSocket(gateway.origin, tokenOf(subject, [storeId]));
    opened.push(socket);
    return socket;
  }
  const stream = (subject: string, signal: AbortSignal): Promise<Response> =>
    fetch(`${gateway.origin}/graphql`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${tokenOf(subject, [storeId])}`,
        accept: 'text/event-stream',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ query: watching('count') }),
      signal,
    });
  const watching = (selection: string): string =>
    `subscription { participantCount(eventId: "${eventId}") { ${selection} } }`;
  const refusedOn = (socket: PlainSocket): readonly (string | undefined)[] =>
    socket.received.filter((each) => codesIn(each).includes(TOO_MANY)).map(({ id }) => id);
  const answered = (socket: PlainSocket): number =>
    new Set(socket.received.map(({ id }) => id).filter((id) => id !== undefined)).size;

  const pongsOf = (socket: PlainSocket): number =>
    socket.received.filter(({ type }) => type === 'pong').length;

  it('gets an error for one subscription too many on a connection, and goes on once one is completed', async () => {
    await open({ limits: { subscriptionsPerConnection: 10 } });
    const socket = await connect('one');
    for (let n = 0; n < 15; n += 1) socket.subscribe(`${n}`, watching('count'));
    await waitFor(() => answered(socket) === 15, { what: 'all to be answered', timeoutMs: 10_000 });
    expect(refusedOn(socket)).toEqual(['10', '11', '12', '13', '14']);
    expect(gateway.live.size.subscribers).toBe(10);
    socket.complete('3');
    socket.subscribe('after', watching('count'));
    expect(codesIn(await socket.until('next', 'after'))).toEqual([]);
    expect(socket.closed).toBeUndefined();
    expect(gateway.live.refusals.of('subscriptions_per_connection')).toBe(5);
  });

  it('does not delay another by subscribing and completing without end', async () => {
    await open({});
    const [flood, other] = [await connect('flood'), await connect('other')];
    for (let n = 0; n < 20_000; n += 1) {
      flood.subscribe(`${n}`, watching('count'));
      flood.complete(`${n}`);
      // Their answers show how far the service has come.
      if (n % 10 === 0) flood.send({ type: 'ping' });
    }
    other.subscribe('first', watching('count version'));
    await other.until('next', 'first');
    expect(pongsOf(flood)).toBeLessThan(200);
  });

  it('does not delay another by pings, of the protocol or of sockets', async () => {
    await open({});
    const [flood, other] = [await connect('flood'), await connect('other')];
    const { socket } = flood;
    let pongs = 0;
    socket.on('pong', () => (pongs += 1));
    for (let n = 0; n < 50_000; n += 1) flood.send({ type: 'ping' });
    for (let n = 0; n < 50_000; n += 1) socket.ping();
    other.send({ type: 'ping' });
    await other.until('pong');
    expect(pongsOf(flood) + pongs).toBeLessThan(1_000);
  });

  it('has ids of limited length', async () => {
    await open({});
    const socket = await connect('one');
    socket.subscribe('a'.repeat(128), watching('count'));
    await socket.until('next');
    socket.subscribe('a'.repeat(129), watching('count'));
    const closed = await waitFor(() => socket.closed, { what: 'the end', timeoutMs: 10_000 });
    expect(closed).toEqual({ code: 4400, reason: "An operation's id may have 128 bytes" });
  });

  it('is closed with 4409 for an id in use, however long the reason', async () => {
    await open({});
    const socket = await connect('one');
    const id = '한'.repeat(42);
    socket.subscribe(id, watching('count'));
    await socket.until('next', id);
    socket.subscribe(id, watching('count'));
    const closed = await waitFor(() => socket.closed, { what: 'the end', timeoutMs: 10_000 });
    expect(closed.code).toBe(4409);
  });

  it('gets an error above the bytes of subscriptions on a connection', async () => {
    await open({ socketLimits: { subscriptionBytes: 4_000 } });
    const socket = await connect('one');
    const blanks = ' '.repeat(1_500);
    for (const id of ['a', 'b']) {
      socket.subscribe(id, watching(`count${blanks}`));
      await socket.until('next', id);
    }
    socket.subscribe('c', watching(`count${blanks}`));
    await socket.until('error', 'c');
    expect(refusedOn(socket)).toEqual(['c']);
    expect(gateway.live.size.subscribers).toBe(2);
  });

  it('has a limit of connections of both transports together', async () => {
    await open({ limits: { connectionsPerToken: 2 } });
    const kept = new AbortController();
    await connect('one');
    const streamed = await stream('one', kept.signal);
    expect(streamed.status).toBe(200);
    const third = await openPlainSocket(gateway.origin);
    opened.push(third);
    third.send({
      type: 'connection_init',
      payload: { authorization: `Bearer ${tokenOf('one', [storeId])}` },
    });
    const closed = await waitFor(() => third.closed, { what: 'the end', timeoutMs: 10_000 });
    expect(closed.code).toBe(1013);
    const refused = await stream('one', kept.signal);
    expect(refused.status).toBe(429);
    expect((await stream('other', kept.signal)).status).toBe(200);
    kept.abort();
    await waitFor(() => gateway.live.size.subscribers === 0, { what: 'streams to end', timeoutMs: 10_000 });
    await connect('one');
    expect(gateway.live.refusals.of('connections_per_token')).toBe(2);
  });

  it('is terminated when it does not authenticate in time and others want its place', async () => {
    await open({ socketLimits: { pendingConnections: 3, pendingMs: 100, initMs: 60_000 } });
    const silent = await Promise.all([1, 2, 3].map(() => openPlainSocket(gateway.origin)));
    opened.push(...silent);
    const late = await waitFor(() => openPlainSocket(gateway.origin), {
      what: 'room',
      timeoutMs: 10_000,
    });
    opened.push(late);
    await waitFor(() => silent[0]!.closed, { what: 'the oldest to go', timeoutMs: 10_000 });
    expect(silent[1]!.closed).toBeUndefined();
    late.send({ type: 'connection_init', payload: { authorization: `Bearer ${tokenOf('one')}` } });
    await late.until('connection_ack');
  });

  it('opens at most half of the cohorts of an event, and all clients together the whole', async () => {
    await open({ limits: { cohortsPerEvent: 4 } });
    const [one, other, third] = [await connect('one'), await connect('other'), await connect('third')];
    const subscribe = (socket: PlainSocket, id: string): void =>
      socket.subscribe(id, watching(`count ${id}: version`));
    for (const id of ['a', 'b', 'c']) subscribe(one, id);
    await waitFor(() => answered(one) === 3, { what: 'all to be answered', timeoutMs: 10_000 });
    expect(refusedOn(one)).toEqual(['c']);
    for (const id of ['d', 'e']) subscribe(other, id);
    await waitFor(() => answered(other) === 2, { what: 'all to be answered', timeoutMs: 10_000 });
    expect(refusedOn(other)).toEqual([]);
    // A cohort that exists takes none of the quota.
    subscribe(third, 'a');
    expect(codesIn(await third.until('next', 'a'))).toEqual([]);
    subscribe(third, 'f');
    expect(codesIn(await third.until('next', 'f'))).toEqual([TOO_MANY]);
    await service.post([{ topic: 'participant.registered', value: participantRegistered(eventId) }]);
    await notifications.publish([{ event: eventId as EventId }]);
    await waitFor(() => third.received.filter(({ id }) => id === 'a').length === 2, {
      what: 'the next value of the earlier subscription',
      timeoutMs: 10_000,
    });
    other.complete('d');
    await waitFor(() => gateway.live.size.subscribers === 4, { what: 'it to leave', timeoutMs: 10_000 });
    subscribe(third, 'g');
    expect(codesIn(await third.until('next', 'g'))).toEqual([]);
  });

  it('releases its quotas and its events when it disconnects', async () => {
    await open({ limits: { cohortsPerEvent: 2, connectionsPerToken: 1 } });
    for (let n = 0; n < 5; n += 1) {
      const socket = await connect('one');
      socket.subscribe('a', watching('count'));
      await socket.until('next', 'a');
      socket.subscribe('b', watching('count version'));
      expect(codesIn(await socket.until('next', 'b'))).toEqual([TOO_MANY]);
      socket.end();
      await waitFor(() => gateway.live.size.events === 0, { what: 'nothing to be left', timeoutMs: 10_000 });
    }
  });
});
