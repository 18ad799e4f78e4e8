import { readClaims } from '../../../web/src/session/claims';

const STORE = '660e8400-e29b-41d4-a716-446655440001';
const tokenOf = (claims: unknown): string =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;

describe('what the page reads of a token', () => {
  it.each([
    ['lists', { storeIds: [STORE.toUpperCase(), STORE], roles: ['ADMIN'] }],
    ['single texts', { storeIds: STORE, roles: 'ADMIN' }],
    ['words', { storeIds: `${STORE} ${STORE}`, roles: 'X ADMIN' }],
  ])('are stores and role as %s', (_form, claims) => {
    expect(readClaims(tokenOf(claims))).toEqual({ storeIds: [STORE], isAdmin: true });
  });

  it.each([{}, { storeIds: null, roles: null }, { storeIds: 7, roles: { ADMIN: true } }])(
    'is nothing where it has nothing that can be read: %j',
    (claims) => {
      expect(readClaims(tokenOf(claims))).toEqual({ storeIds: [], isAdmin: false });
    },
  );

  it.each(['', 'a.b', 'a.b.c', tokenOf([]), tokenOf(null)])('is no token: %s', (text) => {
    expect(readClaims(text)).toBeUndefined();
  });
});
