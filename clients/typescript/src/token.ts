import { AnalyticsError } from './error';
import { isObject, numberOf } from './json';

/** A bearer token, or what makes one: it is asked for each request and each connection, and may answer with a kept one. */
export type TokenSource = string | (() => string | Promise<string>);

/** @throws AnalyticsError when the source throws */
export async function currentToken(source: TokenSource): Promise<string> {
  if (typeof source === 'string') return source;
  try {
    return await source();
  } catch (cause) {
    throw new AnalyticsError('TOKEN_UNAVAILABLE', {
      message: 'The function given as `token` has failed.',
      cause,
    });
  }
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
