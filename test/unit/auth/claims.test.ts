import { createTokenVerifier } from '../../../src/auth/token';
import type { UnreadableClaim } from '../../../src/auth/viewer';
import { type GrantingClaims } from '../../../src/config/claims';
import { trustedIssuer } from '../../harness/tokens/trusted-issuer';
import { clockAt, failureOf, refusalOf, secret, sign, STORE } from './tokens';

const OTHER_STORE = '660e8400-e29b-41d4-a716-446655440002';

/** What a token with these claims grants, and what is told of claims that cannot be read. */
async function read(claims: object, granting: Partial<GrantingClaims> = {}) {
  const told: UnreadableClaim[] = [];
  const issuer = trustedIssuer({ kind: 'secret', key: secret });
  const verifier = createTokenVerifier([{ ...issuer, claims: { ...issuer.claims, ...granting } }], {
    clock: clockAt(),
    onUnreadable: (claim) => void told.push(claim),
  });
  const token = sign({ storeIds: undefined, roles: undefined, ...claims });
  const { storeIds, isAdmin } = await verifier.verify(`Bearer ${token}`);
  return { stores: [...storeIds], isAdmin, told };
}

describe('claims grant', () => {
  test.each<[string, object]>([
    ['a list', { storeIds: [STORE, OTHER_STORE.toUpperCase()], roles: ['X', 'ADMIN'] }],
    ['words between blanks', { storeIds: `${STORE}  ${OTHER_STORE}`, roles: 'X ADMIN' }],
  ])('what they name as %s', async (_form, claims) => {
    expect(await read(claims)).toEqual({ stores: [STORE, OTHER_STORE], isAdmin: true, told: [] });
  });

  test('what they name as a single value', async () => {
    expect(await read({ storeIds: STORE, roles: 'ADMIN' })).toEqual({
      stores: [STORE],
      isAdmin: true,
      told: [],
    });
  });

  test.each<[string, object]>([
    ['missing', {}],
    ['null', { storeIds: null, roles: null }],
    ['empty', { storeIds: [], roles: '' }],
  ])('nothing where they are %s, which is no error', async (_what, claims) => {
    expect(await read(claims)).toEqual({ stores: [], isAdmin: false, told: [] });
  });

  test('what lies at a path, through objects and through names that have dots in them', async () => {
    const claims = {
      realm_access: { roles: ['ADMIN'] },
      resource_access: { 'com.shop.app': { stores: [STORE] } },
      'https://shop.example/stores': OTHER_STORE,
    };
    const stores: GrantingClaims['stores'] = [
      ['resource_access', 'com.shop.app', 'stores'],
      ['https://shop.example/stores'],
    ];
    const granted = await read(claims, { stores, roles: [['realm_access', 'roles']] });
    expect(granted).toEqual({ stores: [STORE, OTHER_STORE], isAdmin: true, told: [] });
  });

  test('nothing at a path that ends early, and nothing by what every object has', async () => {
    const roles: GrantingClaims['roles'] = [
      ['realm_access', 'roles'],
      ['constructor', 'name'],
      ['__proto__'],
    ];
    const adminRoles = new Set(['ADMIN', 'Object']);
    expect(await read({ realm_access: null }, { roles, adminRoles })).toMatchObject({
      isAdmin: false,
      told: [],
    });
    expect(await read({ realm_access: {} }, { roles, adminRoles })).toMatchObject({
      isAdmin: false,
      told: [],
    });
  });

  test('everything by a role that is configured to, word for word', async () => {
    const adminRoles = new Set(['ROLE_ADMIN', 'head office']);
    expect((await read({ roles: ['head office'] }, { adminRoles })).isAdmin).toBe(true);
    expect((await read({ roles: 'head office' }, { adminRoles })).isAdmin).toBe(false);
    expect((await read({ roles: ['ADMIN', 'role_admin'] }, { adminRoles })).isAdmin).toBe(false);
  });
});

describe('a claim of the wrong shape grants nothing, and is told of without its value:', () => {
  const NO_TEXTS = 'is neither a text nor a list of texts';
  test.each<[string, object, string]>([
    ['a number', { roles: 7 }, NO_TEXTS],
    ['an object', { roles: { ADMIN: true } }, NO_TEXTS],
    ['a list with something else in it', { roles: ['ADMIN', 1] }, NO_TEXTS],
    ['a list of lists', { roles: [['ADMIN']] }, NO_TEXTS],
  ])('%s', async (_what, claims, problem) => {
    expect(await read({ ...claims, storeIds: [STORE] })).toEqual({
      stores: [STORE],
      isAdmin: false,
      told: [{ claim: 'roles', problem }],
    });
  });

  test('a text where its path goes on', async () => {
    expect(await read({ realm_access: 'ADMIN' }, { roles: [['realm_access', 'roles']] })).toEqual({
      stores: [],
      isAdmin: false,
      told: [{ claim: 'realm_access.roles', problem: 'is in something that is no object' }],
    });
  });

  test('a store that is no uuid, beside those that are', async () => {
    expect(await read({ storeIds: [STORE, 'hunter2'] })).toEqual({
      stores: [STORE],
      isAdmin: false,
      told: [{ claim: 'storeIds', problem: 'has what is no uuid' }],
    });
  });
});

describe('whom a token is for', () => {
  test.each<[string, object, readonly [string, ...string[]]]>([
    ['is neither a text nor a list of texts', { aud: 7 }, ['aud']],
    ['is in something that is no object', { app: 'hunter2' }, ['app', 'id']],
  ])('is told of when it %s', async (problem, claims, audienceClaim) => {
    const told: UnreadableClaim[] = [];
    const issuer = trustedIssuer({ kind: 'secret', key: secret }, { audiences: ['a'], audienceClaim });
    const onUnreadable = (claim: UnreadableClaim) => void told.push(claim);
    const verifier = createTokenVerifier([issuer], { clock: clockAt(), onUnreadable });
    expect(await refusalOf(verifier.verify(`Bearer ${sign(claims)}`))).toBe('audience');
    expect(told).toEqual([{ claim: audienceClaim.join('.'), problem }]);
  });

  const verify = (claims: object, audiences: readonly string[], audienceClaim: readonly [string] = ['aud']) =>
    createTokenVerifier([trustedIssuer({ kind: 'secret', key: secret }, { audiences, audienceClaim })], {
      clock: clockAt(),
    }).verify(`Bearer ${sign(claims)}`);

  test('is one of several, in a claim that may be another than aud', async () => {
    await expect(verify({ aud: ['x', 'b'] }, ['a', 'b'])).resolves.toBeDefined();
    await expect(verify({ client_id: 'app' }, ['app'], ['client_id'])).resolves.toBeDefined();
  });

  test.each<[string, object, readonly [string]]>([
    ['another', { aud: 'x' }, ['aud']],
    ['several words', { aud: 'app x' }, ['aud']],
    ['no text', { aud: { app: 1 } }, ['aud']],
    ['only in aud, as an id token', { aud: 'app', token_use: 'id' }, ['client_id']],
  ])('is refused where it is %s', async (_what, claims, claim) => {
    expect(await failureOf(verify(claims, ['app'], claim))).toMatchObject({ code: 'UNAUTHORIZED' });
  });
});
