import { createSecretKey } from 'node:crypto';
import { createTokenMemory } from '../../../src/auth/token-memory';
import { createTokenVerifier, type TokenVerifierOptions } from '../../../src/auth/token';
import type { Viewer } from '../../../src/auth/viewer';
import type { StoreId } from '../../../src/domain/values';
import { clockAt, failureOf, NOW, NOW_SECONDS, secret, sign } from './tokens';

const A_MINUTE = 60_000;

/** A verifier that remembers, and its clock; what is remembered is the very viewer from before. */
function open(options: Partial<TokenVerifierOptions> = {}) {
  const clock = clockAt();
  const keySource = { kind: 'secret', key: secret } as const;
  const verifier = createTokenVerifier(keySource, {
    algorithm: 'HS256',
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

  test('is refused from its end on, though it was remembered until then', async () => {
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

  test('is verified each time where nothing is to be remembered', async () => {
    const { verify } = open({ rememberMs: 0 });
    expect(await verify(bearer())).not.toBe(await verify(bearer()));
  });

  test('vouches for no other text, be it that a letter has another case or that a blank is added', async () => {
    const { verify } = open();
    const token = bearer();
    await verify(token);
    const changed = token.replace(/[a-z](?=\w*$)/i, (letter) =>
      letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
    );
    for (const other of [changed, `${token} `, token.slice(0, -1), `${token}A`, token.slice(7)])
      expect((await failureOf(verify(other))).code).toBe('UNAUTHORIZED');
  });

  test('is remembered in its usual form alone: by other spellings of the scheme nobody fills the memory', async () => {
    const { verify } = open();
    const spelt = bearer().replace('Bearer ', 'bEARER   ');
    expect(await verify(spelt)).not.toBe(await verify(spelt));
  });
});

test('a token that was refused is refused again, and nothing of it is remembered', async () => {
  const { verify } = open();
  const forged = `Bearer ${sign({}, createSecretKey('another secret of thirty-two bytes', 'utf8'))}`;
  for (let round = 0; round < 2; round++)
    expect((await failureOf(verify(forged))).why).toContain('invalid signature');
});

describe('the memory of tokens', () => {
  const key = { key: secret, isCurrent: () => true };
  const viewerOf = (subject: string, storeIds: readonly string[] = []): Viewer => ({
    subject,
    storeIds: new Set(storeIds.map((id) => id as StoreId)),
    isAdmin: false,
    expiresAt: (NOW + 3_600_000) as Viewer['expiresAt'],
  });
  const remembered = (texts: readonly string[], viewer = viewerOf('x'), maxBytes = 10_000): string[] => {
    const memory = createTokenMemory({ clock: clockAt(), rememberMs: A_MINUTE, maxBytes });
    for (const text of texts) memory.keep(text, viewer, key);
    return texts.filter((text) => memory.recall(text) !== undefined);
  };
  const texts = (count: number, length: number): string[] =>
    Array.from({ length: count }, (_, index) => String(index).padStart(length, 'x'));

  test('has room for so many bytes, and lets go of those first that were not used for longest', () => {
    const many = texts(100, 1_000);
    const kept = remembered(many);
    expect(kept.length).toBeGreaterThan(5);
    expect(kept.length).toBeLessThanOrEqual(10);
    expect(kept).toEqual(many.slice(-kept.length));
  });

  test('counts what a viewer takes, too', () => {
    const stores = texts(100, 36);
    expect(remembered(texts(10, 100), viewerOf('x', stores)).length).toBeLessThan(3);
    expect(remembered(texts(10, 100))).toHaveLength(10);
  });

  test('forgets what a key has verified that is a key no longer', () => {
    const memory = createTokenMemory({ clock: clockAt(), rememberMs: A_MINUTE });
    let isCurrent = true;
    memory.keep('text', viewerOf('x'), { key: secret, isCurrent: () => isCurrent });
    expect(memory.recall('text')).toBeDefined();
    isCurrent = false;
    expect(memory.recall('text')).toBeUndefined();
    isCurrent = true;
    expect(memory.recall('text')).toBeUndefined();
  });
});
