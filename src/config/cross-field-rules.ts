import { isIPv4 } from 'node:net';
import { z } from 'zod';
import { algorithmOf, SHORTEST_SAFE_SECRET_BYTES, type TokenAlgorithm } from './keys';
import { ROLES, variables } from './variables';
import type { Given } from './given';

/**
 * Secrets that the documentation uses in examples: every reader of it can sign tokens with them. A secret stays here
 * after its page is rewritten, because it has been copied by then.
 */
const PUBLIC_SECRETS: ReadonlySet<string> = new Set([
  'at least thirty-two bytes that nobody can guess',
  'for trying it out on one machine only',
]);

const { shape } = variables;

/**
 * The variables that the cross-field rules read. An invalid one counts as its default or as not set: it has been
 * reported by itself, and must not hide other problems.
 */
const leniently = z.object({
  NODE_ENV: shape.NODE_ENV.catch('development'),
  ROLES: shape.ROLES.catch(new Set(ROLES)),
  JWT_SECRET: shape.JWT_SECRET.catch(undefined),
  JWT_PUBLIC_KEY: shape.JWT_PUBLIC_KEY.catch(undefined),
  JWT_JWKS_URI: shape.JWT_JWKS_URI.catch(undefined),
  JWT_ALGORITHM: shape.JWT_ALGORITHM.catch(undefined),
  GRAPHQL_FEDERATION: shape.GRAPHQL_FEDERATION.catch(false),
  PERSISTED_OPERATIONS: shape.PERSISTED_OPERATIONS.catch('any'),
});

type Known = z.infer<typeof leniently>;
type Rule = (given: Given, known: Known) => readonly string[];

const KEY_SOURCES = ['JWT_SECRET', 'JWT_PUBLIC_KEY', 'JWT_JWKS_URI'];
const SERVER_VARIABLES = ['DATABASE_URL', 'REDIS_URL', 'KAFKA_BROKERS'];
const SASL = ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'];

/** Applies every cross-field rule. @param given the variables that are set, by name */
export function findCrossFieldProblems(given: Given): string[] {
  const known = leniently.parse(given);
  return RULES.flatMap((rule) => rule(given, known));
}

/** Applies the rules for a command, which verifies no token and has no role. */
export function findCommandProblems(given: Given): readonly string[] {
  return saslIsWhole(given, leniently.parse(given));
}

/** Embedded mode: the process uses no server. */
export function isEmbedded(given: Given): boolean {
  return SERVER_VARIABLES.every((name) => given[name] === undefined);
}

/** A token names its own algorithm; with one source of keys it cannot choose between them. */
const oneKeySource: Rule = (given) => {
  const set = KEY_SOURCES.filter((name) => given[name] !== undefined);
  return set.length > 1 ? [`${set.join(', ')}: only one of them may be set (one source of keys)`] : [];
};

/**
 * Only a gateway verifies tokens. A key generated at start is for the embedded mode outside production: processes that
 * share a database would each generate their own.
 */
const someKeySource: Rule = (given, { NODE_ENV, ROLES: roles }) => {
  const missing = KEY_SOURCES.every((name) => given[name] === undefined);
  if (!missing || !roles.has('gateway')) return [];
  if (NODE_ENV !== 'production' && isEmbedded(given)) return [];
  const when = NODE_ENV === 'production' ? 'with NODE_ENV=production' : 'with real servers configured';
  return [`${KEY_SOURCES.join(', ')}: none is set ${when} (one of them, to verify tokens by)`];
};

