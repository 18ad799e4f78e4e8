import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient } from 'event-analytics-client';
import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocket, WebSocketServer } from 'ws';
import { loopOver, watchedWebSocket } from '../harness/clients/loops';
import { hasCount, startWatchedService, type WatchedService } from '../harness/clients/watched-service';
import { linkTo } from '../harness/contract/breakable-link';
import { freePort } from '../harness/machine/ports';
import { eventCreated, newEvent, participantRegistered } from '../harness/messages';
import { startTestService, tokenOf } from '../harness/service';
import { waitFor } from '../harness/wait-for';

describe('live counts of the TypeScript client, over a connection that is lost', () => {
  let watched: WatchedService;
  beforeAll(async () => {
    watched = await startWatchedService();
  });
  afterEach(() => watched.disposeClients());
  afterAll(() => watched.stop());

  it('go on when a connection is half open, and nobody closes it', async () => {
    const { eventId } = await watched.createEvent();
    const link = await linkTo(watched.service.origin);
    const client = watched.open({ url: link.url });
    const counts = loopOver(client.live.participantCount(eventId));
    await counts.until(hasCount(0), 'the first count');
    link.silence();
    await watched.register(eventId);
    await counts.until(hasCount(1), 'what was missed');
    expect(client.state.current).toMatchObject({ connection: 'open', reconnections: 1 });
    client.dispose();
    await link.cut();
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
    await counts.until(hasCount(0), 'the first count');
    await register();
    await counts.until(hasCount(1), 'one more');
    for (const round of [1, 2]) {
      await service.stop();
      await waitFor(() => states.includes('lost'), { what: 'the loss to be seen', timeoutMs: 10_000 });
      service = await startTestService({ env });
      // Nobody hears of this one while it is committed, in one of the rounds at least.
      await register();
      await counts.until(hasCount(2 * round), 'what was missed');
      await register();
      await counts.until(hasCount(2 * round + 1), 'one more');
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
    await counts.until(hasCount(8), 'the last count');
    expect(counts.values.map(({ version }) => version)).toEqual([5, 7, 8]);
    client.dispose();
    await counts.over();
    await gateway.dispose();
  });
});
