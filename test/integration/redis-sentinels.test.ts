import { once } from 'node:events';
import { redisAddress } from '../../src/config/redis-address';
import { watchMaster } from '../../src/messaging/redis/watched-master';
import { createLogger } from '../../src/observability/log';
import { askRedis, connectRedis } from '../harness/servers/redis';
import { createWatchedRedis, MASTER, type WatchedRedis } from '../harness/servers/sentinels';
import type { Server } from '../harness/servers/server';
import { analyticsPath, type ServiceUnderContract, startUnderContract } from '../harness/contract/service';
import { participantRegistered } from '../harness/messages';
import { waitFor } from '../harness/wait-for';

interface Body {
  readonly cacheStatus: 'HIT' | 'MISS';
  readonly summaryCards: { readonly totalParticipants: { readonly count: number } };
}

const LONG_MS = 60_000;

describe('Redis behind sentinels', () => {
  let redis: WatchedRedis;
  let service: ServiceUnderContract;
  beforeAll(async () => {
    redis = await createWatchedRedis();
    await Promise.all(redis.servers.map((server) => server.start()));
    await Promise.all(redis.sentinels.map((sentinel) => sentinel.start()));
    service = await startUnderContract({ env: { REDIS_URL: redis.url(0) } });
  });
  afterAll(async () => {
    await service.stop();
    await Promise.all([...redis.servers, ...redis.sentinels].map((server) => server.remove()));
  });

  /** How many connections of the service listen to changes at a server; replicas and sentinels have others. */
  const listening = async (server: Server): Promise<number> =>
    String(await askRedis(server.url, 'CLIENT', 'LIST'))
      .split('\n')
      .filter((client) => /sub=[1-9]/.test(client) && !client.includes('name=sentinel')).length;

  async function read(eventId: string): Promise<Body> {
    const answer = await service.http.get(analyticsPath(eventId), service.token());
    expect(answer.status).toBe(200);
    return answer.json() as Body;
  }

  async function untilCachedAt(server: Server, eventId: string): Promise<void> {
    await waitFor(async () => (await listening(server)) === 1, {
      what: `it to be at ${server.url}`,
      timeoutMs: LONG_MS,
    });
    const isKept = async (): Promise<boolean> =>
      (await read(eventId)).cacheStatus === 'HIT' &&
      JSON.stringify(await askRedis(server.url, 'KEYS', `*:answer:${eventId}`)).includes(eventId);
    await waitFor(isKept, { what: 'an answer to be kept there', timeoutMs: LONG_MS });
  }

  it('is followed to another master: one that was killed, one that hangs, and back', async () => {
    const { eventId } = await service.event();
    const [first, second] = redis.servers;
    await untilCachedAt(first, eventId);

    await first.kill();
    await untilCachedAt(second, eventId);
    await service.send('participant.registered', participantRegistered(eventId));
    expect((await read(eventId)).summaryCards.totalParticipants.count).toBe(1);

    await first.start();
    await waitFor(
      async () => String(await askRedis(first.url, 'INFO', 'replication')).includes('role:slave'),
      {
        what: 'the first one to be a replica',
        timeoutMs: LONG_MS,
      },
    );
    second.freeze();
    await untilCachedAt(first, eventId);
    second.thaw();
    await service.send('participant.registered', participantRegistered(eventId));
    expect((await read(eventId)).summaryCards.totalParticipants.count).toBe(2);
  });

  it('takes a connection from a server that is not the master, and leaves one that is', async () => {
    const address = redisAddress().parse(redis.url(0));
    if (address.kind !== 'sentinels') throw new Error('These are no sentinels.');
    const roles = await Promise.all(
      redis.servers.map((server) => askRedis(server.url, 'INFO', 'replication')),
    );
    const [master, replica] = String(roles[0]).includes('role:master')
      ? redis.servers
      : [...redis.servers].reverse();
    const [right, wrong] = [connectRedis(master.url), connectRedis(replica.url)];
    await Promise.all([right.connect(), wrong.connect()]);
    const watched = watchMaster(address, createLogger({ level: 'silent' }));
    for (const connection of [right, wrong]) watched.follow(connection);
    await once(wrong, 'close');
    expect(await right.ping()).toBe('PONG');
    watched.stop();
    right.disconnect();
  });

  it('is served without while no sentinel knows the master, which is told', async () => {
    const lines: string[] = [];
    const env = { REDIS_URL: redis.url(0).replace(`#${MASTER}`, '#nothing'), LOG_LEVEL: 'warn' };
    const other = await startUnderContract({ env, onLog: (line) => void lines.push(line) });
    await other.event();
    await waitFor(() => lines.some((line) => line.includes('knows no master \\"nothing\\"')), {
      what: 'the reason to be told',
      timeoutMs: LONG_MS,
    });
    await other.stop();
  });
});
