import { randomUUID } from 'node:crypto';
import { analyticsPath, type ServiceUnderContract, startUnderContract } from '../harness/contract/service';
import { type Answered, WAYS } from '../harness/operations/answers';
import { TRANSPORTS } from '../harness/operations/transports';
import { createRedis } from '../harness/servers/redis';
import type { Server } from '../harness/servers/server';
import { signToken, tokenOf } from '../harness/service';
import { waitFor } from '../harness/wait-for';

const RATE = 10;
/** So long that no window ends while a test runs. */
const LIMITS = {
  RATE_LIMIT_SECONDS: '3600',
  RATE_LIMIT_PER_TOKEN: String(RATE),
  RATE_LIMIT_PER_ADDRESS: '0',
};
const QUERY = { query: '{ __typename }' };

const anybody = (): string => tokenOf(randomUUID(), [randomUUID()]);
const unknown = analyticsPath(randomUUID());
const errorOf = ({ errors = [] }: Answered): unknown => errors[0]?.extensions;
const REFUSED = { code: 'TOO_MANY_REQUESTS', retryAfterSeconds: expect.any(Number) as unknown };

/** Until it is told that it has asked too often. @returns how often it was not */
async function countUntilRefused(service: ServiceUnderContract, token: string): Promise<number> {
  for (let count = 0; ; count += 1) {
    const { status } = await service.http.get(unknown, token);
    if (status === 429) return count;
    expect(status).toBe(404);
  }
}

describe('how often a token may ask', () => {
  let service: ServiceUnderContract;
  beforeAll(async () => {
    service = await startUnderContract({ env: LIMITS });
    // A text that is new to the service costs more.
    await WAYS.HTTP(service.origin, anybody(), QUERY);
  });
  afterAll(() => service.stop());

  it('is told over REST with every answer, and when there is no more', async () => {
    const token = anybody();
    for (let left = RATE - 1; left >= 0; left -= 1) {
      const { status, headers } = await service.http.get(unknown, token);
      expect(status).toBe(404);
      expect(headers['ratelimit-policy']).toBe(`"token";q=${RATE};w=3600`);
      expect(headers['ratelimit']).toMatch(new RegExp(`^"token";r=${left};t=3\\d{3}$`));
    }
    const refused = await service.http.get(unknown, token);
    expect(refused.status).toBe(429);
    expect(refused.json()).toMatchObject({ error: 'TOO_MANY_REQUESTS' });
    expect(refused.headers['ratelimit']).toMatch(/^"token";r=0;t=3\d{3}$/);
    expect(refused.headers['retry-after']).toBe(/t=(\d+)/.exec(String(refused.headers['ratelimit']))?.[1]);
    expect((await service.http.get(unknown, anybody())).status).toBe(404);
  });

  it.each(Object.entries(WAYS))('is counted over %s together with REST', async (name, ask) => {
    const token = anybody();
    for (let count = 0; count < RATE - 1; count += 1) await service.http.get(unknown, token);
    expect((await ask(service.origin, token, QUERY)).data).toEqual({ __typename: 'Query' });
    const refused = await ask(service.origin, token, QUERY);
    expect(errorOf(refused)).toMatchObject(REFUSED);
    if (name !== 'WebSocket') {
      expect(refused.status).toBe(429);
      expect(refused.headers?.get('retry-after')).toMatch(/^3\d{3}$/);
      expect(refused.headers?.get('ratelimit')).toMatch(/^"token";r=0;/);
    }
    expect((await service.http.get(unknown, token)).status).toBe(429);
  });

  it.each([
    ['application/json', 'application/json; charset=utf-8'],
    ['application/graphql-response+json', 'application/graphql-response+json; charset=utf-8'],
    ['text/event-stream', 'application/json; charset=utf-8'],
  ])('is told to who asks again ahead of reading what they ask: as %s', async (accept, type) => {
    const token = anybody();
    await countUntilRefused(service, token);
    const refused = await fetch(`${service.origin}/graphql`, {
      method: 'POST',
      headers: { accept, authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{',
    });
    const { status, headers } = refused;
    expect([status, headers.get('content-type')]).toEqual([429, type]);
    expect(await refused.json()).toMatchObject({ errors: [{ extensions: REFUSED }] });
    expect(headers.get('retry-after')).toMatch(/^3\d{3}$/);
    expect(headers.get('ratelimit')).toMatch(/^"token";r=0;/);
  });

  it.each(['application/json', 'text/event-stream'])(
    'is counted of bodies that cannot be read, where %s is wanted',
    async (accept) => {
      const token = anybody();
      const ask = () =>
        fetch(`${service.origin}/graphql`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept },
          body: '{"query":',
        });
      for (let count = 0; count < RATE; count += 1) expect((await ask()).status).toBe(400);
      const refused = await ask();
      expect(refused.status).toBe(429);
      expect(refused.headers.get('retry-after')).toMatch(/^3\d{3}$/);
      expect(errorOf((await refused.json()) as Answered)).toMatchObject(REFUSED);
    },
  );

  it('is one token’s, however many of that name are issued', async () => {
    const subject = randomUUID();
    const fresh = (minutes: number): string =>
      signToken((service.clock.now() + minutes * 60_000) as never, [randomUUID()], subject);
    for (let minutes = 0; minutes < RATE; minutes += 1) await service.http.get(unknown, fresh(-minutes));
    expect((await service.http.get(unknown, fresh(-20))).status).toBe(429);
  });

  it('grows less by the cost of what is asked', async () => {
    const token = anybody();
    const costly = {
      query: 'query ($ids: [UUID!]!) { dashboards(eventIds: $ids) { comparativeAnalysis { __typename } } }',
      variables: { ids: Array.from({ length: 10 }, () => randomUUID()) },
    };
    expect((await WAYS.HTTP(service.origin, token, costly)).status).toBe(200);
    expect(await countUntilRefused(service, token)).toBeLessThan(4);
  });
});

