import { execFileSync } from 'node:child_process';
import { z } from 'zod';
import { type Topic, TOPICS } from '../../src/workers/messages/topics';
import { readLastRelease } from '../../scripts/last-release';
import {
  type Deployment,
  GATEWAYS,
  type GatewayName,
  openDeployment,
  WORKERS,
  type WorkerName,
} from '../faults/deployment/deployment';
import { checkByVerify } from '../faults/checks/verify';
import type { Fault, FaultContext } from '../faults/fault';
import type { Scenario } from '../faults/scenario';
import { checkShown, PER_SECOND, scenarioFault, untilTopicsExist, verifying } from '../faults/scenario-fault';
import { waitFor } from '../harness/wait-for';
import { buildRelease } from './build-release';
import { openRoamingSubscriber, type Transport } from './roaming-subscriber';

const DEPLOYMENT_NUMBER = 60;
/** With the build of the last release, where no run before has made it. */
const LIMIT_MS = 600_000;
/** How long each mix of releases is left at work. */
const MIXED_MS = 2_000;
const APPLIED_MS = 30_000;
const EXACT_MS = 20_000;
const TRANSPORTS: readonly Transport[] = ['WebSocket', 'server-sent events'];

let building: Promise<string> | undefined;
const lastRelease = (): Promise<string> => (building ??= buildRelease(readLastRelease()));

/** What comes of the last release and this one at work side by side, and of going back. */
export const UPGRADES: readonly Fault[] = [
  scenarioFault({
    name: 'rolled-back-and-again',
    what: 'processes of the last release are replaced one by one by those of this one, put back one by one, and replaced again',
    isInShort: true,
    isUnnoticed: true,
    limitMs: LIMIT_MS,
    deployment: openLastRelease,
    topics: async () => topicsOf(await lastRelease()),
    inject: rollForthAndBack,
  }),
];

async function openLastRelease(context: FaultContext): Promise<Deployment> {
  const [servers, build] = await Promise.all([context.servers(), lastRelease()]);
  const { logFolder } = context;
  return context.own(await openDeployment({ servers, logFolder, number: DEPLOYMENT_NUMBER, build }));
}

const topicList = z.array(z.string());

/** Those of our topics that the release in this folder reads. */
function topicsOf(build: string): readonly Topic[] {
  const script = "process.stdout.write(JSON.stringify(require('./dist/workers/messages/topics').TOPICS))";
  const said = execFileSync(process.execPath, ['-e', script], { cwd: build, encoding: 'utf8' });
  const known = new Set(topicList.parse(JSON.parse(said)));
  return TOPICS.filter((topic) => known.has(topic));
}

async function rollForthAndBack(scenario: Scenario): Promise<void> {
  const { deployment, traffic } = scenario;
  const before = await lastRelease();
  const roll = createRoll(scenario);
  scenario.tell('worker-2 is replaced, which migrates the database');
  await roll.worker('worker-2', undefined);
  // What is new is sent at once, while an old worker is in the group. Nothing of it is about anybody whom the old one knows.
  await untilTopicsExist(scenario, TOPICS);
  await traffic.stop();
  traffic.start(PER_SECOND);
  await expectExact(scenario, 'beside one new worker');
  scenario.tell('gateway-2, worker-1, gateway-1');
  await roll.gateway('gateway-2', undefined);
  await expectExact(scenario, 'with one of each');
  await roll.worker('worker-1', undefined);
  await roll.gateway('gateway-1', undefined);
  scenario.tell('back: worker-1, gateway-1');
  await roll.worker('worker-1', before);
  await roll.gateway('gateway-1', before);
  await untilNewTopicsAreApplied(scenario, topicsOf(before));
  await expectExact(scenario, 'half way back');
  scenario.tell('back: worker-2, gateway-2');
  await roll.worker('worker-2', before);
  await roll.gateway('gateway-2', before);
  await expectExact(scenario, 'after the rollback');
  const verified = await checkByVerify(verifying(deployment), [], before);
  for (const problem of verified.problems) scenario.expect(false, `after the rollback, ${problem}`);
  scenario.tell('once more');
  for (const worker of WORKERS) await roll.worker(worker, undefined);
  for (const gateway of GATEWAYS) await roll.gateway(gateway, undefined);
}

/** Lets both releases work for a while, then waits until what was sent is shown everywhere, to the last digit, and goes on. */
async function expectExact(scenario: Scenario, when: string): Promise<void> {
  const { traffic } = scenario;
  await scenario.pause(MIXED_MS);
  await traffic.stop();
  let problems: readonly string[] = [];
  const isExact = async (): Promise<boolean> => {
    ({ problems } = await checkShown(scenario));
    return problems.length === 0;
  };
  await waitFor(isExact, { what: 'all to be exact', timeoutMs: EXACT_MS, everyMs: 200 }).catch(
    () => undefined,
  );
  if (problems[0] !== undefined) scenario.tell(`${when}: ${problems[0]}`);
  for (const problem of problems) scenario.expect(false, `${when}: ${problem}`);
  traffic.start(PER_SECOND);
}

/** Topics that the last release does not read are read by the workers that do, all of their partitions. */
async function untilNewTopicsAreApplied(scenario: Scenario, known: readonly Topic[]): Promise<void> {
  const { deployment, traffic } = scenario;
  const ends = new Map<string, bigint>();
  for (const { topic, partition, offset } of traffic.ledger.entries)
    if (offset !== undefined && !known.includes(topic))
      ends.set(`${scenario.topic(topic)}/${partition}`, offset + 1n);
  await waitFor(() => deployment.progress.hasApplied(ends), {
    what: 'topics that an old worker does not read to be read by the new one',
    timeoutMs: APPLIED_MS,
    everyMs: 100,
  }).catch((error: unknown) => scenario.expect(false, String(error)));
}

interface Roll {
  worker(name: WorkerName, build: string | undefined): Promise<void>;
  gateway(name: GatewayName, build: string | undefined): Promise<void>;
}

/** Replaces processes as a rolling upgrade does, ahead of which a load balancer stands. */
function createRoll(scenario: Scenario): Roll {
  const { deployment, readers, shops } = scenario;
  const serving = new Set<GatewayName>(GATEWAYS);
  let turn = 0;
  for (const event of shops.events.slice(0, -1))
    for (const transport of TRANSPORTS) {
      const subscriber = openRoamingSubscriber({
        ...{ deployment, event, transport },
        gateway: () => [...serving][(turn += 1) % serving.size] ?? GATEWAYS[0],
        onWrong: (what) => scenario.expect(false, what),
      });
      scenario.watchAs(subscriber);
    }
  return {
    async worker(name, build) {
      deployment.install(name, build);
      await deployment.restart(name);
      await scenario.untilAssigned();
    },
    async gateway(name, build) {
      serving.delete(name);
      readers.leave(name);
      deployment.install(name, build);
      await deployment.restart(name);
      await deployment.untilReady();
      readers.resume(name);
      serving.add(name);
    },
  };
}
