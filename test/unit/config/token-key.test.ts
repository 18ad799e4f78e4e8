import { generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { load, problemsOf, SECRET, SERVERS } from './load';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const rsaPem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const ecPem = (namedCurve: string) =>
  generateKeyPairSync('ec', { namedCurve }).publicKey.export({ type: 'spki', format: 'pem' }).toString();

describe('the key of tokens', () => {
  test('is made up only in embedded mode outside production', () => {
    expect(problemsOf({ NODE_ENV: 'production' })).toEqual([
      'JWT_SECRET, JWT_PUBLIC_KEY, JWT_JWKS_URI, JWT_ISSUERS, JWT_ISSUERS_FILE: none is set with NODE_ENV=production (one of them, or a URL as JWT_ISSUER, to verify tokens by)',
    ]);
    expect(problemsOf({ REDIS_URL: 'redis://cache' })).toEqual([
      'JWT_SECRET, JWT_PUBLIC_KEY, JWT_JWKS_URI, JWT_ISSUERS, JWT_ISSUERS_FILE: none is set with real servers configured (one of them, or a URL as JWT_ISSUER, to verify tokens by)',
    ]);
  });

  test('is not asked of a worker, which verifies no token', () => {
    expect(load({ NODE_ENV: 'production', ROLES: 'worker', ...SERVERS }).gateway).toBeUndefined();
  });

  test('comes from one source at most', () => {
    expect(problemsOf({ JWT_SECRET: SECRET, JWT_PUBLIC_KEY: rsaPem })).toEqual([
      'JWT_SECRET, JWT_PUBLIC_KEY: only one of them may be set (one source of keys)',
    ]);
  });

  test('is at least 32 bytes long in production, counted in bytes', () => {
    const production = (secret: string) => problemsOf({ NODE_ENV: 'production', JWT_SECRET: secret });
    expect(production('x'.repeat(31))).toEqual([
      'JWT_SECRET: is too short (at least 32 bytes with NODE_ENV=production)',
    ]);
    expect(production('x'.repeat(32))).toEqual([]);
    expect(production('가'.repeat(11))).toEqual([]);
    expect(problemsOf({ JWT_SECRET: 'short' })).toEqual([]);
  });

  describe('published by an issuer, in production', () => {
    const production = (uri: string) => problemsOf({ NODE_ENV: 'production', JWT_JWKS_URI: uri });

    test.each([
      'http://issuer.example/keys',
      'http://127.0.0.1.issuer.example/keys',
      'http://localhost.issuer.example/keys',
      'http://localhost@issuer.example/keys',
      'http://10.0.0.1/keys',
      'http://[fe80::1]/keys',
    ])('does not come over http from another machine: %s', (uri) => {
      expect(production(uri)).toContain(
        'JWT_JWKS_URI: fetches the keys over http from another machine, where they can be replaced on the way (https, or http from a loopback address, with NODE_ENV=production)',
      );
    });

    test.each([
      'https://issuer.example/keys',
      'http://localhost:8080/keys',
      'http://127.0.0.1/keys',
      'http://127.8.9.10:1234/keys',
      'http://[::1]:8080/keys',
    ])('comes over https, or from this machine: %s', (uri) => {
      expect(production(uri)).toEqual([]);
    });
  });

  test.each([
    ['a secret', { JWT_SECRET: SECRET }, 'HS256'],
    ['an RSA key', { JWT_PUBLIC_KEY: rsaPem }, 'RS256'],
    ['an RSA key on one line', { JWT_PUBLIC_KEY: rsaPem.replaceAll('\n', '\\n') }, 'RS256'],
    ['a P-256 key', { JWT_PUBLIC_KEY: ecPem('prime256v1') }, 'ES256'],
    ['published keys', { JWT_JWKS_URI: 'https://issuer.example/keys' }, 'RS256'],
    ['keys that the issuer’s metadata name', { JWT_ISSUER: 'https://issuer.example' }, 'RS256'],
    ['published keys, told so', { JWT_JWKS_URI: 'http://issuer/keys', JWT_ALGORITHM: 'ES256' }, 'ES256'],
  ])('decides the algorithm: %s', (_source, env, algorithm) => {
    expect(load(env).gateway?.token.issuers[0].algorithm).toBe(algorithm);
  });

  test.each([
    ['a public key with HS256', { JWT_PUBLIC_KEY: rsaPem, JWT_ALGORITHM: 'HS256' }, 'JWT_ALGORITHM'],
    ['a secret with RS256', { JWT_SECRET: SECRET, JWT_ALGORITHM: 'RS256' }, 'JWT_ALGORITHM'],
    ['an RSA key with ES256', { JWT_PUBLIC_KEY: rsaPem, JWT_ALGORITHM: 'ES256' }, 'JWT_ALGORITHM'],
    [
      'published keys with HS256',
      { JWT_JWKS_URI: 'https://i/keys', JWT_ALGORITHM: 'HS256' },
      'JWT_ALGORITHM',
    ],
    ['no key with RS256', { JWT_ALGORITHM: 'RS256' }, 'JWT_ALGORITHM'],
    ['a public key as a secret', { JWT_SECRET: rsaPem }, 'JWT_SECRET'],
    ['a key on another curve', { JWT_PUBLIC_KEY: ecPem('secp384r1') }, 'JWT_PUBLIC_KEY'],
    [
      'a private key',
      { JWT_PUBLIC_KEY: rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() },
      'JWT_PUBLIC_KEY',
    ],
  ])('is refused: %s', (_what, env, name) => {
    const problems = problemsOf(env);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name}: `));
  });

  test('does not show itself when the configuration is printed', () => {
    expect(inspect(load({ JWT_SECRET: SECRET }), { depth: null })).not.toContain(SECRET);
  });
});
