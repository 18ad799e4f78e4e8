import { DEVELOPMENT_PRIVACY_KEY } from '../../../src/config/keys';
import { load, problemsOf, SECRET, SERVERS } from './load';

describe('the configuration', () => {
  test('needs no variable at all: everything is embedded, for this machine only', () => {
    expect(load({})).toEqual({
      isProduction: false,
      isEmbedded: true,
      roles: new Set(['gateway', 'worker']),
      http: {
        host: '127.0.0.1',
        port: 8084,
        basePath: '/api',
        maxBodyBytes: 16_777_216,
        servesExplorers: true,
        trustedProxies: [],
        corsOrigins: new Set(),
        tls: undefined,
      },
      graphql: { persisted: 'any', persistedFile: undefined, introspection: true, federation: false },
      limits: load({}).limits,
      database: { kind: 'embedded', folder: '.data/postgres' },
      redis: undefined,
      redisTls: { caFile: undefined, certFile: undefined, keyFile: undefined },
      kafka: undefined,
      topicPrefix: '',
      messageShapes: new Map(),
      privacyKey: DEVELOPMENT_PRIVACY_KEY,
      takesDevEvents: true,
      gateway: {
        token: {
          issuers: [
            {
              keySource: { kind: 'development' },
              algorithm: 'HS256',
              issuer: undefined,
              audiences: [],
              audienceClaim: ['aud'],
              claims: { stores: [['storeIds']], roles: [['roles']], adminRoles: new Set(['ADMIN']) },
            },
          ],
          clockToleranceMs: 30_000,
          rememberMs: 300_000,
        },
      },
      platforms: [],
      businessTimeZone: 'Asia/Seoul',
      cacheTtlSeconds: 300,
      cacheLeaseMs: 250,
      staleIfErrorSeconds: 86_400,
      industryRefreshSeconds: 300,
      logLevel: 'info',
      shutdownTimeoutMs: 10_000,
    });
  });

  test('serves the explorers everywhere but in production, unless it is told otherwise', () => {
    const production = { NODE_ENV: 'production', JWT_SECRET: 'at least thirty-two bytes of secret' };
    expect(load(production).http.servesExplorers).toBe(false);
    expect(load({ ...production, API_EXPLORERS: 'true' }).http.servesExplorers).toBe(true);
    expect(load({ API_EXPLORERS: 'false' }).http.servesExplorers).toBe(false);
  });

  test('takes an empty or blank variable for one that is not set', () => {
    expect(load({ PORT: '', DATABASE_URL: ' ', JWT_SECRET: '', ROLES: '\t' })).toEqual(load({}));
  });

  test('listens everywhere once a real server is configured, and where HOST says in any case', () => {
    const real = { JWT_SECRET: SECRET, DATABASE_URL: SERVERS.DATABASE_URL };
    expect(load(real).http.host).toBe('0.0.0.0');
    expect(load({ ...real, HOST: '10.0.0.1' }).http.host).toBe('10.0.0.1');
    expect(load({ HOST: '0.0.0.0' }).http.host).toBe('0.0.0.0');
  });

  test('reads the servers', () => {
    const config = load({
      ...SERVERS,
      JWT_SECRET: SECRET,
      KAFKA_BROKERS: 'k1:9092, 10.0.0.2:9093,[::1]:9094',
      KAFKA_TOPIC_PREFIX: 'test-1.',
      KAFKA_SSL: 'TRUE',
      KAFKA_SASL_MECHANISM: 'scram-sha-256',
      KAFKA_SASL_USERNAME: 'me',
      KAFKA_SASL_PASSWORD: ' blanks count ',
      DATABASE_POOL_SIZE: '20',
    });
    expect(config).toMatchObject({
      isEmbedded: false,
      takesDevEvents: false,
      topicPrefix: 'test-1.',
      database: { kind: 'postgres', url: SERVERS.DATABASE_URL, poolSize: 20 },
      redis: { kind: 'server', url: SERVERS.REDIS_URL },
      kafka: {
        brokers: ['k1:9092', '10.0.0.2:9093', '[::1]:9094'],
        tls: { caFile: undefined, certFile: undefined, keyFile: undefined },
        sasl: { mechanism: 'scram-sha-256', username: 'me', password: ' blanks count ' },
      },
    });
  });

  test.each([
    ['/analytics/v1', '/analytics/v1'],
    ['/api/', '/api'],
    ['/', ''],
  ])('knows the base path %s as "%s"', (written, read) => {
    expect(load({ BASE_PATH: written }).http.basePath).toBe(read);
  });

  test('never takes messages over HTTP in production, nor where Kafka brings them', () => {
    expect(load({ NODE_ENV: 'production', JWT_SECRET: SECRET }).takesDevEvents).toBe(false);
    expect(load({ KAFKA_BROKERS: 'k1:9092', JWT_SECRET: SECRET }).takesDevEvents).toBe(false);
  });
});

