import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Given } from './given';
import { unusable } from './problems';
import type { Role } from './variables';

/** What the gateway proves by who it is. Holds a secret: not to be logged. */
export interface TlsConfig {
  /** The certificate, and behind it those that it is signed by, in PEM. */
  readonly cert: string;
  /** Its private key, in PEM. */
  readonly key: string;
}

export interface ReadTls {
  /** Undefined for plain HTTP. */
  readonly tls: TlsConfig | undefined;
  readonly problems: readonly string[];
}

const CERT = 'TLS_CERT_FILE';
const KEY = 'TLS_KEY_FILE';

/**
 * Reads the two files and holds them against each other, so that no client is the first to notice.
 *
 * @param roles where there is no gateway among them nothing is read: a worker need not have the key; undefined if they are wrong
 */
export function readTls(given: Given, roles: ReadonlySet<Role> | undefined): ReadTls {
  if (roles?.has('gateway') === false) return { tls: undefined, problems: [] };
  const names = [CERT, KEY];
  const missing = names.filter((name) => given[name] === undefined);
  if (missing.length === names.length) return { tls: undefined, problems: [] };
  const cert = readPem(given, CERT, 'a certificate in PEM', (pem) => new X509Certificate(pem).publicKey);
  const key = readPem(given, KEY, 'a private key in PEM, not encrypted', (pem) =>
    createPublicKey(createPrivateKey(pem)),
  );
  const problems = [
    ...missing.map((name) => `${name}: missing (certificate and key together, or none of them)`),
    ...[cert, key].flatMap((each) => (each?.problem === undefined ? [] : [each.problem])),
  ];
  if (cert?.publicKey === undefined || key?.publicKey === undefined) return { tls: undefined, problems };
  if (!cert.publicKey.equals(key.publicKey))
    problems.push(`${KEY}: its key is not that of the certificate (the two that were made together)`);
  return { tls: { cert: cert.pem, key: key.pem }, problems };
}

interface ReadPem {
  readonly pem: string;
  readonly publicKey?: KeyObject;
  readonly problem?: string;
}

/** @returns undefined when the variable is not set */
function readPem(
  given: Given,
  name: string,
  mayBe: string,
  publicKeyOf: (pem: string) => KeyObject,
): ReadPem | undefined {
  const file = given[name]?.trim();
  if (file === undefined) return undefined;
  let pem = '';
  try {
    pem = readFileSync(file, 'utf8');
    return { pem, publicKey: publicKeyOf(pem) };
  } catch {
    const problem = pem === '' ? 'a file that can be read' : `a file with ${mayBe}`;
    return { pem, problem: unusable(name, file, problem) };
  }
}
