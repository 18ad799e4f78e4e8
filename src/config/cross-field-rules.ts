import { z } from 'zod';
import type { Given } from './given';
import { ISSUER_SOURCES } from './issuer-list';
import { fittingAlgorithms } from './issuers';
import {
  comesSafely,
  hasCredentials,
  hasQuery,
  isHttpUrl,
  UNSAFE_KEYS,
  WITH_CREDENTIALS,
  WITH_QUERY,
} from './key-addresses';
import { isPublic, weaknessOf } from './keys';
import { toKeySource } from './single-issuer';
import { samplerTakesArgument } from './traces';
import { ROLES, variables } from './variables';

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
  JWT_ISSUER: shape.JWT_ISSUER,
  JWT_AUDIENCE_CLAIM: shape.JWT_AUDIENCE_CLAIM.catch(['aud']),
  GRAPHQL_FEDERATION: shape.GRAPHQL_FEDERATION.catch(false),
  PERSISTED_OPERATIONS: shape.PERSISTED_OPERATIONS.catch('any'),
});

type Known = z.infer<typeof leniently>;
type Rule = (given: Given, known: Known) => readonly string[];

const KEY_SOURCES = ['JWT_SECRET', 'JWT_PUBLIC_KEY', 'JWT_JWKS_URI', ...ISSUER_SOURCES];
/** What else says something of a single issuer. */
const SINGLE_ISSUER = ['JWT_ALGORITHM', 'JWT_ISSUER', 'JWT_AUDIENCE'];
const SERVER_VARIABLES = ['DATABASE_URL', 'REDIS_URL', 'KAFKA_BROKERS'];
const SASL = ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'];

/** Applies every cross-field rule. @param given the variables that are set, by name */
export function findCrossFieldProblems(given: Given): string[] {
  const known = leniently.parse(given);
  return RULES.flatMap((rule) => rule(given, known));
}

/** Applies the rules for a command, which verifies no token and has no role. */
export function findCommandProblems(given: Given): readonly string[] {
  return [...saslIsWhole(given, leniently.parse(given)), ...findDatabaseProblems(given)];
}

/** Applies the rules for whatever opens the database. */
export function findDatabaseProblems(given: Given): readonly string[] {
  return given['DATABASE_DISTRIBUTION'] !== undefined && given['DATABASE_URL'] === undefined
    ? [
        'DATABASE_DISTRIBUTION: is set, but DATABASE_URL is not (a server, since nothing embedded is distributed)',
      ]
    : [];
}

/** Embedded mode: the process uses no server. */
export function isEmbedded(given: Given): boolean {
  return SERVER_VARIABLES.every((name) => given[name] === undefined);
}

/** A token names its own algorithm; with one source of keys it cannot choose between them. */
const oneKeySource: Rule = (given) => {
  // Two lists are a problem of the list.
  const set = KEY_SOURCES.filter((name) => given[name] !== undefined);
  const isTwoLists = set.every((name) => ISSUER_SOURCES.some((source) => source === name));
  return set.length > 1 && !isTwoLists
    ? [`${set.join(', ')}: only one of them may be set (one source of keys)`]
    : [];
};

/** Whose they were would have to be guessed. */
const listStandsAlone: Rule = (given) => {
  const list = ISSUER_SOURCES.find((name) => given[name] !== undefined);
  const beside = SINGLE_ISSUER.filter((name) => given[name] !== undefined);
  if (list === undefined || beside.length === 0) return [];
  return [`${beside.join(', ')}: may not be set beside ${list} (each issuer of the list has its own)`];
};

/**
 * Only a gateway verifies tokens. A key generated at start is for the embedded mode outside production: processes that
 * share a database would each generate their own.
 */
const someKeySource: Rule = (given, { NODE_ENV, ROLES: roles, JWT_ISSUER: issuer }) => {
  const missing = KEY_SOURCES.every((name) => given[name] === undefined) && !isHttpUrl(issuer ?? '');
  if (!missing || !roles.has('gateway')) return [];
  if (NODE_ENV !== 'production' && isEmbedded(given)) return [];
  const when = NODE_ENV === 'production' ? 'with NODE_ENV=production' : 'with real servers configured';
  return [
    `${KEY_SOURCES.join(', ')}: none is set ${when} (one of them, or a URL as JWT_ISSUER, to verify tokens by)`,
  ];
};

