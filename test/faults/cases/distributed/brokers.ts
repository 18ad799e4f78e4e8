import { TOPICS } from '../../../../src/workers/messages/topics';
import type { Server } from '../../../harness/servers/server';
import { locate, moveReplicas, untilInSync } from '../../actions/replicas';
import { type Scenario, WATCHED_TOPIC } from '../../scenario';
import { scenarioFault } from '../../scenario-fault';

/** One of three brokers is lost or hangs, leaders and partitions move, all of it under load. */

/** For how long a partition may stand still: until its broker is missed and another one leads, and clients have found it. */
const STANDSTILL_MS = 20_000;
/** What every group's progress lies on. */
const OFFSETS_TOPIC = '__consumer_offsets';

export const oneBrokerKilled = scenarioFault({
  name: 'one-broker-killed',
  what: 'the broker that leads a busy partition is killed, and comes back later',
  isInShort: true,
  goesOn: { from: 'its beginning', withinMs: STANDSTILL_MS },
  async inject(scenario) {
    await bringInSync(scenario);
    const leader = await leaderOf(scenario);
    scenario.markStart();
    await leader.kill();
    await scenario.pause(scenario.isShort ? 8_000 : 30_000);
    await leader.start();
    await bringInSync(scenario);
    scenario.markEnd();
  },
});

export const brokersKilledByTurns = scenarioFault({
  name: 'brokers-killed-by-turns',
  what: 'each of three brokers is killed once, the next as soon as all replicas are in sync again',
  isInShort: false,
  limitMs: 300_000,
  goesOn: { from: 'its beginning', withinMs: STANDSTILL_MS },
  async inject(scenario) {
    await bringInSync(scenario);
    scenario.markStart();
    for (const broker of scenario.deployment.servers.brokers) {
      await broker.kill();
      await scenario.pause(scenario.random.between(2_000, 6_000));
      await broker.start();
      await bringInSync(scenario);
    }
    scenario.markEnd();
  },
});

export const brokersRestartedByTurns = scenarioFault({
  name: 'brokers-restarted-by-turns',
  what: 'each of three brokers is stopped in good order and started again, as in an upgrade',
  isInShort: false,
  limitMs: 300_000,
  goesOn: { from: 'its beginning', withinMs: STANDSTILL_MS },
  async inject(scenario) {
    await bringInSync(scenario);
    scenario.markStart();
    for (const broker of scenario.deployment.servers.brokers) {
      await broker.stop();
      await broker.start();
      await bringInSync(scenario);
    }
    scenario.markEnd();
  },
});

export const oneBrokerFrozen = scenarioFault({
  name: 'one-broker-frozen',
  what: 'the broker that leads a busy partition hangs: its connections stay open and nothing answers',
  isInShort: false,
  // A connection that has fallen silent is given up when a request on it was not answered for thirty seconds.
  goesOn: { from: 'its beginning', withinMs: 45_000 },
  async inject(scenario) {
    await bringInSync(scenario);
    const leader = await leaderOf(scenario);
    scenario.markStart();
    leader.freeze();
    await scenario.pause(60_000);
    leader.thaw();
    await bringInSync(scenario);
    scenario.markEnd();
  },
});

export const twoBrokersKilled = scenarioFault({
  name: 'two-brokers-killed',
  what: 'two of three brokers are killed: nothing can be written until one is back',
  isInShort: false,
  goesOn: { from: 'its end', withinMs: STANDSTILL_MS },
  async inject(scenario) {
    await bringInSync(scenario);
    const [, ...others] = scenario.deployment.servers.brokers;
    scenario.markStart();
    await Promise.all(others.map((broker) => broker.kill()));
    await scenario.pause(10_000);
    await Promise.all(others.map((broker) => broker.start()));
    await bringInSync(scenario);
    scenario.markEnd();
  },
});

export const partitionsReassigned = scenarioFault({
  name: 'partitions-reassigned',
  what: 'every partition, that of the group too, leaves a broker and gets another leader, three times over',
  isInShort: true,
  goesOn: { from: 'its beginning', withinMs: STANDSTILL_MS },
  async inject(scenario) {
    await bringInSync(scenario);
    scenario.markStart();
    for (let round = 0; round < 3; round++) {
      await moveLeaders(scenario);
      await scenario.pause(scenario.random.between(200, 1_500));
    }
    scenario.markEnd();
  },
});

/** Each partition leaves its leader, is led by the next broker, and gets its third copy back behind the others. */
async function moveLeaders(scenario: Scenario): Promise<void> {
  const topics = topicsOf(scenario);
  await scenario.admin(async (admin) => {
    await moveReplicas(admin, await locate(admin, topics), ({ replicas, leader }) =>
      replicas.filter((broker) => broker !== leader),
    );
    const brokers = (await admin.describeCluster()).brokers.map(({ nodeId }) => nodeId);
    await moveReplicas(admin, await locate(admin, topics), ({ replicas }) => [
      ...replicas,
      ...brokers.filter((broker) => !replicas.includes(broker)),
    ]);
    await untilInSync(admin, topics);
  });
}

const topicsOf = (scenario: Scenario): string[] => [
  ...TOPICS.map((topic) => scenario.topic(topic)).flatMap((topic) => [topic, `${topic}.dlq`]),
  OFFSETS_TOPIC,
];

const bringInSync = (scenario: Scenario): Promise<void> =>
  scenario.admin((admin) => untilInSync(admin, topicsOf(scenario)));

/** The broker that leads the first partition of the busiest topic. */
async function leaderOf(scenario: Scenario): Promise<Server> {
  const [first] = await scenario.admin((admin) => locate(admin, [scenario.topic(WATCHED_TOPIC)]));
  const leader = first && scenario.deployment.servers.brokers[first.leader - 1];
  if (leader === undefined) throw new Error(`No broker leads ${scenario.topic(WATCHED_TOPIC)}.`);
  return leader;
}
