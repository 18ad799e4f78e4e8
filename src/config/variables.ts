import { z } from 'zod';
import { claimPath } from './claims';
import { address, commaSeparated, flag, matching, oneOf, text, wholeNumber } from './fields';
import { isHttpUrl } from './key-addresses';
import { privacyKey, publicKey, secretKey, TOKEN_ALGORITHMS } from './keys';
import { limitVariables } from './limits';
import { origins } from './origins';
import { redisAddress } from './redis-address';
import { traceVariables } from './traces';

const ENVIRONMENTS = ['development', 'test', 'production'] as const;
export const ROLES = ['gateway', 'worker'] as const;
export type Role = (typeof ROLES)[number];
export const SASL_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const BROKER = /^(?:[\w.-]+|\[[0-9A-Fa-f:.]+\]):\d{1,5}$/;
/** Kafka allows these characters; the longest topic and its dead letters need the rest of the 249 characters. */
const TOPIC_PREFIX = /^[\w.-]{1,200}$/;
const PATH = /^(?:\/|(?:\/[\w.~-]+)+\/?)$/;
const A_DAY = 86_400;
const A_WEEK = 7 * A_DAY;

/** Every variable that the service reads. Those that depend on each other: cross-field-rules.ts. */
export const variables = z.object({
  NODE_ENV: oneOf(ENVIRONMENTS).default('development'),
  HOST: text().optional(),
  PORT: wholeNumber(0, 65_535).default(8084),
  BASE_PATH: matching(PATH, 'a path like /api, or / for none')
    .transform((path) => path.replace(/\/$/, ''))
    .default('/api'),
  ROLES: commaSeparated(z.enum(ROLES, { error: 'gateway, worker, or both between a comma' }))
    .transform((roles): ReadonlySet<Role> => new Set(roles))
    .default(new Set(ROLES)),
  MAX_BODY_BYTES: wholeNumber(1_024, 1_073_741_824).default(16_777_216),
  API_EXPLORERS: flag().optional(),
  GRAPHQL_FEDERATION: flag().default(false),
  CORS_ORIGINS: origins().optional(),
  TLS_CERT_FILE: text().optional(),
  TLS_KEY_FILE: text().optional(),

  DATABASE_URL: address(
    ['postgres', 'postgresql'],
    'postgresql://user:password@host:5432/database',
  ).optional(),
  DATABASE_POOL_SIZE: wholeNumber(1, 1_000).default(10),
  DATABASE_DISTRIBUTION: oneOf(['citus']).optional(),
  REDIS_URL: redisAddress().optional(),
  REDIS_TLS_CA_FILE: text().optional(),
  REDIS_TLS_CERT_FILE: text().optional(),
  REDIS_TLS_KEY_FILE: text().optional(),
  DATA_DIR: text().default('.data'),

  KAFKA_BROKERS: commaSeparated(
    z.string().regex(BROKER, { error: 'host:port, several between commas' }),
  ).optional(),
  KAFKA_CLIENT_ID: text().default('event-analytics'),
  KAFKA_GROUP_ID: text().default('event-analytics'),
  KAFKA_TOPIC_PREFIX: matching(
    TOPIC_PREFIX,
    'up to 200 letters, digits, dots, hyphens and underscores',
  ).default(''),
  KAFKA_MESSAGE_SHAPES: z.string().optional(),
  KAFKA_SSL: flag().default(false),
  KAFKA_SSL_CA_FILE: text().optional(),
  KAFKA_SSL_CERT_FILE: text().optional(),
  KAFKA_SSL_KEY_FILE: text().optional(),
  KAFKA_SASL_MECHANISM: oneOf(SASL_MECHANISMS).optional(),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),

  JWT_SECRET: secretKey().optional(),
  JWT_PUBLIC_KEY: publicKey().optional(),
  JWT_JWKS_URI: text()
    .refine(isHttpUrl, { error: 'like https://issuer.example/.well-known/jwks.json' })
    .optional(),
  JWT_ALGORITHM: oneOf(TOKEN_ALGORITHMS).optional(),
  JWT_ISSUER: text().optional(),
  JWT_AUDIENCE: text().optional(),
  JWT_AUDIENCE_CLAIM: claimPath().default(['aud']),
  JWT_ISSUERS: z.string().optional(),
  JWT_ISSUERS_FILE: text().optional(),
  JWT_STORES_CLAIM: commaSeparated(claimPath()).default([['storeIds']]),
  JWT_ROLES_CLAIM: commaSeparated(claimPath()).default([['roles']]),
  JWT_ADMIN_ROLES: commaSeparated(z.string().min(1, { error: 'names of roles between commas' })).default([
    'ADMIN',
  ]),
  JWT_CLOCK_TOLERANCE_SECONDS: wholeNumber(0, 600).default(30),
  JWT_REMEMBER_SECONDS: wholeNumber(0, A_DAY).default(300),

  PRIVACY_KEY: privacyKey().optional(),
  // Registrations and sales come late by days: sealed earlier, many would be refused.
  RETENTION_DAYS: wholeNumber(7, 36_500).optional(),

  CHANNEL_PLATFORMS: z.string().optional(),
  CHANNEL_PLATFORMS_FILE: text().optional(),

  BUSINESS_TIME_ZONE: text().default('Asia/Seoul'),
  CACHE_TTL_SECONDS: wholeNumber(1, A_DAY).default(300),
  // A longer lease, plus the time to publish a change, could make answers older than a second.
  CACHE_LEASE_MS: wholeNumber(0, 750).default(250),
  STALE_IF_ERROR_SECONDS: wholeNumber(0, A_WEEK).default(A_DAY),
  INDUSTRY_REFRESH_SECONDS: wholeNumber(1, A_DAY).default(300),
  ...limitVariables,

  ...traceVariables,

  LOG_LEVEL: oneOf(LOG_LEVELS).default('info'),
  SHUTDOWN_TIMEOUT_SECONDS: wholeNumber(1, 600).default(10),
});

/** The parsed variables, defaults filled in. */
export type Variables = z.infer<typeof variables>;

/** The names of all variables. */
export const VARIABLE_NAMES: readonly string[] = Object.keys(variables.shape);
