import { readClaims } from '../../../web/src/session/claims';

const STORE = '660e8400-e29b-41d4-a716-446655440001';
const tokenOf = (claims: unknown): string =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;

describe('what the page reads of a token', () => {
  it.each([
    ['lists', { storeIds: [STORE.toUpperCase(), STORE] }],
    ['single texts', { storeIds: STORE }],
    ['words', { storeIds: `${STORE} ${STORE}` }],
  ])('are stores as %s', (_form, claims) => {
    expect(readClaims(tokenOf(claims))).toEqual({ storeIds: [STORE] });
  });

  it.each([{}, { storeIds: null }, { storeIds: 7 }, { storeIds: { a: 1 } }])(
    'is nothing where it has nothing that can be read: %j',
    (claims) => {
      expect(readClaims(tokenOf(claims))).toEqual({ storeIds: [] });
    },
  );

  it.each(['', 'a.b', 'a.b.c', tokenOf([]), tokenOf(null)])('is no token: %s', (text) => {
    expect(readClaims(text)).toBeUndefined();
  });
});
