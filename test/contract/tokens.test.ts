import { createHmac, createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { analyticsPath, type ServiceUnderContract, startUnderContract } from '../harness/contract/service';
import { createHttpClient } from '../harness/http';
import { IssuerServer, published } from '../harness/tokens/issuer-server';

const SECRET = 'the secret that this file signs its tokens with';
const secret = createSecretKey(SECRET, 'utf8');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();

const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1_000) + seconds;
const inAnHour = (): number => inSeconds(3_600);

/** Claims that are good for everything, but for these; one that is undefined is left out. */
function claims(other: Record<string, unknown> = {}): Record<string, unknown> {
  const all: Record<string, unknown> = { sub: 'somebody', roles: ['ADMIN'], exp: inAnHour(), ...other };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

const sign = (
  other?: Record<string, unknown>,
  key: KeyObject = secret,
  options: jwt.SignOptions = {},
): string => jwt.sign(claims(other), key, { noTimestamp: true, ...options });

/** Put together by hand, since no library would sign such a thing. */
function forge(header: object, key: string | undefined): string {
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signed = `${encode(header)}.${encode(claims())}`;
  return `${signed}.${key === undefined ? '' : createHmac('sha256', key).update(signed).digest('base64url')}`;
}

describe('a service that trusts one secret', () => {
  let service: ServiceUnderContract;
  let path: string;

  beforeAll(async () => {
    service = await startUnderContract();
    const { eventId } = await service.event();
    path = analyticsPath(eventId);
  });
  afterAll(() => service.stop());

  const statusWith = async (authorization: string): Promise<number> =>
    (await service.http.get(path, undefined, { authorization })).status;

  it('takes a token of its own, the scheme in either case', async () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
      expect(await statusWith(`${scheme} ${service.token()}`)).toBe(200);
    }
  });

  const wrong: readonly (readonly [string, () => string])[] = [
    ['no scheme', () => service.token()],
    ['another scheme', () => `Basic ${service.token()}`],
    ['nothing behind the scheme', () => 'Bearer '],
    ['something that is no token', () => 'Bearer abc'],
    ['two parts', () => `Bearer ${service.token().split('.').slice(0, 2).join('.')}`],
    ['a token with a part too many', () => `Bearer ${service.token()}.x`],
    ['a broken signature', () => `Bearer ${service.token().slice(0, -4)}AAAA`],
    [
      "another's secret",
      () => `Bearer ${sign({}, createSecretKey('another secret, just as long as it', 'utf8'))}`,
    ],
    [
      'a token that another algorithm signed',
      () => `Bearer ${sign({}, rsa.privateKey, { algorithm: 'RS256' })}`,
    ],
    ['alg none', () => `Bearer ${forge({ alg: 'none', typ: 'JWT' }, undefined)}`],
    ['alg NONE with a signature', () => `Bearer ${forge({ alg: 'NONE' }, 'x')}`],
    ['two tokens', () => `Bearer ${service.token()}, Bearer ${service.token()}`],
  ];
  it.each(wrong)('refuses %s', async (_what, authorization) => {
    expect(await statusWith(authorization())).toBe(401);
  });
});

describe('what a token must say', () => {
  let service: ServiceUnderContract;
  let path: string;
  const setting = { JWT_SECRET: SECRET, JWT_ISSUER: 'https://issuer.example', JWT_AUDIENCE: 'analytics' };
  const whole = { iss: setting.JWT_ISSUER, aud: setting.JWT_AUDIENCE };

  beforeAll(async () => {
    service = await startUnderContract({ env: setting });
    path = analyticsPath('550e8400-e29b-41d4-a716-446655440000');
  });
  afterAll(() => service.stop());

  /** The event does not exist, so a token that is good comes as far as 404. */
  const statusOf = async (other: Record<string, unknown>): Promise<number> =>
    (await service.http.get(path, sign({ ...whole, ...other }))).status;

  it.each([
    ['it is whole', () => ({})],
    ['it is for several audiences, us among them', () => ({ aud: ['billing', 'analytics'] })],
    ['it says more than we ask', () => ({ nbf: 0, jti: 'x', scope: 'everything' })],
    ['it grants nothing', () => ({ roles: undefined })],
    ['it says so with null', () => ({ roles: null, storeIds: null })],
    ['its stores are no uuids, which grants nothing', () => ({ storeIds: ['mine'] })],
    ['its role is a single text', () => ({ roles: 'ADMIN' })],
    ["it begins at its issuer's clock a second from now", () => ({ nbf: inSeconds(1) })],
    ['it has ended by less than clocks may differ', () => ({ exp: inSeconds(-1) })],
    ['it is as long as 16 KB', () => ({ padding: 'x'.repeat(12_000) })],
  ])('is accepted when %s', async (_what, other) => {
    expect(await statusOf(other())).toBe(404);
  });

  it.each([
    ['it has expired', { exp: 1_000_000_000 }],
    ['it never expires', { exp: undefined }],
    ['it has no subject', { sub: undefined }],
    ['it is not valid yet', { nbf: inAnHour() }],
    ['another issuer made it', { iss: 'https://elsewhere.example' }],
    ['no issuer made it', { iss: undefined }],
    ['it is for others', { aud: 'billing' }],
    ['it has no audience', { aud: undefined }],
    ['it is longer than 16 KB', { padding: 'x'.repeat(16_384) }],
  ])('is refused when %s', async (_what, other) => {
    expect(await statusOf(other)).toBe(401);
  });
});

describe.each([
  ['RS256', rsa],
  ['ES256', ec],
] as const)('a service that trusts %s', (algorithm, { publicKey, privateKey }) => {
  let issuer: IssuerServer;
  beforeAll(async () => {
    issuer = await IssuerServer.start([
      published(rsa.publicKey, 'rsa-1', { alg: 'RS256' }),
      published(ec.publicKey, 'ec-1', { alg: 'ES256' }),
    ]);
  });
  afterAll(() => issuer.stop());

  const kid = algorithm === 'RS256' ? 'rsa-1' : 'ec-1';

  it.each(['JWT_PUBLIC_KEY', 'JWT_JWKS_URI'])('by %s', async (variable) => {
    const value = variable === 'JWT_JWKS_URI' ? issuer.uri : pem(publicKey);
    const service = await startUnderContract({
      env: { JWT_SECRET: '', [variable]: value, JWT_ALGORITHM: algorithm },
    });
    const http = createHttpClient(service.origin);
    // The event is unknown; a good token comes as far as 404.
    const status = async (token: string): Promise<number> =>
      (await http.get(analyticsPath('550e8400-e29b-41d4-a716-446655440000'), token)).status;

    expect(await status(sign({}, privateKey, { algorithm, keyid: kid }))).toBe(404);
    const otherRsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const otherEc = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const foreign = algorithm === 'RS256' ? otherRsa : otherEc;
    expect(await status(sign({}, foreign.privateKey, { algorithm, keyid: kid }))).toBe(401);
    // The old trick: the public key, which everybody has, used as the secret of an HMAC.
    expect(await status(forge({ alg: 'HS256', kid }, pem(publicKey)))).toBe(401);
    expect(await status(forge({ alg: 'none', kid }, undefined))).toBe(401);
    if (variable === 'JWT_JWKS_URI') {
      expect(await status(sign({}, privateKey, { algorithm, keyid: 'unknown' }))).toBe(401);
    }
    await service.stop();
  });
});
