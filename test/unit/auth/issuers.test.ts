import type { TrustedIssuer } from '../../../src/auth/issuers';
import { fetchDiscoveredKeySet } from '../../../src/auth/discovery';
import { createTokenVerifier } from '../../../src/auth/token';
import { holderOf } from '../../../src/auth/admission';
import type { SettableClock } from '../../../src/runtime/clock';
import { waitFor } from '../../harness/wait-for';
import { IssuerServer, published } from '../../harness/tokens/issuer-server';
import { trustedIssuer } from '../../harness/tokens/trusted-issuer';
import { clockAt, failureOf, otherRsa, rsa, sign } from './tokens';

const rs256 = (claims: object, key = rsa.privateKey, keyid = 'one') =>
  `Bearer ${sign(claims, key, { algorithm: 'RS256', keyid })}`;

let clock: SettableClock;
beforeEach(() => void (clock = clockAt()));

const verifierOf = (...trusted: TrustedIssuer[]) => createTokenVerifier(trusted, { clock });

describe('several issuers', () => {
  let first: IssuerServer;
  let second: IssuerServer;
  beforeEach(async () => {
    first = await IssuerServer.start([published(rsa.publicKey, 'one')]);
    second = await IssuerServer.start([published(otherRsa.publicKey, 'one')]);
  });
  afterEach(() => Promise.all([first.stop(), second.stop()]));

  const both = () =>
    verifierOf(
      trustedIssuer({ kind: 'jwks', uri: first.uri }, { issuer: 'first', audiences: ['a'] }),
      trustedIssuer({ kind: 'jwks', uri: second.uri }, { issuer: 'second', audiences: ['b'] }),
    );

  test('verify their own tokens, each by its keys and for its audience', async () => {
    const tokens = both();
    await expect(tokens.verify(rs256({ iss: 'first', aud: 'a' }))).resolves.toBeDefined();
    await expect(
      tokens.verify(rs256({ iss: 'second', aud: 'b' }, otherRsa.privateKey)),
    ).resolves.toBeDefined();
    expect((await failureOf(tokens.verify(rs256({ iss: 'first', aud: 'b' })))).why).toContain('audience');
  });

  test('never verify by their keys what another is said to have issued, known or unknown', async () => {
    const tokens = both();
    const forged = rs256({ iss: 'second', aud: 'b' }, rsa.privateKey);
    expect((await failureOf(tokens.verify(forged))).why).toContain('invalid signature');
    for (const iss of ['third', undefined, '', null, ['first'], { first: 1 }]) {
      const failure = await failureOf(tokens.verify(rs256({ iss, aud: 'a' })));
      expect(failure).toEqual({ code: 'UNAUTHORIZED', why: 'The token is of no issuer that is configured.' });
    }
    expect(first.requests).toBe(0);
  });

  test('fail apart: the keys of one that is away do not matter to the other', async () => {
    second.status = 500;
    const tokens = both();
    await expect(tokens.verify(rs256({ iss: 'first', aud: 'a' }))).resolves.toBeDefined();
    const away = tokens.verify(rs256({ iss: 'second', aud: 'b' }, otherRsa.privateKey));
    expect(await failureOf(away)).toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
  });

  test('have subjects of their own: those of one name share no limits', async () => {
    const tokens = both();
    const one = await tokens.verify(rs256({ iss: 'first', aud: 'a' }));
    const other = await tokens.verify(rs256({ iss: 'second', aud: 'b' }, otherRsa.privateKey));
    expect(holderOf(one)).not.toBe(holderOf(other));
  });
});

describe('an issuer whose keys its metadata name', () => {
  let server: IssuerServer;
  beforeEach(async () => void (server = await IssuerServer.start([published(rsa.publicKey, 'one')])));
  afterEach(() => server.stop());

  const verifying = (issuer = server.origin, allowsHttp = true) => {
    const tokens = verifierOf(trustedIssuer({ kind: 'discovery', issuer, allowsHttp }, { issuer }));
    return (keyid = 'one', key = rsa.privateKey) => tokens.verify(rs256({ iss: issuer }, key, keyid));
  };
  const KEYS_AWAY = {
    code: 'INTERNAL_SERVER_ERROR',
    why: expect.stringContaining('keys cannot be had') as string,
  };

  test('has its tokens verified', async () => {
    await expect(verifying()()).resolves.toMatchObject({ subject: 'owner-1' });
  });

  test('may end in a slash, as it is written in tokens', async () => {
    const issuer = `${server.origin}/`;
    server.metadata = { issuer, jwks_uri: server.uri };
    await expect(verifying(issuer)()).resolves.toBeDefined();
  });

  test.each<[string, (server: IssuerServer) => object]>([
    ['of another issuer', ({ uri }) => ({ issuer: 'https://elsewhere.example', jwks_uri: uri })],
    ['of an issuer with a slash more', ({ uri, origin }) => ({ issuer: `${origin}/`, jwks_uri: uri })],
    ['without an issuer', ({ uri }) => ({ jwks_uri: uri })],
    ['without an address of keys', ({ origin }) => ({ issuer: origin })],
    ['with an address that is none', ({ origin }) => ({ issuer: origin, jwks_uri: 'file:///etc/keys' })],
  ])('is our failure where the metadata are %s', async (_what, metadata) => {
    server.metadata = metadata(server);
    expect(await failureOf(verifying()())).toMatchObject(KEYS_AWAY);
    expect(server.requests).toBe(0);
  });

  test('has no keys fetched over http from another machine where that is not allowed', async () => {
    server.metadata = { issuer: server.origin, jwks_uri: 'http://keys.example/keys' };
    expect(await failureOf(verifying(server.origin, false)())).toMatchObject(KEYS_AWAY);
    server.metadata = undefined;
    clock.advance(3_000);
    await expect(verifying(server.origin, false)()).resolves.toBeDefined();
  });

  test('has one limit of time for metadata and keys together', async () => {
    server.keysWait = new Promise(() => undefined);
    const end = new AbortController();
    const source = { kind: 'discovery', issuer: server.origin, allowsHttp: true } as const;
    const fetched = fetchDiscoveredKeySet(source, end.signal);
    await waitFor(() => server.requests === 1, { what: 'the request for keys', timeoutMs: 5_000 });
    end.abort(new Error('late'));
    await expect(fetched).rejects.toThrow('late');
  });

  test('has metadata and keys renewed together, and may be away for an hour', async () => {
    const verify = verifying();
    await verify();
    server.keys = [published(otherRsa.publicKey, 'two')];
    clock.advance(30_000);
    await expect(verify('two', otherRsa.privateKey)).resolves.toBeDefined();
    expect(await failureOf(verify())).toMatchObject({ code: 'UNAUTHORIZED' });
    server.status = 503;
    clock.advance(11_000);
    await expect(verify('two', otherRsa.privateKey)).resolves.toBeDefined();
  });
});
