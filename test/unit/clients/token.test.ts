import { AnalyticsError } from 'event-analytics-client';
import { currentToken, expiryOf, type TokenSource } from '../../../clients/typescript/src/token';

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

describe('a token', () => {
  const failureOf = (source: unknown): Promise<unknown> =>
    currentToken(source as TokenSource).catch((error: unknown) => error);

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['object', { token: 'secret' }],
    ['number', 7],
    ['empty', ' '],
  ])('that is none says what came in its place, and nothing of it: %s', async (what, given) => {
    const failure = await failureOf(() => given);
    expect(failure).toBeInstanceOf(AnalyticsError);
    expect(failure).toMatchObject({ code: 'TOKEN_UNAVAILABLE', isTemporary: true });
    expect((failure as AnalyticsError).message).toMatch(what);
    expect((failure as AnalyticsError).message).not.toContain('secret');
  });

  it.each(['se\ncret', 'Bearer secret', '비밀secret'])('stands in no error: %j', async (token) => {
    for (const source of [token, () => token]) {
      const failure = await failureOf(source);
      expect(failure).toMatchObject({ code: 'TOKEN_MALFORMED', kind: 'unauthenticated' });
      expect(failure).not.toHaveProperty('cause');
      expect((failure as AnalyticsError).message).not.toMatch(/secret|cret|비밀/);
    }
  });

  it('is taken without what is around it', async () => {
    expect(await currentToken(' token\n')).toBe('token');
  });
});
