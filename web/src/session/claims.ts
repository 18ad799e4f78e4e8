import * as z from 'zod/mini';

/** What a token says of its bearer. Only shown, never trusted: the service checks each request for itself. */
export interface Claims {
  readonly storeIds: readonly string[];
}

const claims = z.looseObject({ storeIds: z.optional(z.unknown()) });
const words = z.array(z.string());

/** Reads the middle part of a JWT; undefined when it is not one. */
export function readClaims(token: string): Claims | undefined {
  const [, payload] = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(token) ?? [];
  if (payload === undefined) return undefined;
  try {
    const { storeIds } = claims.parse(JSON.parse(decodeBase64Url(payload)));
    return { storeIds: [...new Set(readWords(storeIds).map((id) => id.toLowerCase()))] };
  } catch {
    // Whatever it is that was pasted, it is no token; the form says so.
    return undefined;
  }
}

/** As the service reads a claim: a text of one or several words, or a list of texts; what is anything else grants nothing. */
function readWords(claim: unknown): readonly string[] {
  if (typeof claim === 'string') return claim.split(/\s+/).filter((word) => word !== '');
  return words.safeParse(claim).data ?? [];
}

function decodeBase64Url(text: string): string {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return new TextDecoder().decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
}
