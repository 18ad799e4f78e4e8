import { AnalyticsError } from './error';
import { isObject, numberOf } from './json';

/** A bearer token, or what makes one: it is asked for each request and each connection, and may answer with a kept one. */
export type TokenSource = string | (() => string | Promise<string>);

/** What a header may hold of it. */
const VISIBLE = /^[\x21-\x7e]+$/;

/** @throws AnalyticsError, which never has the token in it, when the source throws or what it returns is none */
export async function currentToken(source: TokenSource): Promise<string> {
  const given = typeof source === 'string' ? source : await askedOf(source);
  if (typeof given !== 'string' || given.trim() === '') {
    throw new AnalyticsError('TOKEN_UNAVAILABLE', {
      message: `The function given as \`token\` has to return a text that is not empty; it returned ${nameOf(given)}.`,
    });
  }
  const token = given.trim();
  if (VISIBLE.test(token)) return token;
  throw new AnalyticsError('TOKEN_MALFORMED', {
    message:
      'The token has a space in it, or a character that no header takes. It is given without `Bearer`.',
  });
}

/** Who writes no TypeScript may return anything. */
async function askedOf(source: () => unknown): Promise<unknown> {
  try {
    return await source();
  } catch (cause) {
    throw new AnalyticsError('TOKEN_UNAVAILABLE', {
      message: 'The function given as `token` has failed.',
      cause,
    });
  }
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  return typeof value === 'string' ? 'an empty one' : `a value of type ${typeof value}`;
}

/** When a JWT ends, in milliseconds since 1970; undefined for what is no JWT, or says nothing of it. */
export function expiryOf(token: string): number | undefined {
  const [, payload] = token.split('.');
  if (payload === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
    const seconds = isObject(claims) ? numberOf(claims['exp']) : undefined;
    return seconds === undefined ? undefined : seconds * 1_000;
  } catch {
    // An opaque token: what it says is the service's to read alone.
    return undefined;
  }
}
