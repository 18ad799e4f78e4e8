import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { load, problemsOf, SECRET } from './load';

const rsaPem = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .publicKey.export({ type: 'spki', format: 'pem' })
  .toString();
const issuer = 'https://issuer.example/realms/shop';
const inline = (list: unknown, env: NodeJS.ProcessEnv = {}) => ({
  ...env,
  JWT_ISSUERS: JSON.stringify(list),
});
const issuersOf = (env: NodeJS.ProcessEnv) => load(env).gateway?.token.issuers;

describe('one issuer, by variables of its own', () => {
  test('has its keys looked up where its name is a URL and no key is set', () => {
    expect(issuersOf({ JWT_ISSUER: issuer })).toMatchObject([
      { issuer, keySource: { kind: 'discovery', issuer, allowsHttp: true } },
    ]);
    expect(issuersOf({ JWT_ISSUER: issuer, NODE_ENV: 'production' })).toMatchObject([
      { keySource: { kind: 'discovery', allowsHttp: false } },
    ]);
    expect(issuersOf({ JWT_ISSUER: issuer, JWT_SECRET: SECRET })).toMatchObject([
      { issuer, keySource: { kind: 'secret' } },
    ]);
    expect(issuersOf({ JWT_ISSUER: 'us' })).toMatchObject([{ keySource: { kind: 'development' } }]);
  });

  test('has its claims at paths; a URL is one name', () => {
    const env = {
      JWT_STORES_CLAIM: 'https://shop.example/stores',
      JWT_ROLES_CLAIM: 'realm_access.roles, cognito:groups',
      JWT_ADMIN_ROLES: 'ROLE_ADMIN,head office',
      JWT_AUDIENCE: 'analytics',
      JWT_AUDIENCE_CLAIM: 'client_id',
    };
    expect(issuersOf(env)).toMatchObject([
      {
        audiences: ['analytics'],
        audienceClaim: ['client_id'],
        claims: {
          stores: [['https://shop.example/stores']],
          roles: [['realm_access', 'roles'], ['cognito:groups']],
          adminRoles: new Set(['ROLE_ADMIN', 'head office']),
        },
      },
    ]);
  });

  test.each([
    [
      'an empty name in a path',
      { JWT_ROLES_CLAIM: 'realm_access..roles' },
      'JWT_ROLES_CLAIM: "realm_access..roles"',
    ],
    ['no role between commas', { JWT_ADMIN_ROLES: 'ADMIN,' }, 'JWT_ADMIN_ROLES: "ADMIN," cannot be used'],
    [
      'a tolerance',
      { JWT_CLOCK_TOLERANCE_SECONDS: '601' },
      'JWT_CLOCK_TOLERANCE_SECONDS: "601" cannot be used',
    ],
    [
      'an audience claim without an audience',
      { JWT_AUDIENCE_CLAIM: 'client_id' },
      'JWT_AUDIENCE_CLAIM: has nothing',
    ],
    [
      'metadata over http in production',
      { JWT_ISSUER: 'http://issuer.example', NODE_ENV: 'production' },
      'JWT_ISSUER: fetches the keys over http',
    ],
    [
      'looked-up keys with HS256',
      { JWT_ISSUER: issuer, JWT_ALGORITHM: 'HS256' },
      'JWT_ALGORITHM: HS256 does not fit the keys of JWT_ISSUER (RS256 or ES256, or not set)',
    ],
    [
      'a password in the address of keys',
      { JWT_JWKS_URI: 'https://hunter1:hunter2@issuer.example/keys' },
      'JWT_JWKS_URI: has a user or a password in it',
    ],
    [
      'a user in its name',
      { JWT_ISSUER: 'https://hunter2@issuer.example', JWT_SECRET: SECRET },
      'JWT_ISSUER: has a user or a password in it',
    ],
    [
      'a query in a name that metadata are looked up by',
      { JWT_ISSUER: 'https://issuer.example/?key=hunter2' },
      'JWT_ISSUER: has a query or a fragment',
    ],
    [
      'an address without a host',
      { JWT_JWKS_URI: 'https://hunter2@/keys', NODE_ENV: 'production' },
      'JWT_JWKS_URI: its value cannot be used',
    ],
  ])('cannot have %s', (_what, env, problem) => {
    const problems = problemsOf(env);
    expect(problems).toHaveLength(1);
    expect(problems.join()).not.toContain('hunter2');
    expect(problems[0]?.startsWith(problem)).toBe(true);
  });
});

