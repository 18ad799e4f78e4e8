import { load, problemsOf, SECRET } from './load';

const addressOf = (REDIS_URL: string) => load({ REDIS_URL, JWT_SECRET: SECRET }).redis;

describe('the address of Redis', () => {
  test('may be a server', () => {
    expect(addressOf('rediss://me:secret@cache:6380/2')).toEqual({
      kind: 'server',
      url: 'rediss://me:secret@cache:6380/2',
    });
  });

  test('may be sentinels, and what they call the master', () => {
    expect(addressOf('redis-sentinel://one:26379,two,[::1]:26381/3#my-master.1')).toEqual({
      kind: 'sentinels',
      sentinels: [
        { host: 'one', port: 26_379 },
        { host: 'two', port: 26_379 },
        { host: '::1', port: 26_381 },
      ],
      master: 'my-master.1',
      username: undefined,
      password: undefined,
      database: 3,
      tls: false,
    });
  });

  test('may be some nodes of a cluster', () => {
    expect(addressOf('redis-cluster://one,two:7001,[::1]:7002')).toEqual({
      kind: 'cluster',
      nodes: [
        { host: 'one', port: 6_379 },
        { host: 'two', port: 7_001 },
        { host: '::1', port: 7_002 },
      ],
      username: undefined,
      password: undefined,
      tls: false,
    });
  });

  test.each([
    ['redis-sentinel://me:a%40b:c@one#m', { username: 'me', password: 'a@b:c', database: 0, tls: false }],
    ['redis-sentinel://:secret@one/#m', { username: undefined, password: 'secret', database: 0, tls: false }],
    ['rediss-sentinel://me@one#m', { username: 'me', password: undefined, database: 0, tls: true }],
    ['rediss-cluster://me:se%3Acret@one/', { username: 'me', password: 'se:cret', tls: true }],
  ])('says who asks, and how: %s', (written, read) => {
    expect(addressOf(written)).toMatchObject(read);
  });

  test.each([
    'redis://one:7000,two:7001',
    'redis://one,two:6379',
    'redis://',
    'redis://?x',
    'redis-sentinel://one:26379,two:26379',
    'redis-sentinel://one:26379,,two#m',
    'redis-sentinel://one:0#m',
    'redis-sentinel://one:70000#m',
    'redis-sentinel://one:26379/x#m',
    'redis-sentinel://%zz@one#m',
    'redis-sentinel://#m',
    'redis-sentinel://one#my master',
    // A cluster has one database.
    'redis-cluster://one:7000/1',
    'redis-cluster://one:7000,,two',
    'redis-cluster://one#m',
    'redis-cluster://',
    'http://one',
  ])('is refused without being shown: %s', (written) => {
    expect(problemsOf({ REDIS_URL: written, JWT_SECRET: SECRET })).toEqual([
      'REDIS_URL: its value cannot be used (like redis://user:password@host:6379/0, redis-sentinel://user:password@one:26379,two:26379/0#master, or redis-cluster://user:password@one:6379,two:6379)',
    ]);
  });
});
