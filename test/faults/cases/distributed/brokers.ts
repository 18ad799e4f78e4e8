import { TOPICS } from '../../../../src/workers/messages/topics';
import type { Server } from '../../../harness/servers/server';
import { locate, moveReplicas, untilInSync } from '../../actions/replicas';
import { type Scenario, WATCHED_TOPIC } from '../../scenario';
import type { Fault } from '../../fault';
import { type ScenarioFault, scenarioFault } from '../../scenario-fault';

/** One of three brokers is lost or hangs, leaders and partitions move, all of it under load. */

/** For how long a partition may stand still: until its broker is missed and another one leads, and clients have found it. */
const STANDSTILL_MS = 20_000;
/** What every group's progress lies on. */
const OFFSETS_TOPIC = '__consumer_offsets';
/** How long a broker is away: what is done to it, and no wait for anything. */
const AWAY_MS = 30_000;
const AWAY_IN_SHORT_MS = 8_000;
const HANGS_MS = 60_000;
const BOTH_AWAY_MS = 10_000;

type BrokerFault = Omit<ScenarioFault, 'limitMs'>;

/** A fault that begins and ends with every replica in sync. */
function brokerFault({ inject, ...fault }: BrokerFault): Fault {
  return scenarioFault({
    goesOn: { from: 'its beginning', withinMs: STANDSTILL_MS },
    limitMs: 300_000,
    ...fault,
    async inject(scenario) {
      await bringInSync(scenario);
      scenario.markStart();
      await inject(scenario);
      await bringInSync(scenario);
      scenario.markEnd();
    },
  });
}

export const oneBrokerKilled = brokerFault({
  name: 'one-broker-killed',
  what: 'the broker that leads a busy partition is killed, and comes back later',
  isInShort: true,
  async inject(scenario) {
    const leader = await leaderOf(scenario);
    await leader.kill();
    await scenario.pause(scenario.isShort ? AWAY_IN_SHORT_MS : AWAY_MS);
    await leader.start();
  },
});

export const brokersKilledByTurns = brokerFault({
  name: 'brokers-killed-by-turns',
  what: 'each of three brokers is killed once, the next as soon as all replicas are in sync again',
  isInShort: false,
  inject: (scenario) =>
    byTurns(scenario, async (broker) => {
      await broker.kill();
      await scenario.pause(scenario.random.between(2_000, 6_000));
      await broker.start();
    }),
});

export const brokersRestartedByTurns = brokerFault({
  name: 'brokers-restarted-by-turns',
  what: 'each of three brokers is stopped in good order and started again, as in an upgrade',
  isInShort: false,
  inject: (scenario) =>
    byTurns(scenario, async (broker) => {
      await broker.stop();
      await broker.start();
    }),
});

export const oneBrokerFrozen = brokerFault({
  name: 'one-broker-frozen',
  what: 'the broker that leads a busy partition hangs: its connections stay open and nothing answers',
  isInShort: false,
  // Where it is the coordinator of the group, the consumer is given up after twenty seconds without a heartbeat.
  goesOn: { from: 'its beginning', withinMs: 35_000 },
  async inject(scenario) {
    const leader = await leaderOf(scenario);
    leader.freeze();
    await scenario.pause(HANGS_MS);
    leader.thaw();
  },
});

export const twoBrokersKilled = brokerFault({
  name: 'two-brokers-killed',
  what: 'two of three brokers are killed: nothing can be written until one is back',
  isInShort: false,
  goesOn: { from: 'its end', withinMs: STANDSTILL_MS },
  async inject(scenario) {
    const [, ...others] = scenario.deployment.servers.brokers;
    await Promise.all(others.map((broker) => broker.kill()));
    await scenario.pause(BOTH_AWAY_MS);
    await Promise.all(others.map((broker) => broker.start()));
  },
});

export const partitionsReassigned = brokerFault({
  name: 'partitions-reassigned',
  what: 'every partition, that of the group too, leaves a broker and gets another leader, three times over',
  isInShort: true,
  async inject(scenario) {
    for (let round = 0; round < 3; round++) {
      await moveLeaders(scenario);
      await scenario.pause(scenario.random.between(200, 1_500));
    }
  },
});

async function byTurns(scenario: Scenario, meddle: (broker: Server) => Promise<void>): Promise<void> {
  for (const broker of scenario.deployment.servers.brokers) {
    await meddle(broker);
    await bringInSync(scenario);
  }
}

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