const algorithmFitsKey: Rule = (given, known) => {
  const { JWT_ALGORITHM: algorithm } = known;
  const keySource = toKeySource(known);
  const isGiven = 'key' in keySource || keySource.kind === 'jwks';
  // A key that is missing, or cannot be read, has been reported.
  const isUnknown = KEY_SOURCES.some((name) => given[name] !== undefined)
    ? !isGiven
    : keySource.kind === 'development' && !isEmbedded(given);
  const fitting = fittingAlgorithms(keySource);
  if (algorithm === undefined || isUnknown || fitting.includes(algorithm)) return [];
  return [
    `JWT_ALGORITHM: ${algorithm} does not fit ${NAMES_OF_SOURCES[keySource.kind]} (${fitting.join(' or ')}, or not set)`,
  ];
};

const NAMES_OF_SOURCES = {
  secret: 'JWT_SECRET',
  'public-key': 'JWT_PUBLIC_KEY',
  jwks: 'JWT_JWKS_URI',
  discovery: 'the keys of JWT_ISSUER',
  development: 'the development key',
} as const;

const secretIsStrong: Rule = ({ JWT_SECRET: secret }, { NODE_ENV }) => {
  const weakness = NODE_ENV === 'production' && secret !== undefined ? weaknessOf(secret) : undefined;
  return weakness === undefined ? [] : [`JWT_SECRET: ${weakness}`];
};

/** Who knows the key finds out by trying whether somebody is among those who were erased. */
const privacyKeyIsSecret: Rule = ({ PRIVACY_KEY: key }, { NODE_ENV }) =>
  NODE_ENV === 'production' && key !== undefined && isPublic(key)
    ? ['PRIVACY_KEY: stands in the documentation (one of your own with NODE_ENV=production)']
    : [];

const keysAreFetchedSafely: Rule = (_given, known) => {
  const { NODE_ENV, JWT_JWKS_URI: uri, JWT_ISSUER: issuer = '' } = known;
  if (NODE_ENV !== 'production') return [];
  const isDiscovered = toKeySource(known).kind === 'discovery';
  return [
    ...(uri !== undefined && !comesSafely(uri) ? [`JWT_JWKS_URI: ${UNSAFE_KEYS}`] : []),
    ...(isDiscovered && !comesSafely(issuer) ? [`JWT_ISSUER: ${UNSAFE_KEYS}`] : []),
  ];
};

const keysCanBeFetched: Rule = (_given, known) => {
  const { JWT_JWKS_URI: uri, JWT_ISSUER: issuer = '' } = known;
  const isDiscovered = toKeySource(known).kind === 'discovery';
  return [
    ...(uri !== undefined && hasCredentials(uri) ? [`JWT_JWKS_URI: ${WITH_CREDENTIALS}`] : []),
    ...(isHttpUrl(issuer) && hasCredentials(issuer) ? [`JWT_ISSUER: ${WITH_CREDENTIALS}`] : []),
    ...(isDiscovered && hasQuery(issuer) ? [`JWT_ISSUER: ${WITH_QUERY}`] : []),
  ];
};

/** Without an audience nothing would be compared, though the variable says otherwise. */
const audienceClaimIsUsed: Rule = (given, { JWT_AUDIENCE_CLAIM: claim }) => {
  const isUsed = given['JWT_AUDIENCE'] !== undefined || listIsGiven(given);
  return isUsed || claim.join('.') === 'aud'
    ? []
    : ['JWT_AUDIENCE_CLAIM: has nothing to be compared with (JWT_AUDIENCE beside it)'];
};

const listIsGiven = (given: Given): boolean => ISSUER_SOURCES.some((name) => given[name] !== undefined);

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
  findDatabaseProblems,
  oneKeySource,
  listStandsAlone,
  someKeySource,
  algorithmFitsKey,
  secretIsStrong,
  privacyKeyIsSecret,
  keysAreFetchedSafely,
  keysCanBeFetched,
  audienceClaimIsUsed,
  separateProcessesShare,
  saslIsWhole,
  gatewaysAreAnswered,
  samplerTakesArgument,
];
