import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import {
  describe,
  type Given,
  type RequireTimeZone,
  type Vocabulary,
  withoutBlanks,
  zoneProblems,
} from './config/given';
import { findClientTlsProblems, KAFKA_TLS, namesOf, REDIS_TLS } from './config/client-tls';
import { type DatabaseConfig, toDatabase } from './config/database';
import { ISSUER_SOURCES, readIssuers } from './config/issuer-list';
import type { IssuerConfig, TokenConfig } from './config/issuers';
import { type Limits, type PERSISTED_MODES, toLimits } from './config/limits';
import {
  findCommandProblems,
  findCrossFieldProblems,
  findDatabaseProblems,
  isEmbedded,
} from './config/cross-field-rules';
import { type KafkaConfig, toKafka } from './config/kafka';
import { DEVELOPMENT_PRIVACY_KEY } from './config/keys';
import { type MessageShapes, readMessageShapes } from './config/message-shapes';
import type { CorsOrigins } from './config/origins';
import { PLATFORM_SOURCES, type PlatformConfig, readPlatforms } from './config/platforms';
import { ConfigError } from './config/problems';
import type { RedisAddress } from './config/redis-address';
import { ISSUER_VARIABLES, toSingleIssuer } from './config/single-issuer';
import { readTls, type TlsConfig } from './config/tls';
import type { ClientTls } from './config/tls-files';
import { toTraces, type TracesConfig, withoutUnusedTraces } from './config/traces';
import { type Role, type Variables, variables } from './config/variables';

/** What only a gateway needs: it alone verifies tokens. */
export interface GatewayConfig {
  readonly token: TokenConfig;
}

/** The validated configuration of one process. Holds secrets: not to be logged. */
export interface Config {
  readonly isProduction: boolean;
  /** Nothing outside this process is used. */
  readonly isEmbedded: boolean;
  readonly roles: ReadonlySet<Role>;
  readonly http: {
    readonly host: string;
    readonly port: number;
    /** Without a slash at its end; empty for none. */
    readonly basePath: string;
    readonly maxBodyBytes: number;
    /** Whether the pages to try the APIs on are served; by default not in production. */
    readonly servesExplorers: boolean;
    /** Addresses or ranges whose X-Forwarded-… headers are trusted. */
    readonly trustedProxies: readonly string[];
    /** The origins of browser apps that may read answers; empty for none but the service's own. */
    readonly corsOrigins: CorsOrigins;
    /** Undefined for plain HTTP. */
    readonly tls: TlsConfig | undefined;
  };
  /** Which operations are executed, and whether the schema can be introspected. */
  readonly graphql: {
    readonly persisted: (typeof PERSISTED_MODES)[number];
    /** Undefined: the manifest that the build contains. */
    readonly persistedFile: string | undefined;
    readonly introspection: boolean;
    /** Whether gateways can compose the schema with others. */
    readonly federation: boolean;
  };
  readonly limits: Limits;
  readonly database: DatabaseConfig;
  /** Undefined: cache, notifications and rate limits stay in this process. */
  readonly redis: RedisAddress | undefined;
  /** The files that TLS to Redis is spoken with, where its address says so. */
  readonly redisTls: ClientTls;
  /** Undefined: messages are delivered within this process. */
  readonly kafka: KafkaConfig | undefined;
  readonly topicPrefix: string;
  /** How topics are written whose senders do not write the plain form. */
  readonly messageShapes: MessageShapes;
  /** Makes what stands for people who were erased; undefined: nobody can be. */
  readonly privacyKey: KeyObject | undefined;
  /** How many days behind its end an event is sealed, and its registrations leave; undefined: never. */
  readonly retentionDays: number | undefined;
  /** Whether messages are accepted over HTTP: only without Kafka, and never in production. */
  readonly takesDevEvents: boolean;
  /** Undefined without the gateway role. */
  readonly gateway: GatewayConfig | undefined;
  /** The platforms that are polled for views; undefined in a command, which ends too soon to poll. */
  readonly platforms: readonly PlatformConfig[] | undefined;
  readonly businessTimeZone: string;
  readonly cacheTtlSeconds: number;
  /** How long a process may serve an entry cached in Redis without asking Redis again; 0 turns this off. */
  readonly cacheLeaseMs: number;
  /** How old an answer may be that is served while the database is unavailable; 0 turns this off. */
  readonly staleIfErrorSeconds: number;
  readonly industryRefreshSeconds: number;
  /** Undefined: nothing is traced. */
  readonly traces: TracesConfig | undefined;
  readonly logLevel: Variables['LOG_LEVEL'];
  readonly shutdownTimeoutMs: number;
}

