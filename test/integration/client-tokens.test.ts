import { createSecretKey } from 'node:crypto';
import { WebSocket } from 'ws';
import { signDevelopmentToken } from '../../src/auth/dev-token';
import type { Instant } from '../../src/domain/values';
import { loopOver, watchedWebSocket } from '../harness/clients/loops';
import { hasCount, startWatchedService, type WatchedService } from '../harness/clients/watched-service';
import { TEST_SECRET } from '../harness/service';
import { waitFor } from '../harness/wait-for';

describe('live counts of the TypeScript client whose token ends', () => {
  let watched: WatchedService;
  beforeAll(async () => {
    watched = await startWatchedService();
  });
  afterEach(() => watched.disposeClients());
  afterAll(() => watched.stop());

  const HOUR_MS = 3_600_000;
  const tokenUntil = (expiresAt: number): string =>
    signDevelopmentToken(createSecretKey(TEST_SECRET, 'utf8'), {
      subject: 'somebody',
      roles: ['ADMIN'],
      issuedAt: watched.time.clock.now(),
      expiresAt: expiresAt as Instant,
    });

  it('go on with a fresh one on the same socket', async () => {
    const { eventId } = await watched.createEvent();
    const { webSocket, sockets, ofType } = watchedWebSocket();
    const ends: number[] = [];
    const token = (): string => {
      const end = Date.now() + 5_000;
      ends.push(end);
      return tokenUntil(end);
    };
    const counts = loopOver(watched.open({ webSocket, token }).live.participantCount(eventId));
    await counts.until(hasCount(0), 'the first count');
    const renewals = () => ofType('ping').filter((ping) => 'payload' in (ping as object)).length;
    await waitFor(() => renewals() >= 3, { what: 'the third fresh token', timeoutMs: 60_000 });
    // The first token has ended by then, and the one in use, which is younger, has not.
    watched.time.advance(ends[0]! - watched.time.clock.now());
    await watched.register(eventId);
    await counts.until(hasCount(1), 'one more');
    expect([sockets.length, counts.failure]).toEqual([1, undefined]);
  });

  it('go on with a fresh one on another socket, where it came too late', async () => {
    const { eventId } = await watched.createEvent();
    const { webSocket, sockets } = watchedWebSocket();
    const short = tokenUntil(watched.time.clock.now() + HOUR_MS);
    const tokens = [short];
    const token = () =>
      tokens.shift() ??
      (sockets[0]?.readyState === WebSocket.OPEN ? short : tokenUntil(watched.time.clock.now() + HOUR_MS));
    const counts = loopOver(watched.open({ webSocket, token }).live.participantCount(eventId));
    await counts.until(hasCount(0), 'the first count');
    watched.time.advance(HOUR_MS);
    await waitFor(() => sockets.length === 2, { what: 'another socket', timeoutMs: 30_000 });
    await watched.register(eventId);
    await counts.until(hasCount(1), 'one more');
    expect(counts.values.map(({ count }) => count)).toEqual([0, 1]);
  });

  it('end for good where there is no other', async () => {
    const { eventId } = await watched.createEvent();
    const counts = loopOver(
      watched.open({ token: tokenUntil(watched.time.clock.now() + HOUR_MS) }).live.participantCount(eventId),
    );
    await counts.until(hasCount(0), 'the first count');
    watched.time.advance(HOUR_MS);
    await counts.over();
    expect(counts.failure).toMatchObject({ kind: 'unauthenticated', code: 'UNAUTHENTICATED' });
  });

  it('come as soon as there is a token, where there was none for a while', async () => {
    const { eventId } = await watched.createEvent();
    let asked = 0;
    const token = (): Promise<string> => {
      asked += 1;
      return asked < 3
        ? Promise.reject(new Error('the issuer is away'))
        : Promise.resolve(watched.service.token());
    };
    const counts = loopOver(watched.open({ token }).live.participantCount(eventId));
    await counts.until(hasCount(0), 'the first count');
    expect([asked, counts.failure]).toEqual([3, undefined]);
  });
});
