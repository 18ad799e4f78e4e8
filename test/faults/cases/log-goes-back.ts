import { cutTail } from '../actions/cut-log';
import { waitFor } from '../../harness/wait-for';
import type { Scenario } from '../scenario';
import { scenarioFault } from '../scenario-fault';
import { WORKERS } from '../deployment/deployment';

/** The log loses messages that the database has. */

const TOPIC = 'participant.registered';
const PARTITIONS = [0, 1, 2];
const MADE_MS = 20_000;
const GOES_ON_MS = 10_000;

/** Applied messages stay applied, but their offsets are no longer valid. */
function forgetOffsets({ traffic }: Scenario): void {
  for (const entry of traffic.ledger.entries) if (entry.topic === TOPIC) delete entry.offset;
}

/** As soon as the broker frees the name; a worker may recreate the topic first. */
async function recreateTopic(scenario: Scenario): Promise<void> {
  const topic = scenario.topic(TOPIC);
  await scenario.admin(async (admin) => {
    await admin.deleteTopics({ topics: [topic] });
    const isNew = async (): Promise<boolean> => {
      await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS.length }] }).catch(() => false);
      const partitions = await admin.fetchTopicOffsets(topic);
      return partitions.length > 0 && partitions.every(({ high }) => high === '0');
    };
    await waitFor(isNew, { what: `${topic} to be recreated`, timeoutMs: MADE_MS, everyMs: 50 });
  });
  forgetOffsets(scenario);
}

async function endWorkers({ deployment }: Scenario): Promise<void> {
  await Promise.all(WORKERS.map((name) => deployment.process(name).terminate()));
}

function startWorkers({ deployment }: Scenario): void {
  for (const name of WORKERS) deployment.start(name);
}

export const topicMadeAnewWithFewer = scenarioFault({
  name: 'topic-made-anew-fewer',
  what: 'a topic is deleted and made anew under running workers; fewer messages come than there were',
  isInShort: true,
  isQuietAfter: true,
  async inject(scenario) {
    await scenario.traffic.sendRegistrations(200);
    await scenario.untilAllApplied();
    scenario.markStart();
    await recreateTopic(scenario);
    await scenario.traffic.sendRegistrations(40);
    scenario.markEnd();
  },
});

export const topicMadeAnewWithMore = scenarioFault({
  name: 'topic-made-anew-more',
  what: 'the same; at once more come than there were',
  isInShort: false,
  goesOn: { from: 'its end', withinMs: GOES_ON_MS },
  async inject(scenario) {
    await scenario.untilAllApplied();
    scenario.markStart();
    await recreateTopic(scenario);
    await scenario.traffic.sendRegistrations(900);
    scenario.markEnd();
    scenario.traffic.start(60);
  },
});

export const topicMadeAnewUnseen = scenarioFault({
  name: 'topic-made-anew-unseen',
  what: 'the same while no worker runs, and the new log has outgrown the old one when they come back',
  isInShort: false,
  goesOn: { from: 'its end', withinMs: 3 * GOES_ON_MS },
  async inject(scenario) {
    await scenario.untilAllApplied();
    await endWorkers(scenario);
    scenario.markStart();
    await recreateTopic(scenario);
    await scenario.traffic.sendRegistrations(900);
    startWorkers(scenario);
    scenario.markEnd();
    scenario.traffic.start(60);
  },
});

/** How many of each partition's last messages are removed. */
const TAIL = 15n;

export const logTailLost = scenarioFault({
  name: 'log-tail-lost',
  what: 'the broker comes back without the tail of a topic, and new messages outgrow what was lost',
  isInShort: false,
  goesOn: { from: 'its end', withinMs: GOES_ON_MS },
  async inject(scenario) {
    const { progress, servers } = scenario.deployment;
    const [kafka] = servers.brokers;
    const topic = scenario.topic(TOPIC);
    await scenario.untilAllApplied();
    scenario.markStart();
    await kafka.stop();
    for (const partition of PARTITIONS) {
      const applied = progress.applied(topic, partition);
      const end = cutTail(kafka, topic, partition, applied - TAIL);
      scenario.expect(end < applied, `nothing of ${topic}/${partition} was cut off: this was no fault`);
    }
    forgetOffsets(scenario);
    await kafka.start();
    scenario.markEnd();
    await scenario.traffic.sendRegistrations(200);
    scenario.traffic.start(60);
  },
});

export const logTailLostUnseen = scenarioFault({
  name: 'log-tail-lost-unseen',
  what: 'the same while no worker runs; part of what was lost had not been applied',
  isInShort: false,
  goesOn: { from: 'its end', withinMs: 3 * GOES_ON_MS },
  async inject(scenario) {
    const { progress, servers } = scenario.deployment;
    const [kafka] = servers.brokers;
    const { ledger } = scenario.traffic;
    const topic = scenario.topic(TOPIC);
    await scenario.untilAllApplied();
    await endWorkers(scenario);
    await scenario.traffic.sendRegistrations(60);
    scenario.markStart();
    await kafka.stop();
    for (const partition of PARTITIONS) {
      const applied = progress.applied(topic, partition);
      cutTail(kafka, topic, partition, applied - TAIL);
      ledger.forget(
        (entry) => entry.topic === TOPIC && entry.partition === partition && (entry.offset ?? -1n) >= applied,
      );
    }
    forgetOffsets(scenario);
    await kafka.start();
    await scenario.traffic.sendRegistrations(200);
    startWorkers(scenario);
    scenario.markEnd();
    scenario.traffic.start(60);
  },
});