describe('how often an address may ask without a valid token', () => {
  let service: ServiceUnderContract;
  beforeAll(async () => {
    service = await startUnderContract({
      env: { ...LIMITS, RATE_LIMIT_PER_ADDRESS: '6', TRUSTED_PROXIES: 'loopback' },
    });
  });
  afterAll(() => service.stop());

  const get = (token: string | undefined, address: string) =>
    service.http.get(unknown, token, { 'x-forwarded-for': address });

  it('is counted by itself: a valid token from there is not concerned, nor is another address', async () => {
    for (let count = 0; count < 6; count += 1)
      expect((await get(count % 2 ? 'nonsense' : undefined, '192.0.2.1')).status).toBe(401);
    const refused = await get('nonsense', '192.0.2.1');
    expect(refused.status).toBe(429);
    expect(refused.json()).toMatchObject({ error: 'TOO_MANY_REQUESTS' });
    expect(refused.headers['retry-after']).toMatch(/^3\d{3}$/);
    expect((await get(anybody(), '192.0.2.1')).status).toBe(404);
    expect((await get('nonsense', '192.0.2.2')).status).toBe(401);
  });

  it('is counted over all ways together', async () => {
    const told = [];
    for (const send of [...Object.values(TRANSPORTS), ...Object.values(TRANSPORTS)])
      told.push(await send(service.origin, 'nonsense', QUERY));
    const statuses = told.map(({ status }) => status);
    expect(statuses.slice(0, 5)).toEqual([401, 401, 401, 401, 4401]);
    expect(statuses.slice(6)).toEqual([429, 429, 429, 4429]);
  });
});

describe('processes with one Redis', () => {
  const lines: string[] = [];
  let redis: Server;
  let services: readonly ServiceUnderContract[];
  beforeAll(async () => {
    redis = await createRedis();
    await redis.start();
    const env = { ...LIMITS, REDIS_URL: redis.url };
    services = await Promise.all([
      startUnderContract({ env: { ...env, LOG_LEVEL: 'warn' }, onLog: (line) => void lines.push(line) }),
      startUnderContract({ env }),
    ]);
  });
  afterAll(async () => {
    redis.thaw();
    for (const service of services) await service.stop();
    await redis.remove();
  });

  const told = (): number =>
    lines.filter((line) => line.includes('counted by each process for itself')).length;

  it('count together', async () => {
    const token = anybody();
    const statuses: number[] = [];
    for (let count = 0; count <= RATE; count += 1)
      statuses.push((await services[count % 2]!.http.get(unknown, token)).status);
    expect(statuses).toEqual([...Array.from({ length: RATE }, () => 404), 429]);
  });

  it.each([
    ['does not answer', () => Promise.resolve(redis.freeze()), () => Promise.resolve(redis.thaw())],
    ['is gone', () => redis.stop(), () => redis.start()],
  ])('count each for themselves while it %s, which is told once', async (_how, take, bring) => {
    const [one, other] = services as [ServiceUnderContract, ServiceUnderContract];
    await take();
    try {
      const token = anybody();
      expect(await countUntilRefused(one, token)).toBe(RATE);
      expect(await countUntilRefused(other, token)).toBe(RATE);
      // A fault that comes back within seconds belongs to the one before.
      expect([1, 2]).toContain(told());
    } finally {
      await bring();
    }
    await waitFor(
      async () => {
        const token = anybody();
        return (await countUntilRefused(one, token)) + (await countUntilRefused(other, token)) === RATE;
      },
      { what: 'all to be counted together again', timeoutMs: 10_000 },
    );
  });
});

describe('a service outside production', () => {
  it('limits no rate, unless it is told to', async () => {
    const service = await startUnderContract();
    const token = anybody();
    for (let count = 0; count < 400; count += 10) {
      const answers = await Promise.all(Array.from({ length: 10 }, () => service.http.get(unknown, token)));
      for (const { status, headers } of answers)
        expect([status, headers['ratelimit']]).toEqual([404, undefined]);
    }
    for (let count = 0; count < 150; count += 1) expect((await service.http.get(unknown)).status).toBe(401);
    await service.stop();
  });
});
