import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freshDatabase, freshTopicPrefix } from '../../harness/isolation';
import { waitFor } from '../../harness/wait-for';
import { query } from '../acts/sessions';
import { alone, type Fault, type Run } from '../fault';
import { judgeByVerify } from '../judge/verify';
import { sceneFault } from '../scene-fault';
import { type ServiceProcess, startServiceProcess } from '../stage/service-process';
import { GATEWAYS, namedUrl, WORKERS } from '../stage/stage';

/** Processes that begin or end while what they need is away. */

const BACK_MS = 10_000;
/** SHUTDOWN_TIMEOUT_SECONDS, and what it takes to notice. */
const STOPPED_MS = 11_000;
const READY_MS = 60_000;

export const databaseAwayAtStart = sceneFault({
  name: 'database-away-at-start',
  what: 'two workers and a gateway start while the database is away',
  isInShort: true,
  goesOn: { from: 'its end', withinMs: BACK_MS },
  async strike(scene) {
    const { stage, readers } = scene;
    const [, gateway] = GATEWAYS;
    const starting = [...WORKERS, gateway];
    readers.leave(gateway);
    await Promise.all(starting.map((name) => stage.process(name).terminate()));
    scene.begins();
    await stage.servers.postgres.stop();
    for (const name of starting) stage.start(name);
    await scene.pause(8_000);
    await stage.servers.postgres.start();
    scene.ends();
    await stage.untilReady();
    readers.come(gateway);
  },
});

/** A worker with a database and topics of its own, told to stop at some moment. */
async function stopWorkers(
  run: Run,
  times: number,
  whenToStop: (worker: ServiceProcess, databaseUrl: string) => Promise<unknown>,
): Promise<string[]> {
  const servers = await run.servers();
  const database = await freshDatabase(servers.postgres.url);
  run.own({ close: () => database.drop() });
  const topicPrefix = freshTopicPrefix();
  const problems: string[] = [];
  for (let time = 0; time < times; time++) {
    const databaseUrl = namedUrl(database.url, `worker-${time}`);
    const worker = startServiceProcess({
      name: 'worker',
      logFile: path.join(run.logFolder, `stopped-${time}.log`),
      env: {
        ROLES: 'worker',
        DATABASE_URL: databaseUrl,
        REDIS_URL: servers.redis.url,
        KAFKA_BROKERS: servers.kafka.url,
        KAFKA_TOPIC_PREFIX: topicPrefix,
        KAFKA_GROUP_ID: topicPrefix,
      },
    });
    run.own({ close: () => worker.kill() });
    await whenToStop(worker, databaseUrl);
    const { code, tookMs } = await worker.terminate();
    run.tell(`stopped with ${code} in ${(tookMs / 1_000).toFixed(1)} s`);
    if (code !== 0)
      problems.push(`a worker told to stop ended with code ${code} after ${Math.round(tookMs)} ms`);
    if (tookMs > STOPPED_MS) problems.push(`a worker told to stop took ${Math.round(tookMs)} ms`);
  }
  return problems;
}

export const stoppedWhileJoining: Fault = {
  name: 'stopped-while-joining',
  what: 'a worker is asked to stop at random moments of its start, 7 times',
  isInShort: true,
  limitMs: 180_000,
  async play(run) {
    const problems = await stopWorkers(run, run.isShort ? 3 : 7, async (_, url) => {
      // Before its first session it is Node that is being started, and that knows of no good order.
      await waitFor(() => hasSessions(url), { what: 'a session', timeoutMs: READY_MS, everyMs: 5 });
      await pause(run.random.between(0, 2_500));
    });
    return alone(problems);
  },
};

export const stoppedWhileBrokerHangs: Fault = {
  name: 'stopped-while-broker-hangs',
  what: 'a worker is asked to stop while the broker is frozen',
  isInShort: false,
  limitMs: 180_000,
  async play(run) {
    const { kafka } = await run.servers();
    run.spoilStage();
    try {
      const problems = await stopWorkers(run, 2, async (worker) => {
        kafka.thaw();
        await waitFor(() => worker.said().includes('"ready"'), {
          what: 'a worker to start',
          timeoutMs: READY_MS,
        });
        await pause(run.random.between(1_000, 6_000));
        kafka.freeze();
        await pause(2_000);
      });
      return alone(problems);
    } finally {
      kafka.thaw();
    }
  },
};

/** From a session's first sight in a new database on; a migration takes about as long. */
const WITHIN_MIGRATION_MS = 500;

export const killedWithinMigration: Fault = {
  name: 'killed-within-migration',
  what: 'a process is killed within the first migration, 14 times',
  isInShort: true,
  limitMs: 600_000,
  async play(run) {
    const servers = await run.servers();
    const problems: string[] = [];
    for (let time = 0; time < (run.isShort ? 4 : 14); time++) {
      const database = await freshDatabase(servers.postgres.url);
      const url = namedUrl(database.url, `migration-${time}`);
      const start = () =>
        startServiceProcess({
          name: 'gateway',
          logFile: path.join(run.logFolder, `migration-${time}.log`),
          env: {
            ROLES: 'gateway',
            PORT: '0',
            DATABASE_URL: url,
            REDIS_URL: servers.redis.url,
            JWT_SECRET: SECRET,
          },
        });
      const victim = run.own(closable(start()));
      await waitFor(() => hasSessions(url), { what: 'a session', timeoutMs: READY_MS, everyMs: 2 });
      await pause(run.random.between(0, WITHIN_MIGRATION_MS));
      await victim.process.kill();
      const next = run.own(closable(start()));
      const isReady = await waitFor(
        () => next.process.ended !== undefined || next.process.said().includes('"ready"'),
        { what: 'the next one to be ready', timeoutMs: READY_MS },
      ).catch(() => false);
      if (!isReady || next.process.ended !== undefined)
        problems.push(`the database of the ${time + 1}. kill does not open any more`);
      else problems.push(...(await judgeByVerify({ DATABASE_URL: database.url })).problems);
      await next.process.kill();
      await database.drop();
    }
    return alone(problems);
  },
};

const SECRET = 'a secret of the faults, long enough for HS256';

function closable(process: ServiceProcess) {
  return { process, close: () => process.kill() };
}

/** Whether anybody is connected under the name that this address carries. */
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
