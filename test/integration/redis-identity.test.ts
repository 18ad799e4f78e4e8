import { Redis } from 'ioredis';
import { createLogger } from '../../src/observability/log';
import { startHeartbeat } from '../../src/messaging/redis/heartbeat';
import { type ServerIdentity, watchIdentity } from '../../src/messaging/redis/server-identity';
import { connectRedis, createRedis } from '../harness/servers/redis';
import { analyticsPath, type ServiceUnderContract, startUnderContract } from '../harness/contract/service';
import { participantRegistered } from '../harness/messages';
import type { Server } from '../harness/servers/server';
import { waitFor } from '../harness/wait-for';

interface Body {
  readonly cacheStatus: 'HIT' | 'MISS';
  readonly summaryCards: { readonly totalParticipants: { readonly count: number } };
}

/** A connection as the service has one for its cache, with what it knows of its server. */
function watched(url: string, lines: string[] = []) {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => 50,
  });
  redis.on('error', () => undefined);
  const log = createLogger({
    level: 'warn',
    destination: { write: (line: string) => void lines.push(line) },
  });
  const identity = watchIdentity(redis, log);
  const stopHeartbeat = startHeartbeat(redis, { name: 'test', log, ask: () => identity.verify() });
  const known = (): Promise<string> =>
    waitFor(
      () => {
        try {
          return identity.current();
        } catch {
          return undefined;
        }
      },
      { what: 'the server to be known', timeoutMs: 10_000 },
    );
  return {
    redis,
    identity,
    known,
    end() {
      stopHeartbeat();
      redis.disconnect();
    },
  };
}

describe('which server a connection leads to', () => {
  const servers: Server[] = [];
  beforeAll(async () => {
    servers.push(await createRedis(), await createRedis());
    for (const server of servers) await server.start();
  });
  afterAll(async () => {
    for (const server of servers) await server.remove();
  });
  const urlOf = (index: number): string => {
    const server = servers[index];
    if (server === undefined) throw new Error('There is no such server.');
    return server.url;
  };

  it('is the same to all who connect to it, and another for another server', async () => {
    const [one, two, other] = [watched(urlOf(0)), watched(urlOf(0)), watched(urlOf(1))];
    expect(await one.known()).toBe(await two.known());
    expect(await other.known()).not.toBe(await one.known());
    for (const each of [one, two, other]) each.end();
  });

  it('is not known while it is a replica, and another when it is the master again', async () => {
    const watching = watched(urlOf(0));
    const before = await watching.known();
    const admin = connectRedis(urlOf(0));
    const { hostname, port } = new URL(urlOf(1));
    await admin.replicaof(hostname, port);
    await waitFor(() => isUnknown(watching.identity), { what: 'its fall to be noticed', timeoutMs: 5_000 });
    await admin.replicaof('NO', 'ONE');
    expect(await watching.known()).not.toBe(before);
    admin.disconnect();
    watching.end();
  });

  it('may stay unknown where the server does not say it, which is told once', async () => {
    const admin = connectRedis(urlOf(0));
    await admin.call('ACL', 'SETUSER', 'reticent', 'on', '>secret', '~*', '&*', '+@all', '-info');
    admin.disconnect();
    const url = new URL(urlOf(0));
    url.username = 'reticent';
    url.password = 'secret';
    const lines: string[] = [];
    const warned = jest.spyOn(console, 'warn').mockReturnValue();
    const watching = watched(url.href, lines);
    expect(await watching.known()).toBe('unknown');
    watching.redis.stream.destroy();
    await waitFor(() => isUnknown(watching.identity), { what: 'the connection to end', timeoutMs: 5_000 });
    expect(await watching.known()).toBe('unknown');
    expect(lines.filter((line) => line.includes('does not say which server it is'))).toHaveLength(1);
    watching.end();
    warned.mockRestore();
  });
});

function isUnknown(identity: ServerIdentity): boolean {
  try {
    identity.current();
    return false;
  } catch {
    return true;
  }
}

describe('a Redis that comes back from an older dump', () => {
  let redis: Server;
  let services: ServiceUnderContract[];
  beforeAll(async () => {
    redis = await createRedis();
    await redis.start();
    services = [await startUnderContract({ env: { REDIS_URL: redis.url } })];
  });
  afterAll(async () => {
    for (const service of services) await service.stop();
    await redis.remove();
  });

  async function read(service: ServiceUnderContract, eventId: string): Promise<Body> {
    const answer = await service.http.get(analyticsPath(eventId), service.token());
    expect(answer.status).toBe(200);
    return answer.json() as Body;
  }
  const countIn = ({ summaryCards }: Body): number => summaryCards.totalParticipants.count;

  it('is another cache: what it remembers is never served, and what is new is kept', async () => {
    const [service] = services;
    if (service === undefined) throw new Error('There is no service.');
    const events = await Promise.all(Array.from({ length: 20 }, () => service.event()));
    for (const { eventId } of events) await read(service, eventId);
    for (const { eventId } of events) expect((await read(service, eventId)).cacheStatus).toBe('HIT');
    const admin = connectRedis(redis.url);
    await admin.save();
    const written = await admin.dbsize();
    expect(written).toBeGreaterThanOrEqual(2 * events.length);
    admin.disconnect();
    for (const { eventId } of events) {
      await service.send('participant.registered', participantRegistered(eventId));
      expect(countIn(await read(service, eventId))).toBe(1);
    }

    await redis.kill();
    await redis.start();
    const after = connectRedis(redis.url);
    expect(await after.dbsize()).toBeGreaterThan(0);
    after.disconnect();
    // From before it is noticed that Redis is back until everything is kept again, there is no moment at which the old
    // bodies are seen.
    const seen: Body[] = [];
    await waitFor(
      async () => {
        const bodies = await Promise.all(events.map(({ eventId }) => read(service, eventId)));
        seen.push(...bodies);
        return bodies.every(({ cacheStatus }) => cacheStatus === 'HIT');
      },
      { what: 'answers to be kept again', timeoutMs: 20_000, everyMs: 1 },
    );
    expect(new Set(seen.map(countIn))).toEqual(new Set([1]));
  });
});
