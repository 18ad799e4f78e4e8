import { analyticsPath, type ServiceUnderContract, startUnderContract } from '../harness/contract/service';
import { participantRegistered } from '../harness/messages';
import { createRedisCluster, type RedisCluster } from '../harness/servers/redis-cluster';
import { waitFor } from '../harness/wait-for';

const LONG_MS = 60_000;

interface Body {
  readonly cacheStatus: 'HIT' | 'MISS';
  readonly summaryCards: { readonly totalParticipants: { readonly count: number } };
}

describe('the service over a cluster of Redis', () => {
  let redis: RedisCluster;
  let service: ServiceUnderContract;
  beforeAll(async () => {
    redis = await createRedisCluster();
    await redis.start();
    service = await startUnderContract({ env: { REDIS_URL: redis.url } });
  });
  afterAll(async () => {
    await service.stop();
    await redis.remove();
  });

  async function read(eventId: string): Promise<Body> {
    const answer = await service.http.get(analyticsPath(eventId), service.token());
    expect(answer.status).toBe(200);
    return answer.json() as Body;
  }
  const countOf = async (eventId: string): Promise<number> =>
    (await read(eventId)).summaryCards.totalParticipants.count;
  const untilKept = (eventId: string): Promise<unknown> =>
    waitFor(async () => (await read(eventId)).cacheStatus === 'HIT', {
      what: 'the answer to be kept',
      timeoutMs: LONG_MS,
    });

  it('keeps answers on all masters, and what it says of a change is seen at once, while one is dead too', async () => {
    const made = await Promise.all(Array.from({ length: 12 }, () => service.event()));
    const ids = made.map(({ eventId }) => eventId);
    for (const id of ids) await untilKept(id);
    const dead = await redis.ownerOf(`{${ids[0]}}`);
    const owners = await Promise.all(ids.map((id) => redis.ownerOf(`{${id}}`)));
    expect(new Set(owners).size).toBe(3);

    await dead.kill();
    for (const [index, id] of ids.entries()) {
      await service.send('participant.registered', participantRegistered(id));
      expect(await countOf(id)).toBe(1);
      // The others have lost nothing.
      if (owners[index] !== dead) await untilKept(id);
    }
    for (const id of ids) await untilKept(id);
    expect(await redis.ownerOf(`{${ids[0]}}`)).not.toBe(dead);

    await dead.start();
    for (const id of ids) {
      await service.send('participant.registered', participantRegistered(id));
      expect(await countOf(id)).toBe(2);
      await untilKept(id);
    }
  });

  it('starts while the nodes that it is told of hang, and finds them once they go on', async () => {
    const { eventId } = await service.event();
    for (const node of redis.nodes) node.freeze();
    const other = await startUnderContract({ env: { REDIS_URL: redis.url } });
    const { eventId: own } = await other.event();
    for (const node of redis.nodes) node.thaw();
    const isKept = async (): Promise<boolean> => {
      const answer = await other.http.get(analyticsPath(own), other.token());
      return (answer.json() as Body).cacheStatus === 'HIT';
    };
    await waitFor(isKept, { what: 'the answer to be kept', timeoutMs: LONG_MS });
    await other.stop();
    await untilKept(eventId);
  });
});
