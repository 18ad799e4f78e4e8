import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { Given } from './given';
import { unusable } from './problems';
import type { Role } from './variables';

/** What the gateway proves by who it is. Holds a secret: not to be logged. */
export interface TlsPair {
  /** The certificate, and behind it those that it is signed by, in PEM. */
  readonly cert: string;
  /** Its private key, in PEM. */
  readonly key: string;
}

/** Where a pair is read from; undefined where nothing is said. */
interface PairFiles {
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
}

/** The pair of the start, and where a renewed one appears. */
export interface TlsConfig extends TlsPair {
  readonly certFile: string;
  readonly keyFile: string;
}

export interface ReadTls {
  /** Undefined for plain HTTP. */
  readonly tls: TlsConfig | undefined;
  readonly problems: readonly string[];
}

/** The variables that name the two files. */
export interface PairNames {
  readonly cert: string;
  readonly key: string;
}

const OWN: PairNames = { cert: 'TLS_CERT_FILE', key: 'TLS_KEY_FILE' };

/**
 * Reads the two files and holds them against each other, so that no client is the first to notice.
 *
 * @param roles where there is no gateway among them nothing is read: a worker need not have the key; undefined if they are wrong
 */
export function readTls(given: Given, roles: ReadonlySet<Role> | undefined): ReadTls {
  const files = { certFile: given[OWN.cert]?.trim(), keyFile: given[OWN.key]?.trim() };
  const isPlain = files.certFile === undefined && files.keyFile === undefined;
  if (isPlain || roles?.has('gateway') === false) return { tls: undefined, problems: [] };
  return readTlsFiles(files);
}

/** Reads the files of the gateway once more, or for the first time. */
export function readTlsFiles(files: PairFiles): ReadTls {
  const { pair: tls, problems } = readPair(files, OWN);
  return { tls, problems };
}

export interface ReadPair {
  /** Undefined where the two cannot be used. */
  readonly pair: TlsConfig | undefined;
  readonly problems: readonly string[];
}

/** Reads a certificate and its key. @param names of the variables that name the files, for the problems */
export function readPair({ certFile, keyFile }: PairFiles, names: PairNames): ReadPair {
  const cert = readPem(
    names.cert,
    certFile,
    'a certificate in PEM',
    (pem) => new X509Certificate(pem).publicKey,
  );
  const key = readPem(names.key, keyFile, 'a private key in PEM, not encrypted', (pem) =>
    createPublicKey(createPrivateKey(pem)),
  );
  if (cert.publicKey === undefined || key.publicKey === undefined) {
    const problems = [cert, key].flatMap((read) => (read.publicKey === undefined ? [read.problem] : []));
    return { pair: undefined, problems };
  }
  const unfit = problemOfPair(cert, key, names);
  if (unfit !== undefined) return { pair: undefined, problems: [unfit] };
  return { pair: { cert: cert.pem, key: key.pem, certFile: cert.file, keyFile: key.file }, problems: [] };
}

/** What keeps TLS from being spoken with what can be read by itself. */
function problemOfPair(cert: WithKey, key: WithKey, names: PairNames): string | undefined {
  if (!cert.publicKey.equals(key.publicKey))
    return `${names.key}: its key is not that of the certificate (the two that were made together)`;
  try {
    createSecureContext({ cert: cert.pem, key: key.pem });
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `${unusable(names.cert, cert.file, 'the certificate, and behind it those that it is signed by')}: ${reason}`;
  }
}

interface WithKey {
  readonly file: string;
  readonly pem: string;
  readonly publicKey: KeyObject;
}

type ReadPem = WithKey | { readonly publicKey?: undefined; readonly problem: string };

function readPem(
  name: string,
  file: string | undefined,
  mayBe: string,
  publicKeyOf: (pem: string) => KeyObject,
): ReadPem {
  if (file === undefined)
    return { problem: `${name}: missing (certificate and key together, or none of them)` };
  let pem: string | undefined;
  try {
    pem = readFileSync(file, 'utf8');
    return { file, pem, publicKey: publicKeyOf(pem) };
  } catch {
    const problem = pem === undefined ? 'a file that can be read' : `a file with ${mayBe}`;
    return { problem: unusable(name, file, problem) };
  }
}