describe('a problem', () => {
  test.each([
    ['PORT', '65536', 'PORT: "65536" cannot be used (a whole number from 0 to 65535)'],
    ['PORT', '80a', 'PORT: "80a" cannot be used (a whole number from 0 to 65535)'],
    [
      'STALE_IF_ERROR_SECONDS',
      '-1',
      'STALE_IF_ERROR_SECONDS: "-1" cannot be used (a whole number from 0 to 604800)',
    ],
    ['CACHE_TTL_SECONDS', '0', 'CACHE_TTL_SECONDS: "0" cannot be used (a whole number from 1 to 86400)'],
    ['NODE_ENV', 'staging', 'NODE_ENV: "staging" cannot be used (one of development, test, production)'],
    ['ROLES', 'gateway,', 'ROLES: "gateway," cannot be used (gateway, worker, or both between a comma)'],
    ['BASE_PATH', 'api', 'BASE_PATH: "api" cannot be used (a path like /api, or / for none)'],
    ['KAFKA_SSL', 'yes', 'KAFKA_SSL: "yes" cannot be used (true or false)'],
    [
      'KAFKA_TOPIC_PREFIX',
      'a/b',
      'KAFKA_TOPIC_PREFIX: "a/b" cannot be used (up to 200 letters, digits, dots, hyphens and underscores)',
    ],
  ])('of %s=%s is told in plain words', (name, value, problem) => {
    expect(problemsOf({ [name]: value })).toEqual([problem]);
  });

  test('is told together with all the others, across variables too', () => {
    const problems = problemsOf({
      NODE_ENV: 'production',
      PORT: 'x',
      LOG_LEVEL: 'loud',
      ROLES: 'worker',
      KAFKA_SASL_USERNAME: 'me',
      JWT_SECRET: 'short',
      JWT_JWKS_URI: 'ftp://keys',
    });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'PORT',
      'JWT_JWKS_URI',
      'LOG_LEVEL',
      'JWT_SECRET, JWT_JWKS_URI',
      'JWT_SECRET',
      'DATABASE_URL',
      'REDIS_URL',
      'KAFKA_BROKERS',
      'KAFKA_SASL_MECHANISM, KAFKA_SASL_PASSWORD',
    ]);
  });

  test('is listed in the message, a line each', () => {
    expect(() => load({ PORT: 'x', LOG_LEVEL: 'loud' })).toThrow(
      'The configuration cannot be used:\n' +
        '- PORT: "x" cannot be used (a whole number from 0 to 65535)\n' +
        '- LOG_LEVEL: "loud" cannot be used (one of fatal, error, warn, info, debug, trace, silent)',
    );
  });

  test.each(['DATABASE_URL', 'REDIS_URL', 'KAFKA_BROKERS', 'JWT_PUBLIC_KEY', 'JWT_JWKS_URI'])(
    'never shows the value of %s',
    (name) => {
      const problems = problemsOf({ [name]: 'mysql://root:hunter2@db/x', JWT_ALGORITHM: 'none' });
      expect(problems.join()).toContain(`${name}: its value cannot be used`);
      expect(problems.join()).not.toContain('hunter2');
    },
  );

  test('is what the calendar says of the time zone', () => {
    const refuse = () => {
      throw new Error('half an hour');
    };
    expect(problemsOf({ BUSINESS_TIME_ZONE: 'Asia/Kolkata', PORT: 'x' }, refuse)).toEqual([
      expect.stringMatching(/^PORT/),
      'BUSINESS_TIME_ZONE: "Asia/Kolkata" cannot be used (an IANA zone of whole-hour offsets, like Asia/Seoul)',
    ]);
  });
});

test('a subgraph answers any operation: what a gateway asks is never listed', () => {
  expect(load({ GRAPHQL_FEDERATION: 'true' }).graphql.federation).toBe(true);
  expect(load({ PERSISTED_OPERATIONS: 'listed' }).graphql.federation).toBe(false);
  const problems = problemsOf({ GRAPHQL_FEDERATION: 'true', PERSISTED_OPERATIONS: 'listed' });
  expect(problems).toEqual([expect.stringMatching(/^GRAPHQL_FEDERATION: .*PERSISTED_OPERATIONS/)]);
});

describe('gateway and worker as processes of their own', () => {
  test('share a database and Redis; a worker reads from Kafka', () => {
    expect(problemsOf({ ROLES: 'gateway', JWT_SECRET: SECRET })).toEqual([
      'DATABASE_URL: is not set, but ROLES is only gateway (one that gateway and worker share)',
      'REDIS_URL: is not set, but ROLES is only gateway (one that gateway and worker share)',
    ]);
    expect(problemsOf({ ROLES: 'worker', KAFKA_BROKERS: 'k1:9092', REDIS_URL: 'redis://r' })).toEqual([
      'DATABASE_URL: is not set, but ROLES is only worker (one that gateway and worker share)',
    ]);
    expect(problemsOf({ ...SERVERS, ROLES: 'worker' })).toEqual([]);
    expect(problemsOf({ ...SERVERS, ROLES: 'gateway', KAFKA_BROKERS: '', JWT_SECRET: SECRET })).toEqual([]);
  });

  test('distribute nothing that is embedded, and by nothing else than Citus', () => {
    expect(problemsOf({ DATABASE_DISTRIBUTION: 'citus' })).toEqual([
      expect.stringMatching(/^DATABASE_DISTRIBUTION: .*DATABASE_URL/),
    ]);
    expect(problemsOf({ ...SERVERS, JWT_SECRET: SECRET, DATABASE_DISTRIBUTION: 'pgpool' })).toEqual([
      'DATABASE_DISTRIBUTION: "pgpool" cannot be used (one of citus)',
    ]);
    const { database } = load({ ...SERVERS, JWT_SECRET: SECRET, DATABASE_DISTRIBUTION: 'citus' });
    expect(database).toMatchObject({ distribution: 'citus' });
  });

  test('in one process, each server may be real or embedded', () => {
    for (const [name, value] of Object.entries(SERVERS)) {
      expect(problemsOf({ [name]: value, JWT_SECRET: SECRET })).toEqual([]);
    }
  });
});
