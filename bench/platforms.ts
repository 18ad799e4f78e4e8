import 'reflect-metadata';
import { createLifecycle } from '../src/lifecycle';
import { createLogger } from '../src/observability/log';
import { tell } from '../test/harness/machine/progress';
import { UsageError } from './live/options';
import { HELP, type Options, readOptions } from './platforms/options';
import { type Durations, readDashboards } from './platforms/readers';
import { toResults, toTable } from './platforms/results';
import { openDeployment, type Deployment } from './platforms/deployment';

/** Measures whether hanging platforms affect readers. */
async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) {
    process.stdout.write(HELP);
    return 0;
  }
  const lifecycle = createLifecycle({ timeoutMs: 60_000, log: createLogger({ level: 'silent' }) });
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void lifecycle.stop().then(() => process.exit(1)));
  try {
    const results = await measure(await openDeployment(lifecycle, options.events), options);
    process.stdout.write(`${options.isJson ? JSON.stringify(results, null, 2) : toTable(results)}\n`);
    return 0;
  } finally {
    await lifecycle.stop();
  }
}

const WARM_UP_SECONDS = 3;

/** In turn, so that other load of the machine affects both alike. */
async function measure(deployment: Deployment, { rounds, rate, seconds }: Options) {
  const healthy: Durations[] = [];
  const hanging: Durations[] = [];
  for (let round = 1; round <= rounds; round++) {
    tell(`round ${round} of ${rounds}: waiting for all platforms to be healthy …`);
    deployment.platforms.heal();
    await deployment.untilAll('HEALTHY');
    await readDashboards(deployment, rate, WARM_UP_SECONDS);
    const before = deployment.platforms.asked;
    healthy.push(await readDashboards(deployment, rate, seconds));
    tell(`round ${round}: healthy, ${deployment.platforms.asked - before} questions; now they hang …`);
    hanging.push(await readWhileHanging(deployment, rate, seconds));
    tell(`round ${round}: ${deployment.platforms.leftHanging} questions were left hanging`);
  }
  return toResults(together(healthy), together(hanging));
}

/**
 * From the moment at which the platforms stop answering: later their circuits are open, and nothing hangs any more. So the
 * measurement includes the hanging requests, the change that is published once the platforms count as failing, and the rest.
 */
async function readWhileHanging(deployment: Deployment, rate: number, seconds: number): Promise<Durations> {
  deployment.platforms.hang();
  const durations = await readDashboards(deployment, rate, seconds);
  if (deployment.platforms.leftHanging === 0) throw new Error('Nothing was asked while the platforms hung.');
  await deployment.untilAll('FAILING');
  return durations;
}

function together(parts: readonly Durations[]): Durations {
  return { rest: parts.flatMap(({ rest }) => rest), graphql: parts.flatMap(({ graphql }) => graphql) };
}

main().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    console.error(error instanceof UsageError ? error.message : error);
    process.exit(1);
  },
);
