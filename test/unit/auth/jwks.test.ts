import type { KeyObject } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { createTokenVerifier } from '../../../src/auth/token';
import type { SettableClock } from '../../../src/runtime/clock';
import { clockAt, ec, failureOf, NOW_SECONDS, otherRsa, rsa, sign } from './tokens';

/** An issuer that publishes keys over HTTP, and counts how often it is asked. */
class Issuer {
  keys: object[] = [];
  status = 200;
  requests = 0;
  readonly server: Server = createServer((_request, response) => {
    this.requests += 1;
    response.writeHead(this.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ keys: this.keys }));
  });

  async start(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  get uri(): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/keys`;
  }
}

const publish = (key: KeyObject, kid: string, rest: object = {}) => ({
  ...key.export({ format: 'jwk' }),
  kid,
  use: 'sig',
  ...rest,
});
const A_DAY = 86_400_000;
const signed = (kid: string | undefined, key: KeyObject = rsa.privateKey) =>
  `Bearer ${sign({}, key, { algorithm: 'RS256', ...(kid !== undefined && { keyid: kid }) })}`;

describe('published keys', () => {
  let clock: SettableClock;
  let issuer: Issuer;
  let verify: (authorization: string) => Promise<unknown>;

  beforeEach(async () => {
    clock = clockAt();
    issuer = new Issuer();
    await issuer.start();
    issuer.keys = [publish(rsa.publicKey, 'one')];
    const keySource = { kind: 'jwks', uri: issuer.uri } as const;
    const verifier = createTokenVerifier(keySource, { algorithm: 'RS256', clock, rememberMs: A_DAY });
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
      expect(await failureOf(verify(signed(kid)))).toMatchObject({ code: 'UNAUTHORIZED' });
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
    expect(await failureOf(verify(old))).toMatchObject({ code: 'UNAUTHORIZED' });
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
    expect(await failureOf(verify(lasting))).toMatchObject({ code: 'UNAUTHORIZED' });
  });

  test('replaced by others of the same id verify nothing any more', async () => {
    await verify(signed('one'));
    issuer.keys = [publish(otherRsa.publicKey, 'one')];
    clock.advance(30_000);
    expect(await failureOf(verify(signed('unknown')))).toMatchObject({ code: 'UNAUTHORIZED' });
    expect((await failureOf(verify(signed('one')))).why).toContain('invalid signature');
    await expect(verify(signed('one', otherRsa.privateKey))).resolves.toBeDefined();
  });

  test('that are the same at the next fetch go on to verify, from memory', async () => {
    const viewer = await verify(signed('one'));
    clock.advance(30_000);
    await failureOf(verify(signed('unknown')));
    expect(issuer.requests).toBe(2);
    expect(await verify(signed('one'))).toBe(viewer);
  });

  test('are not fetched for a token that cannot be valid', async () => {
    expect(await failureOf(verify(`Bearer ${sign()}`))).toMatchObject({ code: 'UNAUTHORIZED' });
    expect(await failureOf(verify('Bearer a.b.c'))).toMatchObject({ code: 'UNAUTHORIZED' });
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
    expect(await failureOf(verify(signed('one')))).toMatchObject({ code: 'UNAUTHORIZED' });
    expect(await failureOf(verify(signed('ec')))).toMatchObject({ code: 'UNAUTHORIZED' });
  });
});