const algorithmFitsKey: Rule = (given, { JWT_ALGORITHM: algorithm, JWT_SECRET, JWT_PUBLIC_KEY }) => {
  if (algorithm === undefined) return [];
  const misfit = (fitting: readonly TokenAlgorithm[], source: string): string[] =>
    fitting.includes(algorithm)
      ? []
      : [`JWT_ALGORITHM: ${algorithm} does not fit ${source} (${fitting.join(' or ')}, or not set)`];
  if (JWT_SECRET) return misfit(['HS256'], 'JWT_SECRET');
  if (JWT_PUBLIC_KEY) return misfit([algorithmOf(JWT_PUBLIC_KEY) ?? 'RS256'], 'JWT_PUBLIC_KEY');
  if (given['JWT_JWKS_URI'] !== undefined) return misfit(['RS256', 'ES256'], 'JWT_JWKS_URI');
  // A generated key is a secret. With servers configured, someKeySource reports the missing key.
  return isEmbedded(given) ? misfit(['HS256'], 'the development key') : [];
};

const secretIsLong: Rule = (_given, { NODE_ENV, JWT_SECRET }) => {
  const bytes = JWT_SECRET?.symmetricKeySize ?? SHORTEST_SAFE_SECRET_BYTES;
  if (NODE_ENV !== 'production' || bytes >= SHORTEST_SAFE_SECRET_BYTES) return [];
  return [`JWT_SECRET: is too short (at least ${SHORTEST_SAFE_SECRET_BYTES} bytes with NODE_ENV=production)`];
};

const secretIsSecret: Rule = ({ JWT_SECRET: secret }, { NODE_ENV }) => {
  if (NODE_ENV !== 'production' || secret === undefined || !PUBLIC_SECRETS.has(secret.trim())) return [];
  return [
    'JWT_SECRET: stands in the documentation, so that everybody can sign tokens by it (one of your own with NODE_ENV=production)',
  ];
};

/** An attacker who can change an http response can make the service accept tokens signed by the attacker's keys. */
const keysAreFetchedSafely: Rule = (_given, { NODE_ENV, JWT_JWKS_URI: uri }) => {
  if (NODE_ENV !== 'production' || uri === undefined) return [];
  const { protocol, hostname } = new URL(uri);
  if (protocol === 'https:' || isLoopback(hostname)) return [];
  return [
    'JWT_JWKS_URI: fetches the keys over http from another machine, where they can be replaced on the way (https, or http from a loopback address, with NODE_ENV=production)',
  ];
};

/** @param hostname as URL normalises it: lower case, IPv4 in four parts, IPv6 shortened and in brackets */
const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'));

/**
 * Separate gateway and worker processes share the database, and Redis tells the gateway what the worker committed:
 * without it, cached bodies would stay stale until they expire. A worker process can read messages only from Kafka.
 */
const separateProcessesShare: Rule = (given, { ROLES: roles }) => {
  if (roles.size > 1) return [];
  const [role] = roles;
  const needed = role === 'worker' ? SERVER_VARIABLES : ['DATABASE_URL', 'REDIS_URL'];
  return needed
    .filter((name) => given[name] === undefined)
    .map((name) => `${name}: is not set, but ROLES is only ${role} (one that gateway and worker share)`);
};

const saslIsWhole: Rule = (given) => {
  const missing = SASL.filter((name) => given[name] === undefined);
  return missing.length > 0 && missing.length < SASL.length
    ? [`${missing.join(', ')}: missing (mechanism, user name and password together, or none of them)`]
    : [];
};

/** A gateway writes its operations by itself, another for each of its clients' operations. */
const gatewaysAreAnswered: Rule = (_given, { GRAPHQL_FEDERATION, PERSISTED_OPERATIONS }) =>
  GRAPHQL_FEDERATION && PERSISTED_OPERATIONS === 'listed'
    ? [
        'GRAPHQL_FEDERATION: is true, but PERSISTED_OPERATIONS is listed, and what a gateway asks is never listed (any, and listed operations at the gateway)',
      ]
    : [];

const RULES: readonly Rule[] = [
  oneKeySource,
  someKeySource,
  algorithmFitsKey,
  secretIsLong,
  secretIsSecret,
  keysAreFetchedSafely,
  separateProcessesShare,
  saslIsWhole,
  gatewaysAreAnswered,
];
