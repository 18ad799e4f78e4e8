import { isDeepStrictEqual } from 'node:util';
import { type BreakableLink, linkTo } from '../harness/contract/breakable-link';
import { analyticsPath, type ServiceUnderContract, startUnderContract } from '../harness/contract/service';
import { freshRedis } from '../harness/isolation';
import { participantRegistered } from '../harness/messages';
import { connectRedis, createRedis } from '../harness/servers/redis';
import type { Server } from '../harness/servers/server';
import { waitFor } from '../harness/wait-for';

interface Body {
  readonly cacheStatus: 'HIT' | 'MISS';
  readonly summaryCards: { readonly totalParticipants: { readonly count: number } };
}

async function read(service: ServiceUnderContract, eventId: string): Promise<Body> {
  const answer = await service.http.get(analyticsPath(eventId), service.token());
  expect(answer.status).toBe(200);
  return answer.json() as Body;
}

const hitAgain = (service: ServiceUnderContract, eventId: string): Promise<unknown> =>
  waitFor(async () => (await read(service, eventId)).cacheStatus === 'HIT', {
    what: 'answers to be kept again',
    timeoutMs: 15_000,
  });

interface Part {
  readonly name: string;
  readonly ready: boolean;
}

const redisOf = (report: unknown): boolean[] =>
  (report as { readonly parts: readonly Part[] }).parts
    .filter(({ name }) => name.startsWith('redis'))
    .map(({ ready }) => ready);

describe('a Redis that ends and comes back', () => {
  let redis: Server;
  let service: ServiceUnderContract;
  beforeAll(async () => {
    redis = await createRedis();
    await redis.start();
    service = await startUnderContract({ env: { REDIS_URL: redis.url } });
  });
  afterAll(async () => {
    await service.stop();
    await redis.remove();
  });

  it('turns every read into a miss and no read into an error, and is used again when it is back', async () => {
    const { eventId } = await service.event();
    await read(service, eventId);
    expect((await read(service, eventId)).cacheStatus).toBe('HIT');

    await redis.stop();
    for (let attempt = 0; attempt < 10; attempt++) {
      expect((await read(service, eventId)).cacheStatus).toBe('MISS');
    }
    await service.send('participant.registered', participantRegistered(eventId));
    expect((await read(service, eventId)).summaryCards.totalParticipants.count).toBe(1);

    await redis.start();
    await hitAgain(service, eventId);
    expect((await read(service, eventId)).summaryCards.totalParticipants.count).toBe(1);
  });

  it('is told by /readyz, and leaves the service ready', async () => {
    const readiness = async (): Promise<unknown> => {
      const answer = await service.http.get('/readyz');
      return { status: answer.status, redis: redisOf(answer.json()) };
    };
    const is = (ready: boolean): Promise<unknown> =>
      waitFor(async () => isDeepStrictEqual(await readiness(), { status: 200, redis: [ready, ready] }), {
        what: `Redis to be told as ${ready ? 'there' : 'away'}`,
        timeoutMs: 10_000,
      });
    await is(true);
    await redis.stop();
    await is(false);
    await redis.start();
    await is(true);
    const admin = connectRedis(redis.url);
    await admin.call('CLIENT', 'PAUSE', '2000', 'ALL');
    admin.disconnect();
    await is(false);
    await is(true);
  });

  it('keeps no process from starting', async () => {
    await redis.stop();
    const late = await startUnderContract({ env: { REDIS_URL: redis.url } });
    const { eventId } = await late.event();
    expect((await read(late, eventId)).cacheStatus).toBe('MISS');
    await redis.start();
    await hitAgain(late, eventId);
    await late.stop();
  });
});

describe('a Redis that cannot be reached for a while, and forgets nothing in that time', () => {
  let link: BreakableLink;
  let service: ServiceUnderContract;
  let drop: () => Promise<void>;
  beforeAll(async () => {
    const own = await freshRedis();
    drop = () => own.drop();
    link = await linkTo(own.url);
    service = await startUnderContract({ env: { REDIS_URL: link.url } });
  });
  afterAll(async () => {
    await service.stop();
    await link.cut();
    await drop();
  });

  it('is told of every change once it is back, so that no old answer lives on', async () => {
    const events = await Promise.all([service.event(), service.event(), service.event()]);
    for (const { eventId } of events) {
      await read(service, eventId);
      expect(await read(service, eventId)).toMatchObject({ cacheStatus: 'HIT' });
    }
    await link.cut();
    for (const { eventId } of events) {
      await service.send('participant.registered', participantRegistered(eventId));
      expect((await read(service, eventId)).summaryCards.totalParticipants.count).toBe(1);
    }
    await link.mend();

    for (const { eventId } of events) {
      await waitFor(
        async () => {
          const { cacheStatus, summaryCards } = await read(service, eventId);
          return cacheStatus === 'HIT' && summaryCards.totalParticipants.count === 1;
        },
        { what: 'the new answer to be kept', timeoutMs: 15_000 },
      );
    }
  });

  it('is not told twice of what it was told: answers stay kept afterwards', async () => {
    const { eventId } = await service.event();
    await hitAgain(service, eventId);
    service.statements.length = 0;
    for (let attempt = 0; attempt < 20; attempt++) {
      expect((await read(service, eventId)).cacheStatus).toBe('HIT');
    }
    expect(service.statements).toEqual([]);
  });
});
