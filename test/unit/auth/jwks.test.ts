import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createTokenVerifier } from '../../../src/auth/token';
import type { SettableClock } from '../../../src/runtime/clock';
import { IssuerServer, published as publish } from '../../harness/tokens/issuer-server';
import { waitFor } from '../../harness/wait-for';
import { trustedIssuer } from '../../harness/tokens/trusted-issuer';
import { clockAt, ec, failureOf, NOW_SECONDS, otherRsa, refusalOf, rsa, sign } from './tokens';

const A_DAY = 86_400_000;
const signed = (kid: string | undefined, key: KeyObject = rsa.privateKey) =>
  `Bearer ${sign({}, key, { algorithm: 'RS256', ...(kid !== undefined && { keyid: kid }) })}`;

describe('published keys', () => {
  let clock: SettableClock;
  let issuer: IssuerServer;
  let verify: (authorization: string) => Promise<unknown>;

  beforeEach(async () => {
    clock = clockAt();
    issuer = await IssuerServer.start([publish(rsa.publicKey, 'one')]);
    const keySource = { kind: 'jwks', uri: issuer.uri } as const;
    const verifier = createTokenVerifier([trustedIssuer(keySource)], { clock, rememberMs: A_DAY });
    verify = (authorization) => verifier.verify(authorization);
  });
  afterEach(() => issuer.stop());

  test('are fetched once, and verify from then on', async () => {
    await Promise.all([verify(signed('one')), verify(signed('one'))]);
    await verify(signed('one'));
    expect(issuer.requests).toBe(1);
  });

  test('need no id where there is only one', async () => {
    await expect(verify(signed(undefined))).resolves.toBeDefined();
  });

  test('do not verify what another key signed', async () => {
    expect(await failureOf(verify(signed('one', otherRsa.privateKey)))).toMatchObject({
      code: 'UNAUTHORIZED',
      why: expect.stringContaining('invalid signature') as string,
    });
  });

  test('are fetched again for an unknown id, but not for each of many', async () => {
    for (const kid of ['x', 'y', 'z']) {
      expect(await refusalOf(verify(signed(kid)))).toBe('unknown_key');
    }
    expect(issuer.requests).toBe(1);
    issuer.keys.push(publish(otherRsa.publicKey, 'two'));
    clock.advance(30_000);
    await verify(signed('two', otherRsa.privateKey));
    expect(issuer.requests).toBe(2);
  });

  test('that are published no longer verify nothing from the next fetch on, not even what they have verified', async () => {
    const old = signed('one');
    await verify(old);
    issuer.keys = [publish(otherRsa.publicKey, 'two')];
    clock.advance(30_000);
    await verify(old);
    await verify(signed('two', otherRsa.privateKey));
    expect(await refusalOf(verify(old))).toBe('unknown_key');
  });

  test('are looked for again every ten minutes, however lately a token of theirs has been seen', async () => {
    const lasting = `Bearer ${sign({ exp: NOW_SECONDS + 7_200 }, rsa.privateKey, { algorithm: 'RS256', keyid: 'one' })}`;
    await verify(lasting);
    issuer.keys = [publish(otherRsa.publicKey, 'two')];
    for (let minute = 1; minute < 10; minute++) {
      clock.advance(60_000);
      await verify(lasting);
    }
    expect(issuer.requests).toBe(1);
    clock.advance(60_000);
    expect(await refusalOf(verify(lasting))).toBe('unknown_key');
  });

  test('replaced by others of the same id verify nothing any more', async () => {
    await verify(signed('one'));
    issuer.keys = [publish(otherRsa.publicKey, 'one')];
    clock.advance(30_000);
    expect(await refusalOf(verify(signed('unknown')))).toBe('unknown_key');
    expect(await refusalOf(verify(signed('one')))).toBe('signature');
    await expect(verify(signed('one', otherRsa.privateKey))).resolves.toBeDefined();
  });

  test.each<[string, string | undefined]>([
    ['beside the old one, both without ids', undefined],
    ['under the id of the old one', 'one'],
  ])('added %s verify after the pause', async (_where, kid) => {
    issuer.keys = [publish(rsa.publicKey, kid)];
    await verify(signed(kid));
    issuer.keys = [...(kid === undefined ? issuer.keys : []), publish(otherRsa.publicKey, kid)];
    const token = signed(kid, otherRsa.privateKey);
    clock.advance(29_999);
    expect(await refusalOf(verify(token))).toBe('signature');
    expect(issuer.requests).toBe(1);
    clock.advance(1);
    await expect(verify(token)).resolves.toBeDefined();
    expect(issuer.requests).toBe(2);
  });

  test('are not fetched for each of many tokens that none of them has signed', async () => {
    await verify(signed('one'));
    clock.advance(30_000);
    for (const kid of ['one', undefined, 'one'])
      expect(await refusalOf(verify(signed(kid, otherRsa.privateKey)))).toBe('signature');
    expect(issuer.requests).toBe(2);
  });

  test('without ids may be new while the issuer is away: our failure, not the reader’s', async () => {
    issuer.keys = [publish(rsa.publicKey, undefined)];
    await verify(signed(undefined));
    issuer.status = 500;
    clock.advance(30_000);
    const token = signed(undefined, otherRsa.privateKey);
    expect(await failureOf(verify(token))).toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
  });

  describe('are fetched again before their ten minutes end,', () => {
    const lasting = `Bearer ${sign({ exp: NOW_SECONDS + 7_200 }, rsa.privateKey, { algorithm: 'RS256', keyid: 'one' })}`;
    const asked = (times: number) =>
      waitFor(() => issuer.requests === times, { what: 'a request for keys', timeoutMs: 5_000 });

    test('while the old ones verify: nobody waits for a slow issuer', async () => {
      await verify(lasting);
      let answer = (): void => undefined;
      issuer.keysWait = new Promise<void>((resolve) => void (answer = () => resolve()));
      clock.advance(570_000);
      await Promise.all([verify(lasting), verify(lasting)]);
      await asked(2);
      await verify(lasting);
      answer();
      // It does wait for them, and so they have come.
      expect(await refusalOf(verify(signed('unknown')))).toBe('unknown_key');
      clock.advance(30_000);
      await verify(lasting);
      expect(issuer.requests).toBe(2);
    });

    test('and once more when that has failed', async () => {
      await verify(lasting);
      issuer.status = 500;
      clock.advance(570_000);
      await verify(lasting);
      await asked(2);
      expect(await failureOf(verify(signed('unknown')))).toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
      issuer.status = 200;
      clock.advance(3_000);
      await verify(lasting);
      await asked(3);
    });
  });

  test('that are the same at the next fetch go on to verify, from memory', async () => {
    const viewer = await verify(signed('one'));
    clock.advance(30_000);
    expect(await refusalOf(verify(signed('unknown')))).toBe('unknown_key');
    expect(issuer.requests).toBe(2);
    expect(await verify(signed('one'))).toBe(viewer);
  });

  test('are not fetched for a token that cannot be valid', async () => {
    expect(await refusalOf(verify(`Bearer ${sign()}`))).toBe('algorithm');
    expect(await refusalOf(verify('Bearer a.b.c'))).toBe('malformed');
    expect(issuer.requests).toBe(0);
  });

  test('that cannot be had are our failure, not the reader’s, until they can be', async () => {
    issuer.status = 500;
    expect(await failureOf(verify(signed('one')))).toEqual({
      code: 'INTERNAL_SERVER_ERROR',
      why: 'The issuer’s keys cannot be had. The issuer answered 500.',
    });
    issuer.status = 200;
    clock.advance(3_000);
    await expect(verify(signed('one'))).resolves.toBeDefined();
  });

  test('that are no key set are our failure, too', async () => {
    issuer.keys = [{ kid: 'one' }];
    expect(await failureOf(verify(signed('one')))).toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
  });

  test('that were fetched still verify for an hour while the issuer is away', async () => {
    issuer.keys.push(publish(otherRsa.publicKey, 'two'), publish(otherRsa.publicKey, 'three'));
    const lasting = (kid: string) =>
      `Bearer ${sign({ exp: NOW_SECONDS + 7_200 }, otherRsa.privateKey, { algorithm: 'RS256', keyid: kid })}`;
    await verify(signed('one'));
    issuer.status = 500;
    clock.advance(59 * 60_000);
    await expect(verify(lasting('two'))).resolves.toBeDefined();
    clock.advance(60_000);
    expect(await failureOf(verify(lasting('three')))).toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
  });

  test('that are unknown may be new while the issuer is away: our failure, not the reader’s', async () => {
    await verify(signed('one'));
    issuer.status = 500;
    clock.advance(30_000);
    expect(await failureOf(verify(signed('new')))).toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
  });

  test('for another algorithm or of another kind verify nothing', async () => {
    issuer.keys = [publish(rsa.publicKey, 'one', { alg: 'RS512' }), publish(ec.publicKey, 'ec')];
    expect(await refusalOf(verify(signed('one')))).toBe('algorithm');
    expect(await refusalOf(verify(signed('ec')))).toBe('algorithm');
    expect(await refusalOf(verify(signed(undefined)))).toBe('algorithm');
  });
});

