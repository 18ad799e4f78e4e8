import { checkRows } from '../../faults/checks/rows';
import { checkByVerify } from '../../faults/checks/verify';
import { nextOffsets } from '../../faults/scenario';
import { askRedis } from '../../harness/servers/redis';
import { waitFor } from '../../harness/wait-for';
import { type ServiceName, SERVICES } from '../deployment/configuration';
import type { DrillDeployment } from '../deployment/deployment';
import { readEnvFile } from '../deployment/env-file';
import { envFileOf } from '../deployment/processes';
import { raisedAlerts } from './alerts';
import { readinessOf } from './readiness';

const APPLIED_MS = 15_000;
const PROBE = 'drill:probe';

/**
 * What keeps the deployment from being whole, in words; empty when all holds: processes and platforms, alerts, Redis, and each message
 * that was ever sent has its effect, once.
 *
 * @param lingering alerts that say nothing about now
 */
export async function findProblems(
  deployment: DrillDeployment,
  lingering: readonly string[],
): Promise<readonly string[]> {
  const seen = await Promise.all([
    ...SERVICES.map((name) => problemsOf(deployment, name)),
    problemsOfAlerts(deployment, lingering),
    problemsOfRedis(deployment),
  ]);
  const problems = seen.flat();
  // What it holds is looked at when all else is well: that asks for a pause of the messages.
  return problems.length > 0 ? problems : problemsOfData(deployment);
}

async function problemsOf({ origin }: DrillDeployment, name: ServiceName): Promise<string[]> {
  try {
    const { ready, parts, platforms = [] } = await readinessOf(origin(name));
    const failing = platforms.filter(({ status }) => status === 'FAILING');
    return [
      ...(ready ? [] : [`${name} is not ready`]),
      ...parts.flatMap((part) => (part.ready ? [] : [`${name}: ${part.name} is not ready`])),
      ...failing.map(({ channel }) => `the platform of ${channel} fails`),
    ];
  } catch (error) {
    return [`${name} does not answer (${String(error)})`];
  }
}

async function problemsOfAlerts(
  { prometheus }: DrillDeployment,
  lingering: readonly string[],
): Promise<string[]> {
  try {
    const raised = (await raisedAlerts(prometheus)).filter(({ name }) => !lingering.includes(name));
    return raised.map(({ name, state }) => `the alert ${name} is ${state}`);
  } catch (error) {
    return [`Prometheus does not answer (${String(error)})`];
  }
}

async function problemsOfRedis({ redis }: DrillDeployment): Promise<string[]> {
  try {
    await askRedis(redis.url, 'SET', PROBE, '1', 'EX', '5');
    return [];
  } catch (error) {
    return [`Redis takes no writes (${String(error)})`];
  }
}

async function problemsOfData(deployment: DrillDeployment): Promise<string[]> {
  const { messages, traffic, progress, database, shops, folder } = deployment;
  await messages.pause();
  try {
    await waitFor(() => progress.hasApplied(nextOffsets(traffic, '')), {
      what: 'all messages to be applied',
      timeoutMs: APPLIED_MS,
      everyMs: 100,
    });
    const rows = await checkRows(database.adminUrl, shops, traffic.ledger.valid());
    if (rows.problems.length > 0) return [...rows.problems];
    return [...(await checkByVerify(readEnvFile(envFileOf(folder, 'worker-1')), ['--log'])).problems];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  } finally {
    messages.resume();
  }
}
