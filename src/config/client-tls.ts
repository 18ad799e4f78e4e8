import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Given } from './given';
import { unusable } from './problems';
import type { ClientCredentials, ClientTls } from './tls-files';
import { readPair } from './tls';

export interface ReadClientTls {
  readonly credentials: ClientCredentials;
  readonly problems: readonly string[];
}

/** The variables that name the files for one server. */
export interface ClientTlsNames {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export const KAFKA_TLS: ClientTlsNames = {
  ca: 'KAFKA_SSL_CA_FILE',
  cert: 'KAFKA_SSL_CERT_FILE',
  key: 'KAFKA_SSL_KEY_FILE',
};
export const REDIS_TLS: ClientTlsNames = {
  ca: 'REDIS_TLS_CA_FILE',
  cert: 'REDIS_TLS_CERT_FILE',
  key: 'REDIS_TLS_KEY_FILE',
};

export const namesOf = ({ ca, cert, key }: ClientTlsNames): readonly string[] => [ca, cert, key];

export const filesIn = (given: Given, names: ClientTlsNames): ClientTls => ({
  caFile: given[names.ca]?.trim(),
  certFile: given[names.cert]?.trim(),
  keyFile: given[names.key]?.trim(),
});

/** Reads the files, for the first time or once more. Every problem names its variable. */
export function readClientTls(
  { caFile, certFile, keyFile }: ClientTls,
  names: ClientTlsNames,
): ReadClientTls {
  const ca = caFile === undefined ? undefined : readAuthorities(names.ca, caFile);
  const isNamed = certFile !== undefined || keyFile !== undefined;
  const own = isNamed ? readPair({ certFile, keyFile }, names) : undefined;
  return {
    credentials: {
      ...(ca?.pem !== undefined && { ca: ca.pem }),
      ...(own?.pair !== undefined && { cert: own.pair.cert, key: own.pair.key }),
    },
    problems: [...(ca?.problems ?? []), ...(own?.problems ?? [])],
  };
}

const ONE_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** One certificate behind the other. Node would pass over what it cannot read, and trust nobody. */
function readAuthorities(name: string, file: string): { pem?: string; problems: readonly string[] } {
  let pem: string;
  try {
    pem = readFileSync(file, 'utf8');
  } catch {
    return { problems: [unusable(name, file, 'a file that can be read')] };
  }
  const found = pem.match(ONE_CERTIFICATE) ?? [];
  const isRead = found.length > 0 && found.every(canBeRead);
  return isRead
    ? { pem, problems: [] }
    : { problems: [unusable(name, file, 'a file with the certificates of those who are trusted, in PEM')] };
}

function canBeRead(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}

/** What is wrong with the files that are named, each by its variable, and with naming them where TLS is not spoken. */
export function findClientTlsProblems(given: Given): readonly string[] {
  const isTrue = given['KAFKA_SSL']?.trim().toLowerCase() === 'true';
  const isSecure = given['REDIS_URL']?.trim().startsWith('rediss') === true;
  return [
    ...problemsOf(given, KAFKA_TLS, isTrue ? undefined : 'KAFKA_SSL is not true'),
    ...problemsOf(given, REDIS_TLS, isSecure ? undefined : 'REDIS_URL does not begin with rediss'),
  ];
}

function problemsOf(given: Given, names: ClientTlsNames, whyUnused: string | undefined): readonly string[] {
  if (whyUnused === undefined) return readClientTls(filesIn(given, names), names).problems;
  return namesOf(names)
    .filter((name) => given[name] !== undefined)
    .map((name) => `${name}: is set, but ${whyUnused} (nothing is encrypted without it)`);
}
