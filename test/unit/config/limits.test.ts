import { load, problemsOf, SECRET, SERVERS } from './load';

const PRODUCTION = { ...SERVERS, NODE_ENV: 'production', JWT_SECRET: 'at least thirty-two bytes of secret' };

describe('the limits of what one reader may ask', () => {
  test('leave the rate free outside production, and limit it in production', () => {
    expect(load({}).limits.rates).toEqual({ windowSeconds: 10, perToken: 0, perAddress: 0 });
    expect(load(PRODUCTION).limits.rates).toEqual({ windowSeconds: 10, perToken: 300, perAddress: 100 });
    expect(load({ ...PRODUCTION, RATE_LIMIT_PER_TOKEN: '0' }).limits.rates.perToken).toBe(0);
    expect(load({ RATE_LIMIT_PER_ADDRESS: '7' }).limits.rates.perAddress).toBe(7);
  });

  test('let as many operations run as there are connections for readers, a third of them for one token', () => {
    const real = { ...SERVERS, JWT_SECRET: SECRET, DATABASE_POOL_SIZE: '11' };
    expect(load({ ...real, ROLES: 'gateway' }).limits.shares).toMatchObject({
      operations: 10,
      operationsPerToken: 3,
    });
    expect(load(real).limits.shares).toMatchObject({ operations: 5, operationsPerToken: 1 });
    expect(load({ ...real, DATABASE_POOL_SIZE: '1' }).limits.shares).toMatchObject({
      operations: 1,
      operationsPerToken: 1,
    });
  });

  test('can each be set', () => {
    const { operation, shares, live } = load({
      MAX_OPERATION_COST: '1000',
      MAX_QUERY_BYTES: '2000',
      MAX_QUERY_TOKENS: '300',
      OPERATION_TIMEOUT_SECONDS: '4',
      MAX_OPERATIONS: '50',
      MAX_OPERATIONS_PER_TOKEN: '6',
      MAX_WAITING_PER_TOKEN: '0',
      MAX_WAIT_SECONDS: '7',
      MAX_CONNECTIONS_PER_TOKEN: '8',
      MAX_SUBSCRIPTIONS_PER_CONNECTION: '9',
      MAX_COHORTS_PER_EVENT: '10',
      MAX_LIVE_COST_PER_EVENT: '1100',
    }).limits;
    expect(operation).toEqual({ maxCost: 1_000, maxQueryBytes: 2_000, maxTokens: 300, timeoutMs: 4_000 });
    expect(shares).toEqual({ operations: 50, operationsPerToken: 6, waitingPerToken: 0, waitMs: 7_000 });
    expect(live).toEqual({
      connectionsPerToken: 8,
      subscriptionsPerConnection: 9,
      cohortsPerEvent: 10,
      costPerEvent: 1_100,
    });
  });

  test('keep the schema to itself in production, unless it is told otherwise', () => {
    expect(load(PRODUCTION).graphql.introspection).toBe(false);
    expect(load({ ...PRODUCTION, INTROSPECTION: 'true' }).graphql.introspection).toBe(true);
  });

  test('believe only proxies that are addresses, ranges or ranges by name', () => {
    expect(load({ TRUSTED_PROXIES: 'loopback, 10.0.0.0/8' }).http.trustedProxies).toEqual([
      'loopback',
      '10.0.0.0/8',
    ]);
    expect(load({}).http.trustedProxies).toEqual([]);
    for (const wrong of ['proxy.example', '10.0.0.0/99', '10.0.0.1,'])
      expect(problemsOf({ TRUSTED_PROXIES: wrong })).toEqual([
        expect.stringContaining('addresses or ranges like 10.0.0.0/8'),
      ]);
  });
});
