import { isToken } from '../../../web/src/session/token';

const tokenOf = (claims: unknown): string =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;

describe('what the page takes for a token', () => {
  it.each([{}, { sub: '가게' }, { storeIds: 7 }])('is a JWT with whatever claims: %j', (claims) => {
    expect(isToken(tokenOf(claims))).toBe(true);
  });

  it.each(['', 'a.b', 'a.b.c', tokenOf([]), tokenOf(null)])('is not %s', (text) => {
    expect(isToken(text)).toBe(false);
  });
});
