import { sceneFault } from '../scene-fault';

/** The broker is away, hangs, or deals out more. */

export const brokerKilled = sceneFault({
  name: 'broker-killed',
  what: 'the broker is killed, and comes back',
  isInShort: false,
  goesOn: { from: 'its end', withinMs: 20_000 },
  async strike(scene) {
    const { kafka } = scene.stage.servers;
    scene.begins();
    await kafka.kill();
    await scene.pause(3_000);
    await kafka.start();
    scene.ends();
  },
});

export const brokerFrozen = sceneFault({
  name: 'broker-frozen',
  what: 'the broker is frozen for 75 s',
  isInShort: false,
  goesOn: { from: 'its end', withinMs: 20_000 },
  limitMs: 240_000,
  async strike(scene) {
    const { kafka } = scene.stage.servers;
    scene.begins();
    kafka.freeze();
    await scene.pause(scene.isShort ? 12_000 : 75_000);
    kafka.thaw();
    scene.ends();
  },
});

/** The limit for finding them. */
const FOUND_MS = 30_000;

export const partitionsAdded = sceneFault({
  name: 'partitions-added',
  what: 'a topic gets three more partitions, and messages come on them',
  isInShort: false,
  rightWithinMs: FOUND_MS,
  spoilsStage: true,
  async strike(scene) {
    const topic = 'participant.registered';
    scene.begins();
    await scene.admin((admin) =>
      admin.createPartitions({ topicPartitions: [{ topic: scene.topic(topic), count: 6 }] }),
    );
    const told = Array.from({ length: 60 }, (_, index) => ({
      ...scene.traffic.story.registration(),
      partition: 3 + (index % 3),
    }));
    await scene.traffic.send(told);
    scene.ends();
  },
});
