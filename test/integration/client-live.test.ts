import { createSecretKey, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  type AnalyticsClient,
  type ClientOptions,
  createClient,
  type ParticipantCount,
  type TypedDocument,
} from 'event-analytics-client';
import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocket, WebSocketServer } from 'ws';
import { signDevelopmentToken } from '../../src/auth/dev-token';
import type { Instant } from '../../src/domain/values';
import { loopOver, watchedWebSocket } from '../harness/clients/loops';
import { linkTo } from '../harness/contract/breakable-link';
import { freePort } from '../harness/machine/ports';
import { eventCreated, type EventIds, newEvent, participantRegistered } from '../harness/messages';
import { createSettableTime } from '../harness/live/settable-time';
import { startTestService, TEST_SECRET, type TestService, tokenOf } from '../harness/service';
import { waitFor } from '../harness/wait-for';

const TITLES: TypedDocument<{ dashboardUpdated: { eventTitle: string } }, { id: string }> =
  'subscription ($id: UUID!) { dashboardUpdated(eventId: $id) { eventTitle } }';

const HAS = (count: number) => (value: ParticipantCount) => value.count === count;

describe('live counts of the TypeScript client', () => {
  let service: TestService;
  const clients: AnalyticsClient[] = [];
  const time = createSettableTime();
  beforeAll(async () => {
    service = await startTestService({ ...time, env: { JWT_CLOCK_TOLERANCE_SECONDS: '0' } });
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.dispose();
  });
  afterAll(() => service.stop());

  function open(options: Partial<ClientOptions> = {}): AnalyticsClient {
    const all = { url: service.origin, token: service.token(), webSocket: WebSocket, ...options };
    const client = createClient(all);
    clients.push(client);
    return client;
  }
  async function createEvent(): Promise<EventIds> {
    const ids = newEvent();
    await service.post([{ topic: 'event.created', value: eventCreated(ids) }]);
    return ids;
  }
  const register = (eventId: string, to = service) =>
    to.post([{ topic: 'participant.registered', value: participantRegistered(eventId) }]);

  it('come at once and after each change, until the loop is left', async () => {
    const { eventId } = await createEvent();
    const client = open();
    const ended = new AbortController();
    const counts = loopOver(client.live.participantCount(eventId, ended));
    await counts.until(HAS(0), 'the first count');
    expect(client.state.current).toEqual({ connection: 'open', reconnections: 0, isDatabaseAway: false });
    await register(eventId);
    await counts.until(HAS(1), 'one more');
    ended.abort();
    await counts.over();
    expect(counts.failure).toBeUndefined();
    expect(await subscribers()).toBe('0');
  });

  async function subscribers(): Promise<string | undefined> {
    const figure = async () => {
      const page = await (await fetch(`${service.origin}/metrics`)).text();
      return /^analytics_live_subscribers (\d+)$/m.exec(page)?.[1];
    };
    return waitFor(async () => (await figure()) === '0' && '0', {
      what: 'the subscription to end',
      timeoutMs: 20_000,
    });
  }

  it('end when a loop is left from within', async () => {
    const { eventId } = await createEvent();
    for await (const { count } of open().live.participantCount(eventId)) {
      expect(count).toBe(0);
      break;
    }
    expect(await subscribers()).toBe('0');
  });

  it('are only those that are newer than the version that was seen', async () => {
    const { eventId } = await createEvent();
    const { live } = open();
    const first = loopOver(live.participantCount(eventId));
    await first.until(HAS(0), 'the first count');
    const afterVersion = first.values[0]!.version;
    const resumed = loopOver(live.participantCount(eventId, { afterVersion }));
    await register(eventId);
    await resumed.until(HAS(1), 'one more');
    expect(resumed.values.map(({ count }) => count)).toEqual([1]);
  });

  it('are the latest, where a loop takes long', async () => {
    const { eventId } = await createEvent();
    const { live } = open();
    const other = loopOver(live.participantCount(eventId));
    const seen: number[] = [];
    for await (const { count } of live.participantCount(eventId)) {
      seen.push(count);
      if (count > 0) break;
      for (const next of [1, 2, 3]) {
        await register(eventId);
        await other.until(HAS(next), `a count of ${next}`);
      }
    }
    expect(seen).toEqual([0, 3]);
  });

  it('come beside the values of any other subscription, on one socket', async () => {
    const { eventId } = await createEvent();
    const { webSocket, sockets } = watchedWebSocket();
    const { live } = open({ webSocket });
    const counts = loopOver(live.participantCount(eventId));
    const titles = loopOver(live.watch(TITLES, { id: eventId }));
    await counts.until(HAS(0), 'the first count');
    await titles.until(({ dashboardUpdated }) => dashboardUpdated.eventTitle !== '', 'the first title');
    expect(sockets).toHaveLength(1);
  });

  it.each([
    ['a token that is not accepted', { token: 'nonsense' }, 'unauthenticated', 'UNAUTHENTICATED'],
    [
      'a token that is made anew and not accepted either',
      { token: () => 'nonsense' },
      'unauthenticated',
      'UNAUTHENTICATED',
    ],
    ['an event of another store', { token: tokenOf('else', [randomUUID()]) }, 'forbidden', 'FORBIDDEN'],
  ])('end for good for %s', async (_what, options, kind, code) => {
    const { eventId } = await createEvent();
    const { webSocket, sockets } = watchedWebSocket();
    const counts = loopOver(open({ webSocket, ...options }).live.participantCount(eventId));
    await counts.over();
    expect(counts.failure).toMatchObject({ name: 'AnalyticsError', kind, code, isTemporary: false });
    expect(counts.values).toEqual([]);
    expect(sockets).toHaveLength(1);
  });

  it('end for good for an event that there is not', async () => {
    const counts = loopOver(open().live.participantCount(randomUUID()));
    await counts.over();
    expect(counts.failure).toMatchObject({ kind: 'not-found', code: 'EVENT_NOT_FOUND' });
  });

  it('end for good for an event that moves to a store of others', async () => {
    const { eventId, storeId } = await createEvent();
    const own = await createEvent();
    const { live } = open({ token: tokenOf('an owner', [storeId, own.storeId]) });
    const counts = loopOver(live.participantCount(eventId));
    const others = loopOver(live.participantCount(own.eventId));
    await counts.until(HAS(0), 'the first count');
    await others.until(HAS(0), 'the first count of the other event');
    const moved = eventCreated({ eventId, storeId: randomUUID() });
    await service.post([{ topic: 'event.created', value: moved }]);
    await counts.over();
    expect(counts.failure).toMatchObject({ kind: 'forbidden' });
    await register(own.eventId);
    await others.until(HAS(1), 'one more of the other event');
  });

  it('end without an error with their client', async () => {
    const { eventId } = await createEvent();
    const { webSocket, sockets } = watchedWebSocket();
    const client = open({ webSocket });
    const counts = loopOver(client.live.participantCount(eventId));
    await counts.until(HAS(0), 'the first count');
    client.dispose();
    await counts.over();
    expect(counts.failure).toBeUndefined();
    await waitFor(() => sockets[0]?.readyState === WebSocket.CLOSED, {
      what: 'the socket to be closed',
      timeoutMs: 10_000,
    });
    expect(sockets).toHaveLength(1);
    expect(loopOver(client.live.participantCount(eventId)).values).toEqual([]);
  });

  describe('whose token ends', () => {
    const HOUR_MS = 3_600_000;
    const tokenUntil = (expiresAt: number): string =>
      signDevelopmentToken(createSecretKey(TEST_SECRET, 'utf8'), {
        subject: 'somebody',
        roles: ['ADMIN'],
        issuedAt: time.clock.now(),
        expiresAt: expiresAt as Instant,
      });

    it('go on with a fresh one on the same socket', async () => {
      const { eventId } = await createEvent();
      const { webSocket, sockets, ofType } = watchedWebSocket();
      const ends: number[] = [];
      const token = (): string => {
        const end = Date.now() + 5_000;
        ends.push(end);
        return tokenUntil(end);
      };
      const counts = loopOver(open({ webSocket, token }).live.participantCount(eventId));
      await counts.until(HAS(0), 'the first count');
      const renewals = () => ofType('ping').filter((ping) => 'payload' in (ping as object)).length;
      await waitFor(() => renewals() >= 3, { what: 'the third fresh token', timeoutMs: 60_000 });
      // The first token has ended by then, and the one in use, which is younger, has not.
      time.advance(ends[0]! - time.clock.now());
      await register(eventId);
      await counts.until(HAS(1), 'one more');
      expect([sockets.length, counts.failure]).toEqual([1, undefined]);
    });

    it('go on with a fresh one on another socket, where it came too late', async () => {
      const { eventId } = await createEvent();
      const { webSocket, sockets } = watchedWebSocket();
      const short = tokenUntil(time.clock.now() + HOUR_MS);
      const tokens = [short];
      const token = () =>
        tokens.shift() ??
        (sockets[0]?.readyState === WebSocket.OPEN ? short : tokenUntil(time.clock.now() + HOUR_MS));
      const counts = loopOver(open({ webSocket, token }).live.participantCount(eventId));
      await counts.until(HAS(0), 'the first count');
      time.advance(HOUR_MS);
      await waitFor(() => sockets.length === 2, { what: 'another socket', timeoutMs: 30_000 });
      await register(eventId);
      await counts.until(HAS(1), 'one more');
      expect(counts.values.map(({ count }) => count)).toEqual([0, 1]);
    });

    it('end for good where there is no other', async () => {
      const { eventId } = await createEvent();
      const counts = loopOver(
        open({ token: tokenUntil(time.clock.now() + HOUR_MS) }).live.participantCount(eventId),
      );
      await counts.until(HAS(0), 'the first count');
      time.advance(HOUR_MS);
      await counts.over();
      expect(counts.failure).toMatchObject({ kind: 'unauthenticated', code: 'UNAUTHENTICATED' });
    });
  });

  it('come as soon as there is a token, where there was none for a while', async () => {
    const { eventId } = await createEvent();
    let asked = 0;
    const token = (): Promise<string> => {
      asked += 1;
      return asked < 3 ? Promise.reject(new Error('the issuer is away')) : Promise.resolve(service.token());
    };
    const counts = loopOver(open({ token }).live.participantCount(eventId));
    await counts.until(HAS(0), 'the first count');
    expect([asked, counts.failure]).toEqual([3, undefined]);
  });

  it('go on when a connection is half open, and nobody closes it', async () => {
    const { eventId } = await createEvent();
    const link = await linkTo(service.origin);
    const client = open({ url: link.url });
    const counts = loopOver(client.live.participantCount(eventId));
    await counts.until(HAS(0), 'the first count');
    link.silence();
    await register(eventId);
    await counts.until(HAS(1), 'what was missed');
    expect(client.state.current).toMatchObject({ connection: 'open', reconnections: 1 });
    client.dispose();
    await link.cut();
  });

  it('need a WebSocket, and say so where Node has none', async () => {
    const without = createClient({ url: service.origin, token: tokenOf('somebody') });
    const counts = loopOver(without.live.participantCount(randomUUID()));
    await counts.over();
    expect(counts.failure).toBeInstanceOf(TypeError);
    expect(counts.failure?.message).toMatch(/WebSocket/);
    expect(await without.rest.health()).toMatchObject({ status: 'UP' });
  });
});

