import { WatchCountDocument } from '../../src/generated/test-operations';
import { type BreakableLink, linkTo } from '../harness/contract/breakable-link';
import { analyticsPath, type ServiceUnderContract, startUnderContract } from '../harness/contract/service';
import { createHttpClient } from '../harness/http';
import { openWebSocketClient } from '../harness/live/clients';
import { watch } from '../harness/live/watching';
import { type EventIds, participantRegistered } from '../harness/messages';
import { connectRedis, createRedis } from '../harness/servers/redis';
import type { Server } from '../harness/servers/server';
import { startTestService, type TestService } from '../harness/service';
import { waitFor } from '../harness/wait-for';

/** A line of CLIENT LIST. */
const SUBSCRIBED = / sub=[1-9]/;

interface Body {
  readonly cacheStatus: 'HIT' | 'MISS';
  readonly summaryCards: { readonly totalParticipants: { readonly count: number } };
}

/**
 * A fail-over that is taken back before the first server has been told of it: it never was a replica, and has what it had. So
 * nothing that it says of itself tells that changes have passed it by.
 */
describe('an address of Redis that leads to another server, and back to the first one', () => {
  let servers: readonly [Server, Server];
  let link: BreakableLink;
  let service: ServiceUnderContract;
  let gateway: TestService;
  beforeAll(async () => {
    servers = [await createRedis(), await createRedis()];
    await Promise.all(servers.map((server) => server.start()));
    link = await linkTo(servers[0].url);
    service = await startUnderContract({ env: { REDIS_URL: link.url, CACHE_LEASE_MS: '0' } });
    const { databaseUrl: DATABASE_URL } = service;
    gateway = await startTestService({
      env: { DATABASE_URL, REDIS_URL: servers[0].url, CACHE_LEASE_MS: '0', BUSINESS_TIME_ZONE: 'UTC' },
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await service.stop();
    await link.cut();
    await Promise.all(servers.map((server) => server.remove()));
  });

  async function read(reader: TestService, { eventId }: EventIds): Promise<Body> {
    const answer = await createHttpClient(reader.origin).get(analyticsPath(eventId), reader.token());
    expect(answer.status).toBe(200);
    return answer.json() as Body;
  }
  const countIn = ({ summaryCards }: Body): number => summaryCards.totalParticipants.count;

  /** Reads until an answer comes from the cache. @returns the counts of all that were read */
  async function untilHit(reader: TestService, event: EventIds): Promise<number[]> {
    const seen: number[] = [];
    const isHit = async (): Promise<boolean> => {
      const body = await read(reader, event);
      seen.push(countIn(body));
      return body.cacheStatus === 'HIT';
    };
    await waitFor(isHit, { what: 'an answer from the cache', timeoutMs: 20_000 });
    return seen;
  }

  /** Resolves once who uses the link is connected there, for its cache and for what it watches. */
  async function lead(link: BreakableLink, to: Server): Promise<void> {
    const admin = connectRedis(to.url);
    const clients = async (): Promise<number> =>
      String(await admin.client('LIST'))
        .trim()
        .split('\n').length;
    const others = await clients();
    await link.cut();
    link.leadTo(to.url);
    await link.mend();
    await waitFor(async () => (await clients()) === others + 2, {
      what: 'the service to be connected',
      timeoutMs: 20_000,
    });
    admin.disconnect();
  }

  it('serves nothing from there that has changed in between', async () => {
    const event = await service.event();
    await untilHit(service, event);
    await lead(link, servers[1]);
    await untilHit(service, event);
    await service.send('participant.registered', participantRegistered(event.eventId));
    expect(countIn(await read(service, event))).toBe(1);

    await lead(link, servers[0]);
    expect(new Set(await untilHit(service, event))).toEqual(new Set([1]));
  });

  it('is not believed by a gateway that comes back alone, and is told of nothing', async () => {
    await lead(link, servers[1]);
    const event = await service.event();
    const way = await linkTo(servers[0].url);
    const { databaseUrl: DATABASE_URL } = service;
    const env = { DATABASE_URL, ROLES: 'gateway', REDIS_URL: way.url, CACHE_LEASE_MS: '0' };
    const traveller = await startTestService({ env: { ...env, BUSINESS_TIME_ZONE: 'UTC' } });
    await untilHit(traveller, event);
    await lead(way, servers[1]);
    await untilHit(traveller, event);
    await service.send('participant.registered', participantRegistered(event.eventId));
    await waitFor(async () => countIn(await read(traveller, event)) === 1, {
      what: 'the participant where the worker is',
      timeoutMs: 20_000,
    });

    await lead(way, servers[0]);
    expect(new Set(await untilHit(traveller, event))).toEqual(new Set([1]));
    await traveller.stop();
    await way.cut();
    await lead(link, servers[0]);
  });

  it('tells those who have stayed at the first one, readers and subscribers, that anything may have changed', async () => {
    const event = await service.event();
    const { eventId } = event;
    await untilHit(gateway, event);
    const client = openWebSocketClient(gateway.origin, { token: gateway.token() });
    const watching = watch(client, WatchCountDocument, { eventId, afterVersion: null });
    await watching.until(({ participantCount }) => participantCount.count === 0, 'nobody yet', 20_000);
    await lead(link, servers[1]);
    await untilHit(service, event);
    await service.send('participant.registered', participantRegistered(eventId));

    await lead(link, servers[0]);
    await watching.until(({ participantCount }) => participantCount.count === 1, 'the participant', 20_000);
    expect(new Set(await untilHit(gateway, event))).toEqual(new Set([1]));
    client.dispose();
  });

  it('is left by subscriptions with what else is asked there, though the server goes on', async () => {
    const [before, after] = [connectRedis(servers[0].url), connectRedis(servers[1].url)];
    const clients = async (redis: typeof before): Promise<string[]> =>
      String(await redis.client('LIST'))
        .trim()
        .split('\n');
    const subscribed = async (redis: typeof before): Promise<number> =>
      (await clients(redis)).filter((client) => SUBSCRIBED.test(client)).length;
    await waitFor(async () => (await subscribed(before)) === 2, {
      what: 'both to listen',
      timeoutMs: 20_000,
    });
    link.leadTo(servers[1].url);
    for (const client of await clients(before)) {
      const [, id = '', command] = /^id=(\d+) .* cmd=(\w+)/.exec(client) ?? [];
      if (!SUBSCRIBED.test(client) && command !== 'client') await before.client('KILL', 'ID', id);
    }
    await waitFor(async () => (await subscribed(before)) === 1 && (await subscribed(after)) === 1, {
      what: 'the subscriptions of the service to follow',
      timeoutMs: 20_000,
    });
    for (const each of [before, after]) each.disconnect();
  });
});
