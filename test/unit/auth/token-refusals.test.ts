import { createSecretKey } from 'node:crypto';
import { Registry } from 'prom-client';
import { z } from 'zod';
import { REFUSAL_REASONS, type RefusalReason } from '../../../src/auth/refusal';
import { createTokenVerifier } from '../../../src/auth/token';
import { AppError } from '../../../src/errors';
import { logUnreadableClaims, withRefusalsTold } from '../../../src/gateway/token-refusals';
import { createLogger } from '../../../src/observability/log';
import { trustedIssuer } from '../../harness/tokens/trusted-issuer';
import { clockAt, NOW_SECONDS, secret, sign } from './tokens';

const base64 = (text: string): string => Buffer.from(text).toString('base64url');
const other = createSecretKey('another secret of thirty-two bytes', 'utf8');
const whole = { iss: 'us', aud: 'analytics' };
/** Nothing of it may turn up in the log. */
const MARK = 'hunter2';

const REFUSED: readonly (readonly [RefusalReason, string, string | undefined])[] = [
  ['missing', 'no header', undefined],
  ['missing', 'another scheme', `Basic ${MARK}`],
  ['malformed', 'no token', `Bearer ${MARK}`],
  ['malformed', 'a header that is no JSON', `Bearer ${base64(`{"${MARK}`)}.${base64('{}')}.x`],
  ['too_long', 'a token of 17 KB', `Bearer ${sign({ ...whole, padding: MARK.repeat(2_500) })}`],
  ['algorithm', 'another algorithm', `Bearer ${sign(whole, secret, { algorithm: 'HS512' })}`],
  [
    'critical_extension',
    'a critical extension',
    `Bearer ${sign(whole, secret, { header: { alg: 'HS256', crit: [MARK] } })}`,
  ],
  ['signature', 'another key', `Bearer ${sign({ ...whole, sub: MARK }, other)}`],
  ['signature', 'no signature', `Bearer ${sign(whole).replace(/[^.]*$/, '')}x`],
  ['expired', 'an end that is past', `Bearer ${sign({ ...whole, exp: NOW_SECONDS - 1, sub: MARK })}`],
  ['not_yet_valid', 'a beginning to come', `Bearer ${sign({ ...whole, nbf: NOW_SECONDS + 9 })}`],
  ['issuer', 'another issuer', `Bearer ${sign({ ...whole, iss: MARK })}`],
  ['audience', 'another audience', `Bearer ${sign({ ...whole, aud: MARK })}`],
  ['claims', 'no end', `Bearer ${sign({ ...whole, exp: undefined, sub: MARK })}`],
];

const US = trustedIssuer({ kind: 'secret', key: secret }, { issuer: 'us', audiences: ['analytics'] });

function open(trusted = [US]) {
  const lines: string[] = [];
  const registry = new Registry();
  const log = createLogger({ level: 'debug', destination: { write: (line) => void lines.push(line) } });
  const onUnreadable = logUnreadableClaims(log);
  const tokens = createTokenVerifier(trusted, { clock: clockAt(), onUnreadable });
  const counted = async (reason: RefusalReason): Promise<number> => {
    const text = await registry.getSingleMetricAsString('analytics_tokens_refused_total');
    return Number(new RegExp(`\\{reason="${reason}"\\} (\\d+)`).exec(text)?.[1]);
  };
  let now = 0;
  const pass = (ms: number): void => void (now += ms);
  return { tokens: withRefusalsTold(tokens, { log, registry, now: () => now }), lines, counted, pass };
}

describe('a refusal', () => {
  test.each(REFUSED)('for %s leaves one line and is counted: %s', async (reason, _what, authorization) => {
    const { tokens, lines, counted } = open();
    await expect(tokens.verify(authorization)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ level: 40, reason }]);
    expect(lines.join()).not.toMatch(new RegExp(`${MARK}|${base64(MARK).slice(0, 6)}`));
    for (const each of REFUSAL_REASONS)
      expect([each, await counted(each)]).toEqual([each, +(each === reason)]);
  });

  test('challenges by RFC 6750, and says that a token has expired to a client that has a signed one', async () => {
    const { tokens } = open();
    const challenge = (authorization: string | undefined): Promise<unknown> =>
      tokens
        .verify(authorization)
        .catch((error: unknown) => (error instanceof AppError ? error.headers : error));
    expect(await challenge(undefined)).toEqual({ 'WWW-Authenticate': 'Bearer' });
    const expired = { ...whole, exp: NOW_SECONDS - 1 };
    expect(await challenge(`Bearer ${sign(expired)}`)).toEqual({
      'WWW-Authenticate': 'Bearer error="invalid_token", error_description="The token has expired"',
    });
    expect(await challenge(`Bearer ${sign(expired, other)}`)).toEqual({
      'WWW-Authenticate': 'Bearer error="invalid_token", error_description="The token is not valid here"',
    });
  });

  test('is told once a minute of each reason, with how many there were since', async () => {
    const { tokens, lines, pass } = open();
    const refuse = (authorization?: string) => tokens.verify(authorization).catch(() => undefined);
    const told = () =>
      lines.splice(0).flatMap((line) => {
        const { level, reason, sinceLastLine } = z
          .object({ level: z.number(), reason: z.string(), sinceLastLine: z.number().optional() })
          .parse(JSON.parse(line));
        return level < 40 ? [] : [sinceLastLine === undefined ? reason : `${reason} +${sinceLastLine}`];
      });
    for (let round = 0; round < 4; round++) await Promise.all([refuse(), refuse('Bearer x')]);
    expect(told()).toEqual(['missing', 'malformed']);
    pass(59_999);
    await refuse();
    expect(told()).toEqual([]);
    pass(1);
    await Promise.all([refuse(), refuse(), refuse('Bearer x')]);
    expect(told()).toEqual(['missing +4', 'malformed +3']);
  });

  test('names the issuer that is configured, where there are several, and is told of each', async () => {
    const trusted = ['us', 'them'].map((issuer) =>
      trustedIssuer({ kind: 'secret', key: secret }, { issuer, audiences: ['analytics'] }),
    );
    const { tokens, lines } = open(trusted);
    const refuse = (claims: object, key = secret) =>
      tokens.verify(`Bearer ${sign({ ...whole, ...claims }, key)}`).catch(() => undefined);
    await refuse({}, other);
    await refuse({ iss: 'them' }, other);
    await refuse({ iss: 'them', aud: 7 });
    await refuse({ iss: MARK });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { level: 40, reason: 'signature', issuer: 'us' },
      { level: 40, reason: 'signature', issuer: 'them' },
      { level: 40, claim: 'aud', issuer: 'them' },
      { level: 40, reason: 'audience', issuer: 'them' },
      { level: 40, reason: 'issuer' },
    ]);
    expect(lines.join()).not.toContain(MARK);
  });

  test('is none of a token that holds', async () => {
    const { tokens, lines } = open();
    await expect(tokens.verify(`Bearer ${sign(whole)}`)).resolves.toMatchObject({ subject: 'owner-1' });
    expect(lines).toEqual([]);
  });
});