describe('several issuers', () => {
  test('need little to be said about them: the rest is as the variables have it', () => {
    expect(
      issuersOf(inline([{ issuer }], { JWT_ROLES_CLAIM: 'authorities', JWT_ADMIN_ROLES: 'ROLE_ADMIN' })),
    ).toEqual([
      {
        issuer,
        keySource: { kind: 'discovery', issuer, allowsHttp: true },
        algorithm: 'RS256',
        audiences: [],
        audienceClaim: ['aud'],
        claims: { stores: [['storeIds']], roles: [['authorities']], adminRoles: new Set(['ROLE_ADMIN']) },
      },
    ]);
  });

  test('may each have keys, audiences and claims of their own', () => {
    const list = [
      {
        issuer: 'a',
        jwksUri: 'https://a.example/keys',
        algorithm: 'ES256',
        audience: ['one', 'two'],
        audienceClaim: 'client_id',
        storesClaim: 'https://shop.example/stores',
        rolesClaim: ['realm_access.roles', ['resource_access', 'com.shop.app', 'roles']],
        adminRoles: ['head office', 'ADMIN'],
      },
      { issuer: 'b', publicKey: rsaPem, audience: 'three' },
      { issuer: 'c', secret: '$OUR_SECRET' },
    ];
    expect(issuersOf(inline(list, { OUR_SECRET: SECRET }))).toMatchObject([
      {
        keySource: { kind: 'jwks', uri: 'https://a.example/keys' },
        algorithm: 'ES256',
        audiences: ['one', 'two'],
        audienceClaim: ['client_id'],
        claims: {
          stores: [['https://shop.example/stores']],
          roles: [
            ['realm_access', 'roles'],
            ['resource_access', 'com.shop.app', 'roles'],
          ],
          adminRoles: new Set(['head office', 'ADMIN']),
        },
      },
      { keySource: { kind: 'public-key' }, algorithm: 'RS256', audiences: ['three'] },
      { keySource: { kind: 'secret' }, algorithm: 'HS256' },
    ]);
  });

  test.each([' blanks count  ', 'ein Schlüssel, länger als dreißig Zeichen', `${SECRET} \u2026`])(
    'have the secret "%s" read as JWT_SECRET is',
    (text) => {
      const keyOf = (env: NodeJS.ProcessEnv) =>
        issuersOf(env)?.map(({ keySource }) => 'key' in keySource && keySource.key.export());
      const alone = keyOf({ JWT_ISSUER: 'c', JWT_SECRET: text });
      expect(alone).toEqual([Buffer.from(text)]);
      expect(keyOf(inline([{ issuer: 'c', secret: text }]))).toEqual(alone);
      expect(keyOf(inline([{ issuer: 'c', secret: '$OURS' }], { OURS: text }))).toEqual(alone);
    },
  );

  test('may stand in a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'issuers-'));
    try {
      const file = join(folder, 'issuers.json');
      writeFileSync(file, JSON.stringify([{ issuer }]));
      expect(issuersOf({ JWT_ISSUERS_FILE: file })).toEqual(issuersOf(inline([{ issuer }])));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('show no secret when the configuration is printed', () => {
    const config = load(inline([{ issuer: 'c', secret: SECRET }]));
    expect(inspect(config, { depth: null })).not.toContain(SECRET);
  });

  test('stand in place of one: what would be a single issuer’s has no place beside them', () => {
    expect(problemsOf(inline([{ issuer }], { JWT_SECRET: SECRET }))).toEqual([
      'JWT_SECRET, JWT_ISSUERS: only one of them may be set (one source of keys)',
    ]);
    expect(
      problemsOf(inline([{ issuer }], { JWT_ISSUER: issuer, JWT_AUDIENCE: 'x', JWT_ALGORITHM: 'RS256' })),
    ).toEqual([
      'JWT_ALGORITHM, JWT_ISSUER, JWT_AUDIENCE: may not be set beside JWT_ISSUERS (each issuer of the list has its own)',
    ]);
    expect(problemsOf({ JWT_ISSUERS: '[]', JWT_ISSUERS_FILE: 'x' })).toEqual([
      'JWT_ISSUERS, JWT_ISSUERS_FILE: only one of them may be set (one list of issuers)',
    ]);
  });

  test.each<[string, object, string]>([
    ['no name', { issuer: undefined }, 'issuer: is missing (what its tokens have in iss)'],
    ['no key and no URL', { issuer: 'hunter2' }, 'issuer: has no source of keys'],
    ['two keys', { secret: 'hunter2', publicKey: rsaPem }, 'issuer: has several sources of keys'],
    ['an address', { jwksUri: 'ftp://hunter2' }, 'jwksUri: its value cannot be used (like https://'],
    ['a key', { publicKey: 'hunter2' }, 'publicKey: its value cannot be used (a public key in PEM: RSA of'],
    ['a public key as a secret', { secret: '$PEM' }, 'secret: its value cannot be used'],
    ['a blank secret', { secret: ' ' }, 'secret: its value cannot be used (a secret for HS256, or $NAME'],
    ['a password', { jwksUri: 'https://a:hunter2@a.example/keys' }, 'jwksUri: has a user or a password'],
    ['a user', { issuer: 'https://hunter2@a.example', secret: SECRET }, 'issuer: has a user or a password'],
    ['a query', { issuer: 'https://a.example/?hunter2' }, 'issuer: has a query or a fragment'],
    ['a fragment', { issuer: 'https://a.example/#hunter2' }, 'issuer: has a query or a fragment'],
    ['a variable', { secret: '$NOT_SET' }, 'secret: refers to $NOT_SET, which is not set'],
    [
      'an algorithm',
      { algorithm: 'RS512' },
      'algorithm: its value cannot be used (one of HS256, RS256, ES256)',
    ],
    ['an algorithm of others', { algorithm: 'HS256' }, 'algorithm: does not fit the key'],
    ['an audience', { audience: [] }, 'audience: its value cannot be used (a text, or a list of texts)'],
    ['a claim of no audience', { audienceClaim: 'client_id' }, 'audienceClaim: has no audience to be'],
    ['a path', { rolesClaim: 'a..b' }, 'rolesClaim: its value cannot be used (the name of a claim'],
    ['roles', { adminRoles: 7 }, 'adminRoles: its value cannot be used (the name of a role'],
    ['an unknown field', { hunter2: 1 }, 'hunter2: is not known (one of issuer, jwksUri, publicKey, secret,'],
  ])('cannot have %s like that', (_what, differing, problem) => {
    const problems = problemsOf(inline([{ issuer, ...differing }], { PEM: rsaPem }));
    expect(problems).toEqual([expect.stringContaining(`JWT_ISSUERS[0].${problem}`)]);
    expect(problems.join().replace('hunter2: is not', '')).not.toContain('hunter2');
  });

  test.each<[string, object, string]>([
    ['keys over http', { jwksUri: 'http://a.example/keys' }, 'jwksUri: fetches the keys over http'],
    ['metadata over http', { issuer: 'http://a.example' }, 'issuer: fetches the keys over http'],
    ['a short secret', { secret: 'short' }, 'secret: is too short (at least 32 bytes'],
    [
      'a secret of a page',
      { secret: 'at least thirty-two bytes that nobody can guess' },
      'secret: stands in the doc',
    ],
  ])('cannot have %s in production', (_what, differing, problem) => {
    const production = problemsOf(inline([{ issuer, ...differing }], { NODE_ENV: 'production' }));
    expect(production).toEqual([expect.stringContaining(`JWT_ISSUERS[0].${problem}`)]);
    expect(problemsOf(inline([{ issuer, ...differing }]))).toEqual([]);
  });

  test('may have queries in addresses of keys, and in names that nothing is looked up by', () => {
    const list = [
      { issuer, jwksUri: 'https://a.example/keys?appid=x' },
      { issuer: 'https://a.example/?x#y', secret: SECRET },
    ];
    expect(problemsOf(inline(list))).toEqual([]);
  });

  test('each have an audience where a variable names its claim for all of them', () => {
    const list = [
      { issuer },
      { issuer: 'https://a.example', audience: 'x' },
      { issuer: 'https://b.example' },
    ];
    const missing =
      'is missing, and JWT_AUDIENCE_CLAIM has nothing to be compared with (a text, or a list of texts)';
    expect(problemsOf(inline(list, { JWT_AUDIENCE_CLAIM: 'client_id' }))).toEqual([
      `JWT_ISSUERS[0].audience: ${missing}`,
      `JWT_ISSUERS[2].audience: ${missing}`,
    ]);
    expect(problemsOf(inline(list, { JWT_AUDIENCE_CLAIM: 'aud' }))).toEqual([]);
  });

  test('are at least one, or a key would be made up', () => {
    expect(problemsOf({ JWT_ISSUERS: '[]' })).toEqual(['JWT_ISSUERS: is empty (one issuer at least)']);
    expect(problemsOf({ JWT_ISSUERS: '{"secret":"hunter2"}' })).toEqual([
      'JWT_ISSUERS: its value cannot be used (a JSON array of issuers)',
    ]);
  });

  test('have all their problems told at once, an issuer listed twice among them', () => {
    const problems = problemsOf({
      ...inline([{ issuer }, { issuer, algorithm: 'none', audienceClaim: 'x' }, 5]),
      PORT: 'x',
    });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'PORT',
      'JWT_ISSUERS[1].algorithm',
      'JWT_ISSUERS[1].audienceClaim',
      'JWT_ISSUERS[2]',
      'JWT_ISSUERS[1].issuer',
    ]);
  });
});
