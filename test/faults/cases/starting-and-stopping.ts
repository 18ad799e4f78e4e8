import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freshDatabase, freshTopicPrefix } from '../../harness/isolation';
import { waitFor } from '../../harness/wait-for';
import { openSession, query } from '../actions/sessions';
import { type Fault, type FaultContext, withoutReaders } from '../fault';
import { TEST_PRIVACY_KEY } from '../../harness/digests';
import { checkByVerify } from '../checks/verify';
import { scenarioFault } from '../scenario-fault';
import { type ServiceProcess, startServiceProcess } from '../deployment/service-process';
import { GATEWAYS, namedUrl, WORKERS } from '../deployment/deployment';
import { bootstrapOf } from '../deployment/servers';

/** Processes that start or stop while a server is down. */

const BACK_MS = 10_000;
/** SHUTDOWN_TIMEOUT_SECONDS, and the time to notice. */
const STOPPED_MS = 11_000;
const READY_MS = 60_000;

export const databaseAwayAtStart = scenarioFault({
  name: 'database-away-at-start',
  what: 'two workers and a gateway start while the database is away',
  isInShort: true,
  goesOn: { from: 'its end', withinMs: BACK_MS },
  async inject(scenario) {
    const { deployment, readers } = scenario;
    const [, gateway] = GATEWAYS;
    const starting = [...WORKERS, gateway];
    readers.pause(gateway);
    await Promise.all(starting.map((name) => deployment.process(name).terminate()));
    scenario.markStart();
    await deployment.servers.postgres.stop();
    for (const name of starting) deployment.start(name);
    await scenario.pause(8_000);
    await deployment.servers.postgres.start();
    scenario.markEnd();
    await deployment.untilReady();
    readers.resume(gateway);
  },
});

/** Starts workers with their own database and topics, and stops them at some moment. */
async function stopWorkers(
  context: FaultContext,
  times: number,
  whenToStop: (worker: ServiceProcess, databaseUrl: string) => Promise<unknown>,
): Promise<string[]> {
  const servers = await context.servers();
  const database = await freshDatabase(servers.postgres.url);
  context.own({ close: () => database.drop() });
  const topicPrefix = freshTopicPrefix();
  const problems: string[] = [];
  for (let time = 0; time < times; time++) {
    const databaseUrl = namedUrl(database.url, `worker-${time}`);
    const worker = startServiceProcess({
      name: 'worker',
      logFile: path.join(context.logFolder, `stopped-${time}.log`),
      env: {
        ROLES: 'worker',
        PORT: '0',
        DATABASE_URL: databaseUrl,
        REDIS_URL: servers.redisUrl(0),
        KAFKA_BROKERS: bootstrapOf(servers).join(),
        KAFKA_TOPIC_PREFIX: topicPrefix,
        KAFKA_GROUP_ID: topicPrefix,
        PRIVACY_KEY: TEST_PRIVACY_KEY,
      },
    });
    context.own({ close: () => worker.kill() });
    await whenToStop(worker, databaseUrl);
    const { code, tookMs } = await worker.terminate();
    context.tell(`stopped with ${code} in ${(tookMs / 1_000).toFixed(1)} s`);
    if (code !== 0) problems.push(`a stopped worker ended with code ${code} after ${Math.round(tookMs)} ms`);
    if (tookMs > STOPPED_MS) problems.push(`a stopped worker took ${Math.round(tookMs)} ms`);
  }
  return problems;
}

export const stoppedWhileJoining: Fault = {
  name: 'stopped-while-joining',
  what: 'a worker is asked to stop at random moments of its start, 7 times',
  isInShort: true,
  limitMs: 180_000,
  async run(context) {
    const problems = await stopWorkers(context, context.isShort ? 3 : 7, async (_, url) => {
      // Before its first session only Node is starting, which cannot stop gracefully.
      await waitFor(() => hasSessions(url), { what: 'a session', timeoutMs: READY_MS, everyMs: 5 });
      await pause(context.random.between(0, 2_500));
    });
    return withoutReaders(problems);
  },
};

