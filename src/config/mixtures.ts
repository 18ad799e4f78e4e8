import { isIPv4 } from 'node:net';
import { z } from 'zod';
import { algorithmOf, SHORTEST_SAFE_SECRET_BYTES, type TokenAlgorithm } from './keys';
import { PUBLIC_SECRETS } from './public-secrets';
import { ROLES, variables } from './variables';
import type { Given } from './given';

const { shape } = variables;

/**
 * The variables that the rules below look at. One that cannot be used is taken for its default or for not set:
 * it has been reported by itself, and must not keep the other problems from being found.
 */
const leniently = z.object({
  NODE_ENV: shape.NODE_ENV.catch('development'),
  ROLES: shape.ROLES.catch(new Set(ROLES)),
  JWT_SECRET: shape.JWT_SECRET.catch(undefined),
  JWT_PUBLIC_KEY: shape.JWT_PUBLIC_KEY.catch(undefined),
  JWT_JWKS_URI: shape.JWT_JWKS_URI.catch(undefined),
  JWT_ALGORITHM: shape.JWT_ALGORITHM.catch(undefined),
});

type Known = z.infer<typeof leniently>;
type Rule = (given: Given, known: Known) => readonly string[];

const KEY_SOURCES = ['JWT_SECRET', 'JWT_PUBLIC_KEY', 'JWT_JWKS_URI'];
const SHARED_PARTS = ['DATABASE_URL', 'REDIS_URL', 'KAFKA_BROKERS'];
const SASL = ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'];

/** Which variables do not go together. @param given the variables that are set, by name */
export function findProblems(given: Given): string[] {
  const known = leniently.parse(given);
  return RULES.flatMap((rule) => rule(given, known));
}

/** The same for a command, which verifies no token and has no role. */
export function findCommandProblems(given: Given): readonly string[] {
  return saslIsWhole(given, leniently.parse(given));
}

/** Embedded mode: nothing outside this process is used. */
export function isEmbedded(given: Given): boolean {
  return SHARED_PARTS.every((name) => given[name] === undefined);
}

/** A token says by which algorithm it was signed; with one source of keys there is no choice to be made. */
const oneKeySource: Rule = (given) => {
  const set = KEY_SOURCES.filter((name) => given[name] !== undefined);
  return set.length > 1 ? [`${set.join(', ')}: only one of them may be set (one source of keys)`] : [];
};

/**
 * Only a gateway verifies tokens. A key made up at start is for the embedded mode outside production: processes that
 * share a database would each make up their own.
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
  // A made-up key is a secret; without any source the missing key is the problem to be told.
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

/** Whoever can change what comes over http can have the service verify tokens by keys of their own. */
const keysComeUnchanged: Rule = (_given, { NODE_ENV, JWT_JWKS_URI: uri }) => {
  if (NODE_ENV !== 'production' || uri === undefined) return [];
  const { protocol, hostname } = new URL(uri);
  if (protocol === 'https:' || isLoopback(hostname)) return [];
  return [
    'JWT_JWKS_URI: fetches the keys over http from another machine, where they can be replaced on the way (https, or http from a loopback address, with NODE_ENV=production)',
  ];
};

/** @param hostname as URL has it: names in small letters, IPv4 in four parts, IPv6 shortened and in brackets */
const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'));

/**
 * Gateway and worker as processes of their own meet in the database, and the gateway hears of what the worker
 * committed through Redis: without it, cached bodies would stay as they are until they expire. A worker alone has
 * nothing but Kafka to read from.
 */
const separateProcessesShare: Rule = (given, { ROLES: roles }) => {
  if (roles.size > 1) return [];
  const [role] = roles;
  const needed = role === 'worker' ? SHARED_PARTS : ['DATABASE_URL', 'REDIS_URL'];
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

const RULES: readonly Rule[] = [
  oneKeySource,
  someKeySource,
  algorithmFitsKey,
  secretIsLong,
  secretIsSecret,
  keysComeUnchanged,
  separateProcessesShare,
  saslIsWhole,
];
