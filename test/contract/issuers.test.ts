import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import jwt from 'jsonwebtoken';
import { analyticsPath, type ServiceUnderContract, startUnderContract } from '../harness/contract/service';
import { eventCreated, newEvent } from '../harness/messages';
import { IssuerServer, published } from '../harness/tokens/issuer-server';
import { type Recipe, recipesOf } from '../harness/tokens/recipes';

const recipes = recipesOf(readFileSync(path.join(__dirname, '../../docs/tokens.md'), 'utf8'));
/** The store of the page's owner. */
const STORE = '660e8400-e29b-41d4-a716-446655440001';
/** The role of the page's owner, which reads nothing by itself. */
const OWNER = /"shop-owner"/;

const current = generateKeyPairSync('rsa', { modulusLength: 2048 });
const before = generateKeyPairSync('rsa', { modulusLength: 2048 });
/** As issuers publish them: the key of the day among others, one id for several algorithms. */
const KEY_SET = [
  published(before.publicKey, 'now', { use: 'enc', alg: 'RSA-OAEP' }),
  { kty: 'AKP', alg: 'ML-DSA-65', kid: 'pq', pub: 'AA', use: 'sig' },
  published(before.publicKey, 'before', { alg: 'RS256' }),
  published(current.publicKey, 'now', { alg: 'RS512' }),
  published(current.publicKey, 'now', { alg: 'RS256' }),
];

/** The page's token, as if it were issued this second. */
function sign(claims: object, key = current.privateKey): string {
  const now = Math.floor(Date.now() / 1_000);
  const times = { iat: now, exp: now + 300, ...('nbf' in claims && { nbf: now + 1 }) };
  return jwt.sign({ ...claims, ...times }, key, { algorithm: 'RS256', keyid: 'now' });
}

const ownersToken = ({ claims }: Recipe): string => sign(claims);

function adminsToken({ claims, issuer }: Recipe): string {
  const role = JSON.stringify([issuer.adminRoles].flat()[0]);
  return sign(JSON.parse(JSON.stringify(claims).replace(OWNER, role)) as object);
}

/** What the issuers let an app do on behalf of a person, where they say it: as much as it may ask for. */
function scopedToken({ claims, issuer }: Recipe): string {
  const scopes = ['openid', ...[issuer.adminRoles].flat(), 'analytics:all'];
  const inWords = scopes.join(' ');
  return sign({ ...claims, scope: Array.isArray(claims['scope']) ? scopes : inWords, scp: inWords });
}

/** An id token's audience is the app that somebody signed in to, and it has no more than what is asked of the person. */
function idToken({ claims, title }: Recipe): string {
  const ofThePerson = Object.entries(claims).filter(([name]) => !OF_ACCESS_TOKENS_ALONE.includes(name));
  return sign({ ...Object.fromEntries(ofThePerson), ...ID_TOKENS[title], nonce: 'n-0S6_WzA2Mj' });
}

const OF_ACCESS_TOKENS_ALONE = ['client_id', 'scope', 'scp'];

const ID_TOKENS: Readonly<Record<string, object>> = {
  Keycloak: { typ: 'ID', aud: 'dashboard', azp: 'dashboard' },
  'Spring Authorization Server': { aud: 'dashboard', azp: 'dashboard' },
  Auth0: { aud: 'q1w2e3r4t5y6u7i8o9p0' },
  Cognito: { token_use: 'id', aud: '5h7example1client2id3of4dash' },
  Entra: { aud: '7e6d5c4b-3a29-4180-9f8e-7d6c5b4a3928' },
};

describe('the recipes of docs/tokens.md', () => {
  const own = { ...newEvent(), storeId: STORE };
  const others = newEvent();
  let keys: IssuerServer;
  let service: ServiceUnderContract;

  beforeAll(async () => {
    keys = await IssuerServer.start(KEY_SET);
    // As the page has them, but for the address of the keys: these are published on this machine.
    const issuers = recipes.map(({ issuer }) => ({ ...issuer, jwksUri: keys.uri }));
    service = await startUnderContract({ env: { JWT_SECRET: '', JWT_ISSUERS: JSON.stringify(issuers) } });
    const lines = [own, others].map((ids) => ({ topic: 'event.created', value: eventCreated(ids) }));
    const [first] = recipes;
    const token = first && adminsToken(first);
    await service.http.post('/dev/events', token, 'application/json', JSON.stringify(lines));
  });
  afterAll(async () => {
    await service.stop();
    await keys.stop();
  });

  const status = async (eventId: string, token: string): Promise<number> =>
    (await service.http.get(analyticsPath(eventId), token)).status;

  it('are of the issuers that are most used', () => {
    const titles = recipes.map(({ title }) => title);
    expect(titles).toEqual(['Keycloak', 'Spring Authorization Server', 'Auth0', 'Cognito', 'Entra', 'Entra']);
  });

  describe.each(recipes.map((recipe): [string, Recipe] => [recipe.issuer.issuer, recipe]))(
    '%s',
    (_iss, recipe) => {
      it("an owner's token reads their store, and no other", async () => {
        expect(await status(own.eventId, ownersToken(recipe))).toBe(200);
        expect(await status(others.eventId, ownersToken(recipe))).toBe(403);
      });

      it("an admin's token reads every store", async () => {
        expect(await status(others.eventId, adminsToken(recipe))).toBe(200);
      });

      it("a scope that an owner's app has makes no admin of the owner", async () => {
        expect(await status(own.eventId, scopedToken(recipe))).toBe(200);
        expect(await status(others.eventId, scopedToken(recipe))).toBe(403);
      });

      it('an id token is refused: it is for the app alone', async () => {
        expect(await status(own.eventId, idToken(recipe))).toBe(401);
      });

      it('a token for somebody else is refused', async () => {
        const elsewhere = { ...recipe.claims, aud: 'elsewhere', client_id: 'elsewhere' };
        expect(await status(own.eventId, sign(elsewhere))).toBe(401);
      });

      it('a token by another of its keys, or of an issuer that is not configured, is refused', async () => {
        expect(await status(own.eventId, sign(recipe.claims, before.privateKey))).toBe(401);
        expect(await status(own.eventId, sign({ ...recipe.claims, iss: `${recipe.claims.iss}x` }))).toBe(401);
      });
    },
  );
});

describe('an issuer whose name is all that is configured', () => {
  let keys: IssuerServer;
  let service: ServiceUnderContract;
  beforeAll(async () => {
    keys = await IssuerServer.start(KEY_SET);
    service = await startUnderContract({
      env: { JWT_SECRET: '', JWT_ISSUER: keys.origin, JWT_AUDIENCE: 'analytics' },
    });
  });
  afterAll(async () => {
    await service.stop();
    await keys.stop();
  });

  // The event does not exist, so a token that is good comes as far as 404.
  const status = async (claims: object): Promise<number> =>
    (await service.http.get(analyticsPath(newEvent().eventId), sign(claims))).status;

  it('has its keys found by its metadata', async () => {
    const claims = { sub: 'somebody', iss: keys.origin, aud: 'analytics', roles: ['ADMIN'] };
    expect(await status(claims)).toBe(404);
    expect(await status({ ...claims, aud: 'others' })).toBe(401);
    expect(await status({ ...claims, iss: `${keys.origin}/` })).toBe(401);
  });
});
