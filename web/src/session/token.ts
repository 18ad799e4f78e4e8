import * as z from 'zod/mini';

const claims = z.looseObject({});

/**
 * Whether a text has the form of a JWT with claims. What they grant is the service's to say (`viewer`): which claims it looks at is
 * configured there.
 */
export function isToken(text: string): boolean {
  const [, payload] = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(text) ?? [];
  if (payload === undefined) return false;
  try {
    return claims.safeParse(JSON.parse(decodeBase64Url(payload))).success;
  } catch {
    // Whatever it is that was pasted, it is no token; the form says so.
    return false;
  }
}

function decodeBase64Url(text: string): string {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return new TextDecoder().decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
}