describe('live counts of the TypeScript client, over a service that stops and starts again', () => {
  it('go on by version: none twice, none older, and the last one is there', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'analytics-client-'));
    const env = { DATA_DIR: folder, PORT: String(await freePort()) };
    let service = await startTestService({ env });
    const { webSocket, ofType } = watchedWebSocket();
    const client = createClient({ url: service.origin, token: tokenOf('somebody'), webSocket });
    const states: string[] = [];
    client.state.subscribe(({ connection }) => states.push(connection));
    const ids = newEvent();
    const { eventId } = ids;
    await service.post([{ topic: 'event.created', value: eventCreated(ids) }]);
    const counts = loopOver(client.live.participantCount(eventId));
    const register = () =>
      service.post([{ topic: 'participant.registered', value: participantRegistered(eventId) }]);
    await counts.until(HAS(0), 'the first count');
    await register();
    await counts.until(HAS(1), 'one more');
    for (const round of [1, 2]) {
      await service.stop();
      await waitFor(() => states.includes('lost'), { what: 'the loss to be seen', timeoutMs: 10_000 });
      service = await startTestService({ env });
      // Nobody hears of this one while it is committed, in one of the rounds at least.
      await register();
      await counts.until(HAS(2 * round), 'what was missed');
      await register();
      await counts.until(HAS(2 * round + 1), 'one more');
      expect(client.state.current).toMatchObject({ connection: 'open', reconnections: round });
    }
    const versions = counts.values.map(({ version }) => version);
    expect(versions).toEqual([...new Set(versions)].sort((one, other) => one - other));
    expect(counts.values.map(({ count }) => count)).toEqual([0, 1, 2, 3, 4, 5]);
    const asked = ofType('subscribe').map(
      (message) => (message as { payload: { variables: { afterVersion: unknown } } }).payload.variables,
    );
    expect(asked).toEqual([
      { eventId, afterVersion: null },
      { eventId, afterVersion: counts.values[1]?.version },
      { eventId, afterVersion: counts.values[3]?.version },
    ]);
    client.dispose();
    await counts.over();
    await service.stop();
    rmSync(folder, { recursive: true, force: true });
  });
});

