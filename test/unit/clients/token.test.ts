import { expiryOf } from '../../../clients/typescript/src/token';

const tokenOf = (payload: string): string => `e30.${Buffer.from(payload).toString('base64url')}.x`;

describe('when a token ends', () => {
  it('is what its exp says', () => {
    expect(expiryOf(tokenOf('{"sub":"가게?>","exp":1700000000}'))).toBe(1_700_000_000_000);
  });

  it.each(['', 'opaque', 'a.b.c', tokenOf('{}'), tokenOf('7'), tokenOf('{"exp":"soon"}'), tokenOf('{')])(
    'is not known where it does not say: %s',
    (token) => {
      expect(expiryOf(token)).toBeUndefined();
    },
  );
});