/** The embedded database runs one statement at a time: more operations would only wait. */
const EMBEDDED_OPERATIONS = 8;

/** The configuration of this process, from its environment. */
export const loadProcessConfig = (vocabulary: Vocabulary): Config => loadConfig(process.env, vocabulary);

/** What a command needs that only reads stored data. */
export type StoredDataConfig = Pick<Config, 'database' | 'businessTimeZone'>;

/** @throws ConfigError naming every problem at once */
export function loadStoredDataConfig(requireTimeZone: RequireTimeZone): StoredDataConfig {
  const given = withoutBlanks(process.env);
  const read = variables
    .pick({
      DATABASE_URL: true,
      DATABASE_POOL_SIZE: true,
      DATABASE_DISTRIBUTION: true,
      DATA_DIR: true,
      BUSINESS_TIME_ZONE: true,
    })
    .safeParse(given);
  const problems = [
    ...(read.error ? describe(read.error, given) : []),
    ...zoneProblems(given['BUSINESS_TIME_ZONE'], requireTimeZone),
    ...findDatabaseProblems(given),
  ];
  if (!read.success || problems.length > 0) throw new ConfigError(problems);
  return { database: toDatabase(read.data), businessTimeZone: read.data.BUSINESS_TIME_ZONE };
}

/** What a command needs that sends messages. */
export interface CommandConfig {
  /** The service's configuration with the worker role only: the command runs that worker where there is no Kafka. */
  readonly service: Config;
  /** How tokens are signed for a service that is addressed over HTTP. */
  readonly token: TokenConfig;
}

/** @throws ConfigError naming every problem at once */
export function loadCommandConfig(vocabulary: Vocabulary): CommandConfig {
  const env = { LOG_LEVEL: 'warn', ...withoutBlanks(process.env), ROLES: 'worker' };
  const environment = readEnvironment(env, vocabulary, findCommandProblems);
  return {
    service: toConfig({ ...environment, platforms: undefined }),
    token: toToken(environment.read, environment.issuers),
  };
}

/**
 * Ignored by a demo: servers that its data must not reach, what would keep it from running in one process, issuers, whose
 * tokens it cannot sign, how those tokens are read, and platforms, which do not know its events.
 */
const NOT_FOR_A_DEMO: readonly string[] = [
  'DATABASE_URL',
  'DATABASE_DISTRIBUTION',
  'REDIS_URL',
  'KAFKA_BROKERS',
  'ROLES',
  'NODE_ENV',
  ...ISSUER_VARIABLES,
  ...ISSUER_SOURCES,
  'TLS_CERT_FILE',
  'TLS_KEY_FILE',
  ...namesOf(KAFKA_TLS),
  ...namesOf(REDIS_TLS),
  ...PLATFORM_SOURCES,
];

/** The configuration of a demo: always embedded, its data in a folder of its own. */
export function loadDemoConfig(vocabulary: Vocabulary): Config {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !NOT_FOR_A_DEMO.includes(name)),
  );
  const folder = join(env['DATA_DIR']?.trim() || '.data', 'demo');
  return loadConfig(
    { LOG_LEVEL: 'warn', INDUSTRY_REFRESH_SECONDS: '15', ...env, DATA_DIR: folder },
    vocabulary,
  );
}

/**
 * Reads the configuration from a set of variables. An empty variable counts as not set.
 *
 * @throws ConfigError naming every problem at once
 */
export function loadConfig(env: NodeJS.ProcessEnv, vocabulary: Vocabulary): Config {
  return toConfig(readEnvironment(env, vocabulary, findCrossFieldProblems));
}

/** What stands in the environment. */
interface Environment {
  readonly read: Variables;
  readonly platforms: Config['platforms'];
  /** Empty where the variables of a single issuer are used. */
  readonly issuers: readonly IssuerConfig[];
  readonly messageShapes: MessageShapes;
  readonly tls: TlsConfig | undefined;
  readonly embedded: boolean;
}

