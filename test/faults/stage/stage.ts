import { createSecretKey, randomBytes } from 'node:crypto';
import path from 'node:path';
import { signDevelopmentToken } from '../../../src/auth/dev-token';
import type { Instant, StoreId } from '../../../src/domain/values';
import { freshDatabase, freshTopicPrefix, type Own } from '../../harness/isolation';
import { freePort } from '../../harness/machine/ports';
import { waitFor } from '../../harness/wait-for';
import { type Progress, watchProgress } from './progress';
import type { FaultServers } from './servers';
import { type ServiceProcess, startServiceProcess } from './service-process';

export const WORKERS = ['worker-1', 'worker-2'] as const;
export const GATEWAYS = ['gateway-1', 'gateway-2'] as const;
export type WorkerName = (typeof WORKERS)[number];
export type GatewayName = (typeof GATEWAYS)[number];
export type ProcessName = WorkerName | GatewayName;

/** Two workers and two gateways over servers of the run's own. Faults that leave it whole share one. */
export interface Stage {
  readonly servers: FaultServers;
  /** Straight to the server, with the name of whoever connects left open. */
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly topicPrefix: string;
  readonly groupId: string;
  readonly progress: Progress;
  readonly processes: ReadonlyMap<ProcessName, ServiceProcess>;
  /** Where a gateway answers; the same over its restarts. */
  origin(gateway: GatewayName): string;
  /** A token of somebody who owns these stores. */
  token(stores: readonly string[]): string;
  /** Starts a process, or once more after it has ended. @param env variables beside, or instead of, those it has anyway */
  start(name: ProcessName, env?: NodeJS.ProcessEnv): ServiceProcess;
  /** Ends it in good order and starts it again. */
  restart(name: ProcessName, env?: NodeJS.ProcessEnv): Promise<ServiceProcess>;
  process(name: ProcessName): ServiceProcess;
  /** Has all four run with the variables that they have by default, whatever a fault has made of them. */
  tidy(): Promise<void>;
  /** Waits until every gateway says that it is ready. */
  untilReady(): Promise<void>;
  /** The logs of all processes that there were. */
  logFiles(): string[];
  /** Processes that have ended although nobody told them to. */
  uninvitedEnds(): string[];
  close(): Promise<void>;
}

export interface StageOptions {
  readonly servers: FaultServers;
  readonly logFolder: string;
  /** Which one it is of the run. */
  readonly number: number;
}

const READY_MS = 60_000;
const HOUR_MS = 3_600_000;

export async function openStage({ servers, logFolder, number }: StageOptions): Promise<Stage> {
  const database = await freshDatabase(servers.postgres.url);
  const topicPrefix = freshTopicPrefix();
  const redisUrl = `${servers.redis.url}/${number}`;
  const ports = new Map<string, number>();
  for (const name of GATEWAYS) ports.set(name, await freePort());
  const secret = randomBytes(32).toString('hex');
  const processes = new Map<ProcessName, ServiceProcess>();
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
    KAFKA_BROKERS: servers.kafka.url,
    KAFKA_TOPIC_PREFIX: topicPrefix,
    KAFKA_GROUP_ID: `${topicPrefix}workers`,
    JWT_SECRET: secret,
    PORT: String(ports.get(name) ?? 0),
  });

  const stage: Stage = {
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
      const started = startServiceProcess({ name, logFile, env: { ...environment(name), ...env } });
      processes.set(name, started);
      return started;
    },
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
    uninvitedEnds: () =>
      [...gone, ...processes.values()].flatMap(({ name, ended, wasTold }) =>
        ended !== undefined && !wasTold ? [`${name} ended by itself (${ended})`] : [],
      ),
    async close() {
      await Promise.all([...processes.values()].map((each) => each.kill()));
      await progress.close();
      await dropIfThere(database);
    },
  };
  for (const name of [...WORKERS, ...GATEWAYS]) stage.start(name);
  return stage;
}

/** By its name a process's sessions are found in pg_stat_activity. */
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

/** A fault may have left the server away. */
async function dropIfThere(database: Own): Promise<void> {
  await database.drop().catch(() => undefined);
}
