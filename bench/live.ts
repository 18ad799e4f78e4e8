import 'reflect-metadata';
import { cpus, totalmem } from 'node:os';
import { createLifecycle, type Lifecycle } from '../src/lifecycle';
import { createLogger } from '../src/observability/log';
import { measureBare } from './live/bare-measurement';
import { openSubscriberProcesses } from './live/subscriber-processes';
import { openFilesLimit, requireOpenFiles } from './live/open-files';
import { HELP, type Options, readOptions, UsageError } from './live/options';
import { measurePerSocket } from './live/per-socket-measurement';
import type { Results } from './live/results';
import { measureService } from './live/service-measurement';
import { openDeployment, type Deployment } from './live/deployment';
import { toTable } from './live/table';
import { targetsOf } from './live/targets';

/** Measures the live path, and beside it in the same run what it is compared with. */
async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) {
    process.stdout.write(HELP);
    return 0;
  }
  requireOpenFiles(options.subscribers);
  const log = createLogger({ level: 'silent' });
  const lifecycle = createLifecycle({ timeoutMs: 60_000, log });
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void lifecycle.stop().then(() => process.exit(1)));
  try {
    const results = await measureAll(lifecycle, options);
    process.stdout.write(`${options.isJson ? JSON.stringify(results, null, 2) : toTable(results)}\n`);
    return 0;
  } finally {
    await lifecycle.stop();
  }
}

const MANY_EVENTS = 100;

async function measureAll(lifecycle: Lifecycle, options: Options): Promise<Results> {
  const deployment = await openDeployment(lifecycle, options);
  const subscriberProcesses = openSubscriberProcesses();
  lifecycle.own('subscribers', () => subscriberProcesses.end());
  const { measurement: oneEvent, sample } = await measureService(deployment, subscriberProcesses, options, 1);
  const { measurement: manyEvents } = await measureService(
    deployment,
    subscriberProcesses,
    options,
    MANY_EVENTS,
  );
  const bare = await measureBare(deployment, subscriberProcesses, options, sample);
  const perSocketRead = await measurePerSocket(deployment, subscriberProcesses, options, 'read');
  const perSocketPublished = await measurePerSocket(deployment, subscriberProcesses, options, 'published');
  return {
    machine: describeMachine(deployment),
    measurements: [oneEvent, manyEvents, bare, perSocketRead, perSocketPublished],
    targets: targetsOf({ oneEvent, manyEvents, bare, perSocketRead, perSocketPublished }),
  };
}

function describeMachine({ kafkaKind }: Deployment): string {
  const gibibytes = Math.round(totalmem() / 1024 ** 3);
  const kafka = { 'apache-kafka': 'Apache Kafka', mock: 'NOT KAFKA but a stand-in', given: 'a given Kafka' };
  const limit = openFilesLimit() ?? 'unknown';
  return `Node ${process.version}, ${cpus().length} cores shared by all processes, ${gibibytes} GiB, ${limit} open files a process, ${kafka[kafkaKind]}`;
}

main().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    console.error(error instanceof UsageError ? error.message : error);
    process.exit(1);
  },
);