export const stoppedWhileBrokerHangs: Fault = {
  name: 'stopped-while-broker-hangs',
  what: 'a worker is asked to stop while the broker is frozen',
  isInShort: false,
  limitMs: 180_000,
  async run(context) {
    const {
      brokers: [kafka],
    } = await context.servers();
    context.markDeploymentDirty();
    try {
      const problems = await stopWorkers(context, 2, async (worker) => {
        kafka.thaw();
        await waitFor(() => worker.said().includes('"ready"'), {
          what: 'a worker to start',
          timeoutMs: READY_MS,
        });
        await pause(context.random.between(1_000, 6_000));
        kafka.freeze();
        await pause(2_000);
      });
      return withoutReaders(problems);
    } finally {
      kafka.thaw();
    }
  },
};

/** From the first sign of a migration, or of a session before one, to the kill. */
const WITHIN_MIGRATION_MS = 120;
const BEFORE_MIGRATION_MS = 800;

/** In turn: when migrations are first recorded, and at a random moment around the first. */
async function pauseUntilMigrating(context: FaultContext, url: string, time: number): Promise<void> {
  await waitFor(() => hasSessions(url), { what: 'a session', timeoutMs: READY_MS, everyMs: 2 });
  if (time % 2 === 1) return pause(context.random.between(0, BEFORE_MIGRATION_MS));
  const client = await openSession(url);
  const isRecorded = async (): Promise<boolean> =>
    (await client.query("SELECT 1 FROM pg_tables WHERE tablename = '_prisma_migrations'")).rows.length > 0;
  await waitFor(isRecorded, { what: 'a migration to begin', timeoutMs: READY_MS, everyMs: 1 });
  await client.end();
  return pause(context.random.between(0, WITHIN_MIGRATION_MS));
}

export const killedWithinMigration: Fault = {
  name: 'killed-within-migration',
  what: 'a process is killed within the first migration, 14 times',
  isInShort: true,
  limitMs: 600_000,
  async run(context) {
    const servers = await context.servers();
    const problems: string[] = [];
    for (let time = 0; time < (context.isShort ? 4 : 14); time++) {
      const database = await freshDatabase(servers.postgres.url);
      const url = namedUrl(database.url, `migration-${time}`);
      const start = () =>
        startServiceProcess({
          name: 'gateway',
          logFile: path.join(context.logFolder, `migration-${time}.log`),
          env: {
            ROLES: 'gateway',
            PORT: '0',
            DATABASE_URL: url,
            REDIS_URL: servers.redisUrl(0),
            JWT_SECRET: SECRET,
          },
        });
      const victim = context.own(closable(start()));
      await pauseUntilMigrating(context, url, time);
      await victim.process.kill();
      const next = context.own(closable(start()));
      const isReady = await waitFor(
        () => next.process.ended !== undefined || next.process.said().includes('"ready"'),
        { what: 'the next one to be ready', timeoutMs: READY_MS },
      ).catch(() => false);
      if (!isReady || next.process.ended !== undefined)
        problems.push(`the database of the ${time + 1}. kill does not open any more`);
      else problems.push(...(await checkByVerify({ DATABASE_URL: database.url })).problems);
      await next.process.kill();
      await database.drop();
    }
    return withoutReaders(problems);
  },
};

const SECRET = 'a secret of the faults, long enough for HS256';

function closable(process: ServiceProcess) {
  return { process, close: () => process.kill() };
}

/** Whether a session has the application name of this address. */
async function hasSessions(url: string): Promise<boolean> {
  const server = new URL(url);
  server.pathname = '/postgres';
  server.search = '';
  const found = await query(
    server.href,
    'SELECT 1 FROM pg_stat_activity WHERE datname = $1 AND application_name = $2',
    [new URL(url).pathname.slice(1), new URL(url).searchParams.get('application_name')],
  );
  return found.length > 0;
}
