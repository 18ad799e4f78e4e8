import { z } from 'zod';
import type { KeySource } from '../config/issuers';
import { comesSafely, isHttpUrl } from '../config/key-addresses';
import { fetchJson, fetchKeySet, type KeySet } from './key-set';

const metadata = z.looseObject({ issuer: z.string(), jwks_uri: z.string().refine(isHttpUrl) });

/**
 * Fetches the key set of an issuer from where its metadata says that it is (OpenID Connect Discovery 1.0, 4). The metadata has
 * to be that issuer's own, or the keys of one issuer would verify the tokens of another.
 */
export async function fetchDiscoveredKeySet(
  { issuer, allowsHttp }: Extract<KeySource, { kind: 'discovery' }>,
  end: AbortSignal,
): Promise<KeySet> {
  const found = metadata.parse(await fetchJson(metadataAddress(issuer), end));
  if (found.issuer !== issuer) throw new Error('The issuer’s metadata are those of another issuer.');
  if (!allowsHttp && !comesSafely(found.jwks_uri))
    throw new Error('The issuer’s metadata name an address of keys that does not come over https.');
  return fetchKeySet(found.jwks_uri, end);
}

/** A slash at the issuer's end is left out. */
const metadataAddress = (issuer: string): string =>
  `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
