import { createSecretKey, randomBytes } from 'node:crypto';
import path from 'node:path';
import { signDevelopmentToken } from '../../../src/auth/dev-token';
import type { Instant, StoreId } from '../../../src/domain/values';
import { TEST_PRIVACY_KEY } from '../../harness/digests';
import { freshDatabase, freshTopicPrefix, type Own } from '../../harness/isolation';
import { freePort } from '../../harness/machine/ports';
import { waitFor } from '../../harness/wait-for';
import { type Progress, watchProgress } from './progress';
import { bootstrapOf, type FaultServers } from './servers';
import { type ServiceProcess, startServiceProcess } from './service-process';

export const WORKERS = ['worker-1', 'worker-2'] as const;
export const GATEWAYS = ['gateway-1', 'gateway-2'] as const;
export type WorkerName = (typeof WORKERS)[number];
export type GatewayName = (typeof GATEWAYS)[number];
export type ProcessName = WorkerName | GatewayName;

/** Two workers and two gateways over the run's own servers. Faults share one until a fault damages it. */
export interface Deployment {
  readonly servers: FaultServers;
  /** The address of the server, without an application name. */
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly topicPrefix: string;
  readonly groupId: string;
  readonly progress: Progress;
  readonly processes: ReadonlyMap<ProcessName, ServiceProcess>;
  /** A gateway's address; the same after restarts. */
  origin(gateway: GatewayName): string;
  /** A token of an owner of these stores. */
  token(stores: readonly string[]): string;
  /** Starts a process, also again. @param env variables added to its default ones */
  start(name: ProcessName, env?: NodeJS.ProcessEnv): ServiceProcess;
  /** Starts the process from the build in this folder from now on; undefined: from ours. */
  install(name: ProcessName, build: string | undefined): void;
  /** Stops it gracefully and starts it again. */
  restart(name: ProcessName, env?: NodeJS.ProcessEnv): Promise<ServiceProcess>;
  process(name: ProcessName): ServiceProcess;
  /** Makes all four run with their default variables again. */
  tidy(): Promise<void>;
  /** Waits until every gateway is ready. */
  untilReady(): Promise<void>;
  /** The logs of all processes, also of those that have ended. */
  logFiles(): string[];
  /** Processes that ended without being stopped by a fault. */
  unexpectedExits(): string[];
  close(): Promise<void>;
}

export interface DeploymentOptions {
  readonly servers: FaultServers;
  readonly logFolder: string;
  /** Numbered within the run. */
  readonly number: number;
  /** The folder of the build that all begin with; ours when left out. */
  readonly build?: string;
}

const READY_MS = 60_000;
const HOUR_MS = 3_600_000;

export async function openDeployment(options: DeploymentOptions): Promise<Deployment> {
  const { servers, logFolder, number } = options;
  const database = await freshDatabase(servers.postgres.url);
  const topicPrefix = freshTopicPrefix();
  const redisUrl = servers.redisUrl(number);
  const ports = new Map<string, number>();
  for (const name of GATEWAYS) ports.set(name, await freePort());
  const secret = randomBytes(32).toString('hex');
  const processes = new Map<ProcessName, ServiceProcess>();
  const builds = new Map<ProcessName, string | undefined>(
    [...WORKERS, ...GATEWAYS].map((name) => [name, options.build]),
  );
  const gone: ServiceProcess[] = [];
  let starts = 0;
  const tokens = new Map<string, string>();
  const changed = new Set<ProcessName>();
  const progress = watchProgress(database.url);
  const origin = (name: GatewayName): string => `http://127.0.0.1:${ports.get(name)}`;

  const environment = (name: ProcessName): NodeJS.ProcessEnv => ({
    ROLES: name.startsWith('worker') ? 'worker' : 'gateway',
    DATABASE_URL: namedUrl(database.url, name),
    REDIS_URL: redisUrl,
    KAFKA_BROKERS: bootstrapOf(servers).join(),
    KAFKA_TOPIC_PREFIX: topicPrefix,
    KAFKA_GROUP_ID: `${topicPrefix}workers`,
    JWT_SECRET: secret,
    PRIVACY_KEY: TEST_PRIVACY_KEY,
    PORT: String(ports.get(name) ?? 0),
  });

  const deployment: Deployment = {
    servers,
    databaseUrl: database.url,
    redisUrl,
    topicPrefix,
    groupId: `${topicPrefix}workers`,
    progress,
    processes,
    origin,
    token(stores) {
      const name = stores.join();
      const known = tokens.get(name) ?? signToken(secret, stores);
      tokens.set(name, known);
      return known;
    },
    start(name, env = {}) {
      if (Object.keys(env).length === 0) changed.delete(name);
      else changed.add(name);
      const before = processes.get(name);
      if (before !== undefined) gone.push(before);
      const logFile = path.join(logFolder, `${number}-${name}-${(starts += 1)}.log`);
      const variables = { ...environment(name), ...env };
      const started = startServiceProcess({ name, logFile, env: variables, build: builds.get(name) });
      processes.set(name, started);
      return started;
    },
    install: (name, build) => void builds.set(name, build),
    async restart(name, env) {
      await processes.get(name)?.terminate();
      return this.start(name, env);
    },
    process(name) {
      const found = processes.get(name);
      if (found === undefined) throw new Error(`${name} was never started.`);
      return found;
    },
    async tidy() {
      const ending: Promise<unknown>[] = [];
      for (const [name, each] of processes) {
        each.thaw();
        if (changed.has(name) && each.ended === undefined) ending.push(each.terminate());
      }
      await Promise.all(ending);
      for (const [name, { ended }] of processes) if (ended !== undefined) this.start(name);
    },
    untilReady: () => untilReady(GATEWAYS.map(origin)),
    logFiles: () => [...gone, ...processes.values()].map(({ logFile }) => logFile),
    unexpectedExits: () =>
      [...gone, ...processes.values()].flatMap(({ name, ended, wasStopped }) =>
        ended !== undefined && !wasStopped ? [`${name} ended by itself (${ended})`] : [],
      ),
    async close() {
      await Promise.all([...processes.values()].map((each) => each.kill()));
      await progress.close();
      await dropIfThere(database);
    },
  };
  for (const name of [...WORKERS, ...GATEWAYS]) deployment.start(name);
  return deployment;
}

/** Adds an application name, which identifies a process's sessions in pg_stat_activity. */
export function namedUrl(url: string, name: string): string {
  const named = new URL(url);
  named.searchParams.set('application_name', name);
  return named.href;
}

async function untilReady(origins: readonly string[]): Promise<void> {
  await Promise.all(
    origins.map((origin) =>
      waitFor(async () => (await fetch(`${origin}/readyz`)).status === 200, {
        what: `${origin} to be ready`,
        timeoutMs: READY_MS,
      }),
    ),
  );
}

export function signToken(secret: string, stores: readonly string[]): string {
  return signDevelopmentToken(createSecretKey(secret, 'utf8'), {
    subject: 'a store owner',
    storeIds: stores as readonly StoreId[],
    issuedAt: (Date.now() - HOUR_MS) as Instant,
    expiresAt: (Date.now() + 24 * HOUR_MS) as Instant,
  });
}

/** The server may still be down after a fault. */
async function dropIfThere(database: Own): Promise<void> {
  await database.drop().catch(() => undefined);
}
