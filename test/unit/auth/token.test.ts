import { createSecretKey, type KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { TrustedIssuer } from '../../../src/auth/issuers';
import { createTokenVerifier } from '../../../src/auth/token';
import { trustedIssuer } from '../../harness/tokens/trusted-issuer';
import type { SettableClock } from '../../../src/runtime/clock';
import { clockAt, ec, failureOf, NOW, NOW_SECONDS, otherRsa, rsa, secret, sign, STORE } from './tokens';

interface Options extends Partial<TrustedIssuer> {
  readonly clock?: SettableClock;
}

const bySecret = ({ clock = clockAt(), ...rest }: Options = {}) =>
  createTokenVerifier([trustedIssuer({ kind: 'secret', key: secret }, rest)], { clock });
const byPublicKey = (key: KeyObject) =>
  createTokenVerifier([trustedIssuer({ kind: 'public-key', key })], { clock: clockAt() });
const byRsa = byPublicKey(rsa.publicKey);
const bearer = (claims: object = {}) => `Bearer ${sign(claims)}`;
const refusal = async (authorization: string | undefined, options: Options = {}) => {
  const { code, why } = await failureOf(bySecret(options).verify(authorization));
  expect(code).toBe('UNAUTHORIZED');
  return why;
};

describe('a whole token', () => {
  test('says who asks, for which stores, and until when', async () => {
    expect(await bySecret().verify(bearer())).toEqual({
      subject: 'owner-1',
      storeIds: new Set([STORE]),
      isAdmin: false,
      expiresAt: NOW + 60_000,
    });
  });

  test.each(['bearer', 'BEARER', 'Bearer  '])('is taken with the scheme written as "%s"', async (scheme) => {
    await expect(bySecret().verify(`${scheme} ${sign()}`)).resolves.toBeDefined();
  });

  test('is an admin’s by the role ADMIN, written so', async () => {
    expect((await bySecret().verify(bearer({ roles: ['X', 'ADMIN'] }))).isAdmin).toBe(true);
    expect((await bySecret().verify(bearer({ roles: ['admin'] }))).isAdmin).toBe(false);
  });

  test('grants nothing by claims that it lacks', async () => {
    const viewer = await bySecret().verify(bearer({ storeIds: undefined, roles: undefined }));
    expect(viewer).toMatchObject({ storeIds: new Set(), isAdmin: false });
  });

  test('may name stores in either case', async () => {
    const viewer = await bySecret().verify(bearer({ storeIds: [STORE.toUpperCase()] }));
    expect([...viewer.storeIds]).toEqual([STORE]);
  });

  test('may be signed by a private key', async () => {
    await expect(
      byRsa.verify(`Bearer ${sign({}, rsa.privateKey, { algorithm: 'RS256' })}`),
    ).resolves.toBeDefined();
    await expect(
      byPublicKey(ec.publicKey).verify(`Bearer ${sign({}, ec.privateKey, { algorithm: 'ES256' })}`),
    ).resolves.toBeDefined();
  });

  test('holds until its last moment, and not in it', async () => {
    const end = NOW + 60_000;
    await expect(bySecret({ clock: clockAt(end - 1) }).verify(bearer())).resolves.toBeDefined();
    expect(await refusal(bearer(), { clock: clockAt(end) })).toContain('jwt expired');
  });
});

describe('clocks that differ', () => {
  const tolerant = (now: number) =>
    createTokenVerifier([trustedIssuer({ kind: 'secret', key: secret })], {
      clock: clockAt(now),
      clockToleranceMs: 30_000,
    });

  test('by less than the tolerance change nothing, at the beginning and at the end of a token', async () => {
    await expect(tolerant(NOW).verify(bearer({ nbf: NOW_SECONDS + 1 }))).resolves.toBeDefined();
    await expect(tolerant(NOW).verify(bearer({ nbf: NOW_SECONDS + 30 }))).resolves.toBeDefined();
    await expect(tolerant(NOW + 89_999).verify(bearer())).resolves.toMatchObject({ expiresAt: NOW + 90_000 });
  });

  test('by more than that matter', async () => {
    const early = await failureOf(tolerant(NOW).verify(bearer({ nbf: NOW_SECONDS + 31 })));
    expect(early.why).toContain('jwt not active');
    const late = await failureOf(tolerant(NOW + 90_000).verify(bearer()));
    expect(late.why).toContain('jwt expired');
  });
});

describe('no viewer is recognised by', () => {
  test.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['another scheme', 'Basic dTpw'],
    ['the scheme alone', 'Bearer'],
    ['a token without its scheme', sign()],
    ['text that is no token', 'Bearer nonsense'],
    ['a token of two parts', 'Bearer a.b'],
    ['a token of four parts', 'Bearer a.b.c.d'],
    ['three parts of nothing', 'Bearer a.b.c'],
    ['a token without a signature', `Bearer ${sign().replace(/[^.]*$/, '')}`],
    ['two tokens', `Bearer ${sign()} ${sign()}`],
  ])('%s', async (_what, authorization) => {
    await refusal(authorization);
  });

  test('a token of more than 16 KB, whole or not', async () => {
    await expect(bySecret().verify(bearer({ padding: 'x'.repeat(12_000) }))).resolves.toBeDefined();
    const long = bearer({ padding: 'x'.repeat(16_384) });
    expect(await refusal(long)).toContain('longer');
    expect(await refusal(`Bearer ${'x'.repeat(100_000)}`)).toContain('longer');
  });

  test('a token that another key signed, or that was changed', async () => {
    const other = createSecretKey('another secret of thirty-two bytes', 'utf8');
    expect(await refusal(`Bearer ${sign({}, other)}`)).toContain('invalid signature');
    const [header, , signature] = sign().split('.');
    const forged = Buffer.from(JSON.stringify({ sub: 'me', exp: NOW_SECONDS + 60, roles: ['ADMIN'] }));
    expect(await refusal(`Bearer ${header}.${forged.toString('base64url')}.${signature}`)).toContain(
      'invalid signature',
    );
    await failureOf(byRsa.verify(`Bearer ${sign({}, otherRsa.privateKey, { algorithm: 'RS256' })}`));
  });

  test('a token of another algorithm, even one that the key would fit', async () => {
    expect(await refusal(`Bearer ${sign({}, secret, { algorithm: 'HS512' })}`)).toContain(
      'another algorithm',
    );
    const none = [{ alg: 'none' }, { sub: 'me', exp: NOW_SECONDS + 60 }]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    await refusal(`Bearer ${none}.`);
    expect(await refusal(`Bearer ${none}.x`)).toContain('another algorithm');
  });

  test('a token signed by the public key as if it were a secret', async () => {
    const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' });
    const token = sign({}, createSecretKey(Buffer.from(pem)), { algorithm: 'HS256' });
    expect((await failureOf(byRsa.verify(`Bearer ${token}`))).why).toContain('another algorithm');
  });

  test('a token that asks for an extension to be understood', async () => {
    const token = sign({}, secret, { header: { alg: 'HS256', crit: ['b64'] } });
    expect(await refusal(`Bearer ${token}`)).toContain('critical');
  });

  test.each<[string, object]>([
    ['without an end', { exp: undefined }],
    ['with an end that is no number', { exp: 'tomorrow' }],
    ['with an end past all dates', { exp: 1e300 }],
    ['that has ended', { exp: NOW_SECONDS - 1 }],
    ['that does not hold yet', { nbf: NOW_SECONDS + 1 }],
    ['without a subject', { sub: undefined }],
    ['with an empty subject', { sub: '' }],
  ])('a token %s', async (_what, claims) => {
    await refusal(bearer(claims));
  });

  test.each(['null', '[]', '"text"', '7', 'not JSON'])('a signed payload of %s', async (payload) => {
    await refusal(`Bearer ${jwt.sign(payload, secret)}`);
  });

  test('a token of another issuer or for another audience, where they are asked for', async () => {
    const options = { issuer: 'us', audiences: ['analytics'] };
    const ours = bearer({ iss: 'us', aud: ['shop', 'analytics'] });
    await expect(bySecret(options).verify(ours)).resolves.toBeDefined();
    expect(await refusal(bearer({ aud: 'analytics' }), options)).toContain('issuer');
    expect(await refusal(bearer({ iss: 'them', aud: 'analytics' }), options)).toContain('issuer');
    expect(await refusal(bearer({ iss: 'us' }), options)).toContain('audience');
    expect(await refusal(bearer({ iss: 'us', aud: 'shop' }), options)).toContain('audience');
  });
});
