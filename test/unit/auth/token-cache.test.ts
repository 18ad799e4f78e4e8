import { createSecretKey } from 'node:crypto';
import { createTokenCache } from '../../../src/auth/token-cache';
import { createTokenVerifier, type TokenVerifierOptions } from '../../../src/auth/token';
import type { Viewer } from '../../../src/auth/viewer';
import type { StoreId } from '../../../src/domain/values';
import { trustedIssuer } from '../../harness/tokens/trusted-issuer';
import { clockAt, failureOf, NOW, NOW_SECONDS, secret, sign } from './tokens';

const A_MINUTE = 60_000;

/** A verifier with a cache, and its clock. A cached viewer is the identical object. */
function open(options: Partial<TokenVerifierOptions> = {}) {
  const clock = clockAt();
  const keySource = { kind: 'secret', key: secret } as const;
  const verifier = createTokenVerifier([trustedIssuer(keySource)], {
    clock,
    rememberMs: A_MINUTE,
    ...options,
  });
  return { clock, verify: (authorization: string) => verifier.verify(authorization) };
}

const bearer = (claims: object = {}): string => `Bearer ${sign({ exp: NOW_SECONDS + 3_600, ...claims })}`;

describe('a token that has been verified', () => {
  test('is not verified again', async () => {
    const { verify } = open();
    expect(await verify(bearer())).toBe(await verify(bearer()));
  });

  test('is refused once it has expired, though it was cached until then', async () => {
    const { clock, verify } = open();
    const ending = bearer({ exp: NOW_SECONDS + 10 });
    await verify(ending);
    clock.advance(9_999);
    await verify(ending);
    clock.advance(1);
    expect(await failureOf(verify(ending))).toEqual({
      code: 'UNAUTHORIZED',
      why: expect.stringContaining('jwt expired') as string,
    });
  });

  test('is found until its end and the tolerance', async () => {
    const { clock, verify } = open({ clockToleranceMs: 5_000 });
    const ending = bearer({ exp: NOW_SECONDS + 10 });
    const viewer = await verify(ending);
    clock.advance(14_999);
    expect(await verify(ending)).toBe(viewer);
    clock.advance(1);
    expect((await failureOf(verify(ending))).why).toContain('jwt expired');
  });

  test('is verified again after a while, and when the clock has gone back', async () => {
    const { clock, verify } = open();
    const first = await verify(bearer({ nbf: NOW_SECONDS }));
    clock.advance(A_MINUTE);
    const second = await verify(bearer({ nbf: NOW_SECONDS }));
    expect(second).not.toBe(first);
    expect(second).toEqual(first);
    clock.advance(-A_MINUTE - 1_000);
    expect((await failureOf(verify(bearer({ nbf: NOW_SECONDS })))).why).toContain('jwt not active');
  });

  test('is verified each time where the cache is turned off', async () => {
    const { verify } = open({ rememberMs: 0 });
    expect(await verify(bearer())).not.toBe(await verify(bearer()));
  });

  test('is not found by a text that differs in letter case, by a blank or by a letter', async () => {
    const { verify } = open();
    const token = bearer();
    await verify(token);
    const changed = token.replace(/[a-z](?=\w*$)/i, (letter) =>
      letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
    );
    for (const other of [changed, `${token} `, token.slice(0, -1), `${token}A`, token.slice(7)])
      expect((await failureOf(verify(other))).code).toBe('UNAUTHORIZED');
  });

  test('is cached in its usual form only: other spellings of the scheme do not fill the cache', async () => {
    const { verify } = open();
    const spelt = bearer().replace('Bearer ', 'bEARER   ');
    expect(await verify(spelt)).not.toBe(await verify(spelt));
  });
});

test('a refused token is refused again, and not cached', async () => {
  const { verify } = open();
  const forged = `Bearer ${sign({}, createSecretKey('another secret of thirty-two bytes', 'utf8'))}`;
  for (let round = 0; round < 2; round++)
    expect((await failureOf(verify(forged))).why).toContain('invalid signature');
});

describe('the token cache', () => {
  const key = { key: secret, isCurrent: () => true };
  const viewerOf = (subject: string, storeIds: readonly string[] = []): Viewer => ({
    subject,
    storeIds: new Set(storeIds.map((id) => id as StoreId)),
    isAdmin: false,
    expiresAt: (NOW + 3_600_000) as Viewer['expiresAt'],
  });
  const cachedOf = (texts: readonly string[], viewer = viewerOf('x'), maxBytes = 10_000): string[] => {
    const cache = createTokenCache({ clock: clockAt(), rememberMs: A_MINUTE, maxBytes });
    for (const text of texts) cache.add(text, viewer, key);
    return texts.filter((text) => cache.find(text) !== undefined);
  };
  const texts = (count: number, length: number): string[] =>
    Array.from({ length: count }, (_, index) => String(index).padStart(length, 'x'));

  test('is limited by bytes, and evicts the least recently used first', () => {
    const many = texts(100, 1_000);
    const kept = cachedOf(many);
    expect(kept.length).toBeGreaterThan(5);
    expect(kept.length).toBeLessThanOrEqual(10);
    expect(kept).toEqual(many.slice(-kept.length));
  });

  test('counts the memory of a viewer too', () => {
    const stores = texts(100, 36);
    expect(cachedOf(texts(10, 100), viewerOf('x', stores)).length).toBeLessThan(3);
    expect(cachedOf(texts(10, 100))).toHaveLength(10);
  });

  test('forgets what a withdrawn key has verified', () => {
    const cache = createTokenCache({ clock: clockAt(), rememberMs: A_MINUTE });
    let isCurrent = true;
    cache.add('text', viewerOf('x'), { key: secret, isCurrent: () => isCurrent });
    expect(cache.find('text')).toBeDefined();
    isCurrent = false;
    expect(cache.find('text')).toBeUndefined();
    isCurrent = true;
    expect(cache.find('text')).toBeUndefined();
  });
});
