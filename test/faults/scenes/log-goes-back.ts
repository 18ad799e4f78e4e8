import { cutTail } from '../acts/cut-log';
import { waitFor } from '../../harness/wait-for';
import type { Scene } from '../scene';
import { sceneFault } from '../scene-fault';
import { WORKERS } from '../stage/stage';

/** The log goes back behind what the database has of it. */

const TOPIC = 'participant.registered';
const PARTITIONS = [0, 1, 2];
const MADE_MS = 20_000;
const GOES_ON_MS = 10_000;

/** What was applied stays applied; where it lay says nothing any more. */
function forgetOffsets({ traffic }: Scene): void {
  for (const entry of traffic.ledger.entries) if (entry.topic === TOPIC) delete entry.offset;
}

/** As fast as the broker lets go of the name; a worker that misses the topic may be faster. */
async function makeAnew(scene: Scene): Promise<void> {
  const topic = scene.topic(TOPIC);
  await scene.admin(async (admin) => {
    await admin.deleteTopics({ topics: [topic] });
    const isNew = async (): Promise<boolean> => {
      await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS.length }] }).catch(() => false);
      const partitions = await admin.fetchTopicOffsets(topic);
      return partitions.length > 0 && partitions.every(({ high }) => high === '0');
    };
    await waitFor(isNew, { what: `${topic} to be made anew`, timeoutMs: MADE_MS, everyMs: 50 });
  });
  forgetOffsets(scene);
}

async function endWorkers({ stage }: Scene): Promise<void> {
  await Promise.all(WORKERS.map((name) => stage.process(name).terminate()));
}

function startWorkers({ stage }: Scene): void {
  for (const name of WORKERS) stage.start(name);
}

export const topicMadeAnewWithFewer = sceneFault({
  name: 'topic-made-anew-fewer',
  what: 'a topic is deleted and made anew under running workers; fewer messages come than there were',
  isInShort: true,
  isQuietAfter: true,
  async strike(scene) {
    await scene.traffic.crowd(200);
    await scene.settle();
    scene.begins();
    await makeAnew(scene);
    await scene.traffic.crowd(40);
    scene.ends();
  },
});

export const topicMadeAnewWithMore = sceneFault({
  name: 'topic-made-anew-more',
  what: 'the same; at once more come than there were',
  isInShort: false,
  goesOn: { from: 'its end', withinMs: GOES_ON_MS },
  async strike(scene) {
    await scene.settle();
    scene.begins();
    await makeAnew(scene);
    await scene.traffic.crowd(900);
    scene.ends();
    scene.traffic.start(60);
  },
});

export const topicMadeAnewUnseen = sceneFault({
  name: 'topic-made-anew-unseen',
  what: 'the same while no worker runs, and the new log has outgrown the old one when they come back',
  isInShort: false,
  goesOn: { from: 'its end', withinMs: 3 * GOES_ON_MS },
  async strike(scene) {
    await scene.settle();
    await endWorkers(scene);
    scene.begins();
    await makeAnew(scene);
    await scene.traffic.crowd(900);
    startWorkers(scene);
    scene.ends();
    scene.traffic.start(60);
  },
});

/** So many of each partition's last messages go. */
const TAIL = 15n;

export const logTailLost = sceneFault({
  name: 'log-tail-lost',
  what: 'the broker comes back without the tail of a topic, and new messages outgrow what was lost',
  isInShort: false,
  goesOn: { from: 'its end', withinMs: GOES_ON_MS },
  async strike(scene) {
    const { servers, progress } = scene.stage;
    const topic = scene.topic(TOPIC);
    await scene.settle();
    scene.begins();
    await servers.kafka.stop();
    for (const partition of PARTITIONS) {
      const applied = progress.applied(topic, partition);
      const end = cutTail(servers.kafka, topic, partition, applied - TAIL);
      scene.expect(end < applied, `nothing of ${topic}/${partition} was cut off: this was no fault`);
    }
    forgetOffsets(scene);
    await servers.kafka.start();
    scene.ends();
    await scene.traffic.crowd(200);
    scene.traffic.start(60);
  },
});

export const logTailLostUnseen = sceneFault({
  name: 'log-tail-lost-unseen',
  what: 'the same while no worker runs; part of what was lost nobody had applied',
  isInShort: false,
  goesOn: { from: 'its end', withinMs: 3 * GOES_ON_MS },
  // What the log does not hold any more cannot be asked for.
  async strike(scene) {
    const { servers, progress } = scene.stage;
    const { ledger } = scene.traffic;
    const topic = scene.topic(TOPIC);
    await scene.settle();
    await endWorkers(scene);
    await scene.traffic.crowd(60);
    scene.begins();
    await servers.kafka.stop();
    for (const partition of PARTITIONS) {
      const applied = progress.applied(topic, partition);
      cutTail(servers.kafka, topic, partition, applied - TAIL);
      ledger.forget(
        (entry) => entry.topic === TOPIC && entry.partition === partition && (entry.offset ?? -1n) >= applied,
      );
    }
    forgetOffsets(scene);
    await servers.kafka.start();
    await scene.traffic.crowd(200);
    startWorkers(scene);
    scene.ends();
    scene.traffic.start(60);
  },
});