describe('live counts of the TypeScript client, over gateways that know less than the last one', () => {
  it('leave out what is not newer than what was seen', async () => {
    const count = (version: number) => ({
      participantCount: {
        count: version,
        dailyChange: 0,
        achievementRate: 0,
        version,
        at: '2026-01-01T00:00:00Z',
      },
    });
    const schema = buildSchema(readFileSync(path.join(__dirname, '../../src/schema/schema.graphql'), 'utf8'));
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, path: '/graphql' });
    await once(server, 'listening');
    /** Until the client has read what was sent: none of it is then left out because something newer was there. */
    async function read(): Promise<void> {
      const [socket] = server.clients;
      socket?.ping();
      if (socket) await once(socket, 'pong');
    }
    const roots = {
      async *participantCount() {
        for (const version of [5, 5, 4, 7, 6, 8]) {
          yield count(version);
          await read();
        }
        await new Promise<void>((resolve) => server.once('close', resolve));
      },
    };
    const gateway = useServer({ schema, roots: { subscription: roots } }, server);
    const { port } = server.address() as AddressInfo;
    const client = createClient({ url: `http://127.0.0.1:${port}`, token: 'any', webSocket: WebSocket });
    const counts = loopOver(client.live.participantCount(randomUUID(), { afterVersion: 3 }));
    await counts.until(HAS(8), 'the last count');
    expect(counts.values.map(({ version }) => version)).toEqual([5, 7, 8]);
    client.dispose();
    await counts.over();
    await gateway.dispose();
  });
});
