import { waitFor } from '../../harness/wait-for';
import { scenarioFault } from '../scenario-fault';

/** The broker is down, hangs, or adds partitions. */

export const brokerKilled = scenarioFault({
  name: 'broker-killed',
  what: 'the broker is killed, and comes back',
  isInShort: false,
  goesOn: { from: 'its end', withinMs: 20_000 },
  async inject(scenario) {
    const [kafka] = scenario.deployment.servers.brokers;
    scenario.markStart();
    await kafka.kill();
    await scenario.pause(3_000);
    await kafka.start();
    scenario.markEnd();
  },
});

export const brokerFrozen = scenarioFault({
  name: 'broker-frozen',
  what: 'the broker is frozen for 75 s',
  isInShort: false,
  goesOn: { from: 'its end', withinMs: 20_000 },
  limitMs: 240_000,
  async inject(scenario) {
    const [kafka] = scenario.deployment.servers.brokers;
    scenario.markStart();
    kafka.freeze();
    await scenario.pause(scenario.isShort ? 12_000 : 75_000);
    kafka.thaw();
    scenario.markEnd();
  },
});

/** The required limit for finding them. */
const FOUND_MS = 30_000;
/** The interval of the check, and a busy machine. */
const SEEN_MS = 1_000;

export const partitionsAdded = scenarioFault({
  name: 'partitions-added',
  what: 'a topic gets three more partitions, and messages come on them',
  isInShort: false,
  dirtiesDeployment: true,
  async inject(scenario) {
    const topic = 'participant.registered';
    scenario.markStart();
    await scenario.admin((admin) =>
      admin.createPartitions({ topicPartitions: [{ topic: scenario.topic(topic), count: 6 }] }),
    );
    const drafts = Array.from({ length: 60 }, (_, index) => ({
      ...scenario.traffic.factory.registration(),
      partition: 3 + (index % 3),
    }));
    await scenario.traffic.send(drafts);
    const { progress } = scenario.deployment;
    const areRead = (): boolean =>
      [3, 4, 5].every((added) => progress.applied(scenario.topic(topic), added) > 0n);
    await waitFor(areRead, { what: 'the new partitions to be read', timeoutMs: 2 * FOUND_MS }).catch(
      () => undefined,
    );
    scenario.markEnd();
    const took = scenario.ended - scenario.began;
    scenario.expect(took <= FOUND_MS + SEEN_MS, `the new partitions were read after ${took} ms`);
  },
});