describe('a key is found among those that real issuers publish:', () => {
  const generate = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
  const encryption = generate();
  const ed = generateKeyPairSync('ed25519');

  async function verify(keys: object[], token: string): Promise<unknown> {
    const issuer = await IssuerServer.start(keys);
    try {
      const trusted = [trustedIssuer({ kind: 'jwks', uri: issuer.uri })];
      return await createTokenVerifier(trusted, { clock: clockAt() }).verify(token);
    } finally {
      await issuer.stop();
    }
  }

  test('beside those for encryption and of kinds that we do not know', async () => {
    const others = [
      publish(encryption.publicKey, 'one', { use: 'enc' }),
      publish(encryption.publicKey, 'one', { use: 'enc', alg: 'RSA-OAEP' }),
      publish(encryption.publicKey, 'one', { use: undefined, alg: 'RSA-OAEP' }),
      publish(encryption.publicKey, 'one', { use: undefined, key_ops: ['encrypt'] }),
      { kty: 'AKP', alg: 'ML-DSA-65', kid: 'one', pub: 'AA', use: 'sig' },
      { kty: 'oct', kid: 'one', k: 'AA' },
      publish(ed.publicKey, 'one', { alg: 'EdDSA' }),
      { kty: 'RSA', kid: 'one', use: 'sig', n: 'AA' },
    ];
    await expect(verify([...others, publish(rsa.publicKey, 'one')], signed('one'))).resolves.toBeDefined();
    await expect(
      verify([...others, publish(rsa.publicKey, 'one')], signed(undefined)),
    ).resolves.toBeDefined();
    expect(await refusalOf(verify(others, signed('one', encryption.privateKey)))).toBe('algorithm');
  });

  test('by its id and algorithm, where three algorithms have one id', async () => {
    const keys = ['RS512', 'RS384', 'RS256'].map((alg) => publish(rsa.publicKey, 'fr+1=', { alg }));
    await expect(verify(keys, signed('fr+1='))).resolves.toBeDefined();
    expect(await refusalOf(verify(keys.slice(0, 2), signed('fr+1=')))).toBe('algorithm');
  });

  test('by the algorithm alone where the token has no id, even among several', async () => {
    const keys = [
      publish(ec.publicKey, undefined),
      publish(otherRsa.publicKey, undefined),
      publish(rsa.publicKey, 'x'),
    ];
    await expect(verify(keys, signed(undefined))).resolves.toBeDefined();
    expect(await refusalOf(verify(keys, signed(undefined, generate().privateKey)))).toBe('signature');
  });

  test('among several of its id, while they are being replaced', async () => {
    const keys = [publish(otherRsa.publicKey, 'one'), publish(rsa.publicKey, 'one')];
    await expect(verify(keys, signed('one'))).resolves.toBeDefined();
  });

  test('never without an id of its own by the id of a token', async () => {
    expect(await refusalOf(verify([publish(rsa.publicKey, undefined)], signed('one')))).toBe('unknown_key');
  });
});
