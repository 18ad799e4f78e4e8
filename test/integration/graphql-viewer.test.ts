import { createSecretKey, randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { ViewerDocument } from '../../src/generated/test-operations';
import { ask } from '../harness/operations/client';
import { startTestService, TEST_SECRET, type TestService } from '../harness/service';

const [ONE, OTHER] = [randomUUID(), randomUUID()];

describe('the viewer', () => {
  let service: TestService;
  beforeAll(async () => {
    const env = { JWT_STORES_CLAIM: 'app.stores', JWT_ROLES_CLAIM: 'realm_access.roles' };
    service = await startTestService({ env });
  });
  afterAll(() => service.stop());

  const viewerOf = async (token: string) =>
    (await ask(service.origin, token, ViewerDocument, {})).data?.viewer;
  const tokenWith = (claims: object) =>
    jwt.sign(
      { sub: 'somebody', exp: Math.floor(Date.now() / 1_000) + 600, ...claims },
      createSecretKey(TEST_SECRET, 'utf8'),
    );

  it.each([
    ['a list', [ONE.toUpperCase(), OTHER, ONE], [ONE, OTHER]],
    ['words', `${ONE} ${OTHER}`, [ONE, OTHER]],
    ['what is no store', [ONE, 7], []],
    ['nothing', undefined, []],
  ] as const)('is told of the stores of the claim that is configured: %s', async (_what, claim, storeIds) => {
    const token = tokenWith({ app: { stores: claim } });
    expect(await viewerOf(token)).toEqual({ storeIds, isAdmin: false });
  });

  it('is told of no stores that stand in another claim', async () => {
    expect(await viewerOf(tokenWith({ storeIds: [ONE] }))).toEqual({ storeIds: [], isAdmin: false });
  });

  it('is an admin by the roles that are configured', async () => {
    const claims = { app: { stores: ONE }, realm_access: { roles: ['ADMIN'] } };
    expect(await viewerOf(tokenWith(claims))).toEqual({ storeIds: [ONE], isAdmin: true });
  });

  it('has to have a token', async () => {
    expect((await ask(service.origin, undefined, ViewerDocument, {})).data).toBeUndefined();
  });

  it('asks no statement of the database', async () => {
    const asked = service.statements.length;
    await viewerOf(tokenWith({}));
    expect(service.statements.slice(asked)).toEqual([]);
  });
});
