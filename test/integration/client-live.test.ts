import { randomUUID } from 'node:crypto';
import { createClient, type TypedDocument } from 'event-analytics-client';
import { WebSocket } from 'ws';
import { loopOver, watchedWebSocket } from '../harness/clients/loops';
import { hasCount, startWatchedService, type WatchedService } from '../harness/clients/watched-service';
import { eventCreated } from '../harness/messages';
import { tokenOf } from '../harness/service';
import { waitFor } from '../harness/wait-for';

const TITLES: TypedDocument<{ dashboardUpdated: { eventTitle: string } }, { id: string }> =
  'subscription ($id: UUID!) { dashboardUpdated(eventId: $id) { eventTitle } }';

describe('live counts of the TypeScript client', () => {
  let watched: WatchedService;
  beforeAll(async () => {
    watched = await startWatchedService();
  });
  afterEach(() => watched.disposeClients());
  afterAll(() => watched.stop());

  it('come at once and after each change, until the loop is left', async () => {
    const { eventId } = await watched.createEvent();
    const client = watched.open();
    const ended = new AbortController();
    const counts = loopOver(client.live.participantCount(eventId, ended));
    await counts.until(hasCount(0), 'the first count');
    expect(client.state.current).toEqual({ connection: 'open', reconnections: 0, isDatabaseAway: false });
    await watched.register(eventId);
    await counts.until(hasCount(1), 'one more');
    ended.abort();
    await counts.over();
    expect(counts.failure).toBeUndefined();
    expect(await subscribers()).toBe('0');
  });

  async function subscribers(): Promise<string | undefined> {
    const figure = async () => {
      const page = await (await fetch(`${watched.service.origin}/metrics`)).text();
      return /^analytics_live_subscribers (\d+)$/m.exec(page)?.[1];
    };
    return waitFor(async () => (await figure()) === '0' && '0', {
      what: 'the subscription to end',
      timeoutMs: 20_000,
    });
  }

  it('end when a loop is left from within', async () => {
    const { eventId } = await watched.createEvent();
    for await (const { count } of watched.open().live.participantCount(eventId)) {
      expect(count).toBe(0);
      break;
    }
    expect(await subscribers()).toBe('0');
  });

  it('are only those that are newer than the version that was seen', async () => {
    const { eventId } = await watched.createEvent();
    const { live } = watched.open();
    const first = loopOver(live.participantCount(eventId));
    await first.until(hasCount(0), 'the first count');
    const afterVersion = first.values[0]!.version;
    const resumed = loopOver(live.participantCount(eventId, { afterVersion }));
    await watched.register(eventId);
    await resumed.until(hasCount(1), 'one more');
    expect(resumed.values.map(({ count }) => count)).toEqual([1]);
  });

  it('are the latest, where a loop takes long', async () => {
    const { eventId } = await watched.createEvent();
    const { live } = watched.open();
    const other = loopOver(live.participantCount(eventId));
    const seen: number[] = [];
    for await (const { count } of live.participantCount(eventId)) {
      seen.push(count);
      if (count > 0) break;
      for (const next of [1, 2, 3]) {
        await watched.register(eventId);
        await other.until(hasCount(next), `a count of ${next}`);
      }
    }
    expect(seen).toEqual([0, 3]);
  });

  it('come beside the values of any other subscription, on one socket', async () => {
    const { eventId } = await watched.createEvent();
    const { webSocket, sockets } = watchedWebSocket();
    const { live } = watched.open({ webSocket });
    const counts = loopOver(live.participantCount(eventId));
    const titles = loopOver(live.watch(TITLES, { id: eventId }));
    await counts.until(hasCount(0), 'the first count');
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
    const { eventId } = await watched.createEvent();
    const { webSocket, sockets } = watchedWebSocket();
    const counts = loopOver(watched.open({ webSocket, ...options }).live.participantCount(eventId));
    await counts.over();
    expect(counts.failure).toMatchObject({ name: 'AnalyticsError', kind, code, isTemporary: false });
    expect(counts.values).toEqual([]);
    expect(sockets).toHaveLength(1);
  });

  it('end for good for an event that there is not', async () => {
    const counts = loopOver(watched.open().live.participantCount(randomUUID()));
    await counts.over();
    expect(counts.failure).toMatchObject({ kind: 'not-found', code: 'EVENT_NOT_FOUND' });
  });

  it('end for good for an event that moves to a store of others', async () => {
    const { eventId, storeId } = await watched.createEvent();
    const own = await watched.createEvent();
    const { live } = watched.open({ token: tokenOf('an owner', [storeId, own.storeId]) });
    const counts = loopOver(live.participantCount(eventId));
    const others = loopOver(live.participantCount(own.eventId));
    await counts.until(hasCount(0), 'the first count');
    await others.until(hasCount(0), 'the first count of the other event');
    const moved = eventCreated({ eventId, storeId: randomUUID() });
    await watched.service.post([{ topic: 'event.created', value: moved }]);
    await counts.over();
    expect(counts.failure).toMatchObject({ kind: 'forbidden' });
    await watched.register(own.eventId);
    await others.until(hasCount(1), 'one more of the other event');
  });

  it('end without an error with their client', async () => {
    const { eventId } = await watched.createEvent();
    const { webSocket, sockets } = watchedWebSocket();
    const client = watched.open({ webSocket });
    const counts = loopOver(client.live.participantCount(eventId));
    await counts.until(hasCount(0), 'the first count');
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

  it('need a WebSocket, and say so where Node has none', async () => {
    const without = createClient({ url: watched.service.origin, token: tokenOf('somebody') });
    const counts = loopOver(without.live.participantCount(randomUUID()));
    await counts.over();
    expect(counts.failure).toBeInstanceOf(TypeError);
    expect(counts.failure?.message).toMatch(/WebSocket/);
    expect(await without.rest.health()).toMatchObject({ status: 'UP' });
  });
});