function readEnvironment(
  env: NodeJS.ProcessEnv,
  vocabulary: Vocabulary,
  findRuleProblems: (given: Given) => readonly string[],
): Environment {
  const given = withoutUnusedTraces(withoutBlanks(env));
  const read = variables.safeParse(given);
  const platforms = readPlatforms(given);
  const issuers = readIssuers(given);
  const { shapes, problems: shapeProblems } = readMessageShapes(given, vocabulary);
  const { tls, problems: tlsProblems } = readTls(given, read.data?.ROLES);
  const problems = [
    ...(read.error ? describe(read.error, given) : []),
    ...findClientTlsProblems(given),
    ...platforms.problems,
    ...issuers.problems,
    ...shapeProblems,
    ...tlsProblems,
    ...zoneProblems(given['BUSINESS_TIME_ZONE'], vocabulary.requireTimeZone),
    ...findRuleProblems(given),
  ];
  if (!read.success || problems.length > 0) throw new ConfigError(problems);
  return {
    read: read.data,
    platforms: platforms.items,
    issuers: issuers.items,
    messageShapes: shapes,
    tls,
    embedded: isEmbedded(given),
  };
}

function toConfig({ read, platforms, issuers, messageShapes, tls, embedded }: Environment): Config {
  const isProduction = read.NODE_ENV === 'production';
  return {
    isProduction,
    isEmbedded: embedded,
    roles: read.ROLES,
    http: {
      // An embedded service holds no shared data: by default it listens on this machine only.
      host: read.HOST ?? (embedded ? '127.0.0.1' : '0.0.0.0'),
      port: read.PORT,
      basePath: read.BASE_PATH,
      maxBodyBytes: read.MAX_BODY_BYTES,
      servesExplorers: read.API_EXPLORERS ?? !isProduction,
      trustedProxies: read.TRUSTED_PROXIES ?? [],
      corsOrigins: read.CORS_ORIGINS ?? new Set(),
      tls,
    },
    graphql: {
      persisted: read.PERSISTED_OPERATIONS,
      persistedFile: read.PERSISTED_OPERATIONS_FILE,
      introspection: read.INTROSPECTION ?? !isProduction,
      federation: read.GRAPHQL_FEDERATION,
    },
    limits: toLimits(read, { isProduction, readers: readersOf(read) }),
    database: toDatabase(read),
    redis: read.REDIS_URL,
    redisTls: {
      caFile: read.REDIS_TLS_CA_FILE,
      certFile: read.REDIS_TLS_CERT_FILE,
      keyFile: read.REDIS_TLS_KEY_FILE,
    },
    kafka: read.KAFKA_BROKERS && toKafka(read, read.KAFKA_BROKERS),
    topicPrefix: read.KAFKA_TOPIC_PREFIX,
    messageShapes,
    privacyKey: read.PRIVACY_KEY ?? (embedded && !isProduction ? DEVELOPMENT_PRIVACY_KEY : undefined),
    retentionDays: read.RETENTION_DAYS,
    takesDevEvents: !isProduction && read.KAFKA_BROKERS === undefined && read.ROLES.size === 2,
    gateway: read.ROLES.has('gateway') ? { token: toToken(read, issuers) } : undefined,
    platforms,
    businessTimeZone: read.BUSINESS_TIME_ZONE,
    cacheTtlSeconds: read.CACHE_TTL_SECONDS,
    cacheLeaseMs: read.CACHE_LEASE_MS,
    staleIfErrorSeconds: read.STALE_IF_ERROR_SECONDS,
    industryRefreshSeconds: read.INDUSTRY_REFRESH_SECONDS,
    traces: toTraces(read),
    logLevel: read.LOG_LEVEL,
    shutdownTimeoutMs: read.SHUTDOWN_TIMEOUT_SECONDS * 1_000,
  };
}

/** How many operations the database can answer at the same time: see sharesOf in database/postgres. */
function readersOf({ DATABASE_URL, DATABASE_POOL_SIZE, ROLES: roles }: Variables): number {
  if (DATABASE_URL === undefined) return EMBEDDED_OPERATIONS;
  const shared = Math.max(DATABASE_POOL_SIZE - 1, 2);
  return roles.has('worker') ? Math.max(1, Math.floor(shared / 2)) : shared;
}

function toToken(read: Variables, issuers: readonly IssuerConfig[]): TokenConfig {
  const [first = toSingleIssuer(read), ...others] = issuers;
  return {
    issuers: [first, ...others],
    clockToleranceMs: read.JWT_CLOCK_TOLERANCE_SECONDS * 1_000,
    rememberMs: read.JWT_REMEMBER_SECONDS * 1_000,
  };
}
