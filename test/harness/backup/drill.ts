import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Admin } from 'kafkajs';
import { createRandom } from '../../../src/commands/simulator/random';
import { TOPICS } from '../../../src/workers/messages/topics';
import { checkDashboards, type Place } from '../../faults/checks/dashboards';
import { combine } from '../../faults/checks/check-result';
import { checkLetters } from '../../faults/checks/letters';
import { checkRows } from '../../faults/checks/rows';
import { namedUrl, signToken } from '../../faults/deployment/deployment';
import { type Progress, watchProgress } from '../../faults/deployment/progress';
import { type ServiceProcess, startServiceProcess } from '../../faults/deployment/service-process';
import { createShops, type Shops } from '../../faults/ledger/shops';
import { openTraffic, type Traffic } from '../../faults/ledger/traffic';
import { nextOffsets } from '../../faults/scenario';
import { addresses } from '../addresses';
import { type Ended, runCommand } from '../command';
import { TEST_PRIVACY_KEY } from '../digests';
import { freshDatabase, freshRedis, freshTopicPrefix } from '../isolation';
import { freePort } from '../machine/ports';
import { command, databaseOf } from '../servers/citus';
import { quietKafka } from '../servers/kafka';
import { TEST_SECRET } from '../service';
import { waitFor } from '../wait-for';
import { runDocumented } from './documented';

/** A worker and a gateway as processes, messages for them, and the names that docs/backup.md gives to databases. */
export interface Drill {
  readonly shops: Shops;
  readonly traffic: Traffic;
  readonly prefix: string;
  readonly gateway: Place;
  /** Starts worker and gateway over the database, and waits until they are ready. */
  start(databaseUrl: string): Promise<void>;
  stop(): Promise<void>;
  readonly databaseUrl: string;
  /** Where docs/backup.md restores to; there is none yet. */
  readonly restoredUrl: string;
  /** Runs commands of docs/backup.md. */
  follow(section: string, block?: number): Promise<string>;
  /** Stops the traffic and waits until all that was sent is applied, or passed over as lost. */
  untilAllApplied(): Promise<void>;
  /** Compares rows, dashboards and dead letters with what was sent, until nothing is wrong or time is over. */
  untilExact(): Promise<void>;
  verify(...options: readonly string[]): Promise<Ended>;
  admin<T>(work: (admin: Admin) => Promise<T>): Promise<T>;
  /** What the workers have logged, those that have ended included. */
  workersSaid(): string;
  close(): Promise<void>;
}

const READY_MS = 60_000;
const EXACT_MS = 60_000;

export async function openDrill(name: string): Promise<Drill> {
  const [first, redis] = await Promise.all([freshDatabase(), freshRedis()]);
  const { kafkaBrokers, databaseUrl: serverUrl } = addresses();
  const prefix = freshTopicPrefix();
  const random = createRandom(Date.now());
  const shops = createShops(name, random, Date.now());
  const traffic = await openTraffic({ brokers: kafkaBrokers, prefix, shops, random });
  const folder = mkdtempSync(path.join(tmpdir(), 'analytics-backup-'));
  const origin = `http://127.0.0.1:${await freePort()}`;
  const gateway: Place = { name: 'gateway', origin, token: (stores) => signToken(TEST_SECRET, stores) };
  const names = namesOf(first.url);
  const databases = [names.DATABASE, names.RESTORED, names.BEFORE];
  const processes: ServiceProcess[] = [];
  const running = new Map<string, ServiceProcess>();
  let current = first.url;
  let progress: Progress | undefined;

  const variables = (databaseUrl: string): NodeJS.ProcessEnv => ({
    DATABASE_URL: databaseUrl,
    REDIS_URL: redis.url,
    KAFKA_BROKERS: kafkaBrokers.join(),
    KAFKA_TOPIC_PREFIX: prefix,
    KAFKA_GROUP_ID: `${prefix}workers`,
    JWT_SECRET: TEST_SECRET,
    PRIVACY_KEY: TEST_PRIVACY_KEY,
  });

  function startProcess(role: 'worker' | 'gateway'): void {
    const logFile = path.join(folder, `${role}-${processes.length}.log`);
    const env = {
      ...variables(namedUrl(current, role)),
      ROLES: role,
      PORT: role === 'gateway' ? new URL(origin).port : '0',
    };
    const started = startServiceProcess({ name: role, logFile, env });
    processes.push(started);
    running.set(role, started);
  }

  async function problems(): Promise<readonly string[]> {
    const messages = traffic.ledger.valid();
    const servers = { brokers: kafkaBrokers.map((url) => ({ url })) };
    const found = await Promise.all([
      checkRows(current, shops, messages),
      checkDashboards([gateway], shops, messages),
      checkLetters({ databaseUrl: current, topicPrefix: prefix, servers }, traffic.ledger),
    ]);
    return combine(found).problems;
  }

  const drill: Drill = {
    ...{ shops, traffic, prefix, gateway },
    get databaseUrl() {
      return current;
    },
    restoredUrl: names.RESTORED_URL,
    async start(databaseUrl) {
      current = databaseUrl;
      await progress?.close();
      progress = watchProgress(databaseUrl);
      startProcess('worker');
      startProcess('gateway');
      await waitFor(async () => (await fetch(`${origin}/readyz`)).status === 200, {
        what: 'the gateway to be ready',
        timeoutMs: READY_MS,
      });
      await drill.admin((admin) => untilTopicsExist(admin, prefix));
    },
    async stop() {
      await Promise.all([...running.values()].map((each) => each.terminate()));
      running.clear();
    },
    follow: (section, block = 0) =>
      runDocumented(section, block, { ...variables(current), ...names }, folder),
    async untilAllApplied() {
      await traffic.stop();
      await waitFor(() => progress?.hasApplied(nextOffsets(traffic, prefix)), {
        what: 'everything that was sent to be applied',
        timeoutMs: EXACT_MS,
        everyMs: 100,
      });
    },
    async untilExact() {
      await waitFor(
        async () => {
          const found = await problems();
          if (found.length > 0) throw new Error(found.join('; '));
          return true;
        },
        { what: 'everything to be exact', timeoutMs: EXACT_MS, everyMs: 500 },
      );
    },
    verify: (...options) => runCommand('verify', options, variables(current)),
    async admin(work) {
      const client = quietKafka(kafkaBrokers).admin();
      await client.connect();
      try {
        return await work(client);
      } finally {
        await client.disconnect();
      }
    },
    workersSaid: () =>
      processes
        .filter((each) => each.name === 'worker')
        .map((each) => each.said())
        .join(''),
    async close() {
      await traffic.close();
      await Promise.all(processes.map((each) => each.kill()));
      await progress?.close();
      for (const database of databases)
        await command(serverUrl, `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
      await redis.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return drill;
}

/** The variables of docs/backup.md. */
function namesOf(url: string) {
  const name = new URL(url).pathname.slice(1);
  const RESTORED = `${name}_restored`;
  return {
    DATABASE: name,
    RESTORED,
    BEFORE: `${name}_before`,
    RESTORED_URL: databaseOf(url, RESTORED),
    MAINTENANCE_URL: databaseOf(url, 'postgres'),
  };
}

async function untilTopicsExist(admin: Admin, prefix: string): Promise<void> {
  const names = TOPICS.flatMap((topic) => [`${prefix}${topic}`, `${prefix}${topic}.dlq`]);
  await waitFor(
    async () => {
      const known = new Set(await admin.listTopics());
      return names.every((name) => known.has(name));
    },
    { what: 'the worker to make its topics', timeoutMs: READY_MS, everyMs: 100 },
  );
}
