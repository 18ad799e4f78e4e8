import { execFileSync } from 'node:child_process';
import { z } from 'zod';
import { type Topic, TOPICS } from '../../src/workers/messages/topics';
import { readLastRelease } from '../../scripts/last-release';
import {
  type Deployment,
  GATEWAYS,
  type GatewayName,
  openDeployment,
  type WorkerName,
} from '../faults/deployment/deployment';
import { checkByVerify } from '../faults/checks/verify';
import type { Fault, FaultContext } from '../faults/fault';
import type { MessageDraft } from '../faults/ledger/message-factory';
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
const APPLIED_MS = 60_000;
const EXACT_MS = 60_000;
/** So many are erased who have registered before. */
const ERASED = 30;
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
  const known = topicsOf(before);
  const roll = createRoll(scenario);
  scenario.tell('worker-2 is replaced, which migrates the database');
  await roll.worker('worker-2', undefined);
  // What is new is sent at once, while an old worker is in the group. Nothing of it is about anybody whom the old one knows: there
  // is a way back from this.
  await untilTopicsExist(scenario, TOPICS);
  await traffic.stop();
  traffic.start(PER_SECOND);
  await sendNew(scenario, known);
  await expectExact(scenario, 'beside one new worker');
  expectWaiting(scenario, known, 0);
  scenario.tell('gateway-2, worker-1, gateway-1');
  await roll.gateway('gateway-2', undefined);
  await expectExact(scenario, 'with one of each');
  await roll.worker('worker-1', undefined);
  await untilNewTopicsAreApplied(scenario, known);
  await roll.gateway('gateway-1', undefined);
  scenario.tell('back: worker-1, gateway-1');
  await roll.worker('worker-1', before);
  await roll.gateway('gateway-1', before);
  const halfWay = Date.now();
  await sendNew(scenario, known);
  await expectExact(scenario, 'half way back');
  expectWaiting(scenario, known, halfWay);
  scenario.tell('back: worker-2, gateway-2');
  await roll.worker('worker-2', before);
  await roll.gateway('gateway-2', before);
  await expectExact(scenario, 'after the rollback');
  const verified = await checkByVerify(verifying(deployment), [], before);
  for (const problem of verified.problems) scenario.expect(false, `after the rollback, ${problem}`);
  scenario.tell(
    'once more: worker-1, beside which worker-2 starts anew, so that the new one leads the group',
  );
  await roll.worker('worker-1', undefined);
  await roll.worker('worker-2', before);
  scenario.tell('people who have registered are erased, and register once more');
  const mixed = Date.now();
  const registered = await eraseSome(scenario);
  await scenario.pause(MIXED_MS);
  await traffic.send(registered);
  await expectExact(scenario, 'with people to be erased');
  expectWaiting(scenario, known, mixed);
  scenario.tell('worker-2, gateway-1, gateway-2');
  await roll.worker('worker-2', undefined);
  await untilNewTopicsAreApplied(scenario, known);
  await traffic.send(registered);
  for (const gateway of GATEWAYS) await roll.gateway(gateway, undefined);
}

/** Some of each topic that the last release does not read. */
async function sendNew({ traffic }: Scenario, known: readonly Topic[]): Promise<void> {
  const unknown = TOPICS.filter((topic) => !known.includes(topic));
  await traffic.send(
    unknown.flatMap((topic) => Array.from({ length: 4 }, () => traffic.factory.valid(topic))),
  );
}

/** Asks that people be forgotten who have registered. @returns their registrations, to be sent again */
async function eraseSome({ traffic }: Scenario): Promise<readonly MessageDraft[]> {
  const registered = traffic.ledger.entries.filter(({ valid }) => valid?.topic === 'participant.registered');
  const some = registered.slice(0, ERASED);
  await traffic.send(
    some.flatMap(({ valid }) =>
      valid?.topic === 'participant.registered' ? [traffic.factory.erasureOf(valid.value)] : [],
    ),
  );
  return some.map(({ topic, partition, value, valid }) => ({
    ...{ topic, partition, value },
    ...(valid !== undefined && { valid }),
  }));
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

/** What an old worker does not know is applied by nobody while one is in the group: it could undo it. @param since of what was sent */
function expectWaiting(scenario: Scenario, known: readonly Topic[], since: number): void {
  const { progress } = scenario.deployment;
  for (const { topic, partition, offset } of sentToNewTopics(scenario, known, since))
    scenario.expect(
      progress.applied(topic, partition) <= offset,
      `${topic}/${partition} was applied beside a worker that does not read it`,
    );
}

async function untilNewTopicsAreApplied(scenario: Scenario, known: readonly Topic[]): Promise<void> {
  const ends = new Map<string, bigint>();
  for (const { topic, partition, offset } of sentToNewTopics(scenario, known, 0))
    ends.set(`${topic}/${partition}`, offset + 1n);
  await waitFor(() => scenario.deployment.progress.hasApplied(ends), {
    what: 'topics that an old worker does not read to be applied once it has gone',
    timeoutMs: APPLIED_MS,
    everyMs: 100,
  }).catch((error: unknown) => scenario.expect(false, String(error)));
}

interface Sent {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** What was sent to topics that the last release does not read; where it reads all, nothing is there to be looked at. */
function sentToNewTopics(scenario: Scenario, known: readonly Topic[], since: number): readonly Sent[] {
  const sent = scenario.traffic.ledger.entries.flatMap(({ topic, partition, offset, at }) =>
    offset === undefined || at < since || known.includes(topic)
      ? []
      : [{ topic: scenario.topic(topic), partition, offset }],
  );
  scenario.expect(
    sent.length > 0 || known.length === TOPICS.length,
    'nothing was sent to the topics that an old worker does not read',
  );
  return sent;
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
