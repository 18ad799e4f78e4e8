import path from 'node:path';
import { rivalsFolder } from '../contest/installed';

/** A way of running the service, or what it is compared with. */
export interface Kind {
  readonly name: string;
  readonly env: NodeJS.ProcessEnv;
  /** Another program than the service; relative to the repository. */
  readonly script?: string;
  /** The limit for its start; null for none. */
  readonly wantedStartMs: number | null;
  /** How much of a core it may use at rest, and how much memory in MiB; null for no limit. */
  readonly wantedCores: number | null;
  readonly wantedMemory: number | null;
}

export interface Places {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly brokers: readonly string[];
  readonly topicPrefix: string;
  /** Of an embedded service, with data in it. */
  readonly dataFolder: string;
  readonly secret: string;
}

const AT_REST = { wantedCores: 0.01, wantedMemory: 150 };

export function kindsOf(places: Places): readonly Kind[] {
  const { databaseUrl, redisUrl, brokers, topicPrefix } = places;
  const production = {
    NODE_ENV: 'production',
    LOG_LEVEL: 'warn',
    JWT_SECRET: places.secret,
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    KAFKA_BROKERS: brokers.join(','),
    KAFKA_TOPIC_PREFIX: topicPrefix,
    KAFKA_GROUP_ID: `${topicPrefix}workers`,
  };
  const onServers = { wantedStartMs: 1_200, ...AT_REST };
  return [
    {
      name: 'all in one process, real servers',
      env: { ...production, ROLES: 'gateway,worker' },
      ...onServers,
    },
    { name: 'gateway on real servers', env: { ...production, ROLES: 'gateway' }, ...onServers },
    {
      name: 'worker on real servers',
      env: { ...production, ROLES: 'worker' },
      ...{ ...AT_REST, wantedStartMs: null },
    },
    {
      name: 'all in one process, embedded, with data',
      env: embedded(places),
      // PostgreSQL itself runs in there.
      ...{ wantedStartMs: 1_800, wantedCores: 0.01, wantedMemory: null },
    },
    {
      name: 'node:http that does nothing',
      env: {},
      script: path.join(rivalsFolder, 'start/empty.mjs'),
      ...{ wantedStartMs: null, wantedCores: null, wantedMemory: null },
    },
  ];
}

export function embedded({ dataFolder, secret }: Pick<Places, 'dataFolder' | 'secret'>): NodeJS.ProcessEnv {
  return {
    NODE_ENV: 'development',
    LOG_LEVEL: 'warn',
    JWT_SECRET: secret,
    DATA_DIR: dataFolder,
    ROLES: 'gateway,worker',
  };
}
