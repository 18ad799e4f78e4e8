import { connectRedis, createRedis } from '../harness/servers/redis';
import { analyticsPath, type ServiceUnderContract, startUnderContract } from '../harness/contract/service';
import { participantRegistered } from '../harness/messages';
import type { Server } from '../harness/servers/server';
import { waitFor } from '../harness/wait-for';

jest.setTimeout(60_000);

interface Body {
  readonly cacheStatus: 'HIT' | 'MISS';
  readonly summaryCards: { readonly totalParticipants: { readonly count: number } };
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

  it('is another cache: what it remembers is served to nobody, and what is new is kept', async () => {
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
