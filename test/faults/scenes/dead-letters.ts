import path from 'node:path';
import { ConfigResourceTypes } from 'kafkajs';
import { waitFor } from '../../harness/wait-for';
import { createFakeClock } from '../acts/fake-clock';
import { produceRaw } from '../acts/produce-raw';
import { judgeLetters } from '../judge/letters';
import type { Scene } from '../scene';
import { sceneFault } from '../scene-fault';
import { WORKERS } from '../stage/stage';

/** Messages that can never be applied, and cannot be told of either. */

const TOPIC = 'participant.registered';
const GOES_ON_MS = 10_000;
const SENT_MS = 30_000;
/** Long enough for a standstill to be seen. */
const STANDSTILL_MS = 11_000;

async function untilLettersAreSent(scene: Scene): Promise<void> {
  const { stage, traffic } = scene;
  const isSent = async (): Promise<boolean> =>
    (await judgeLetters(stage, traffic.ledger)).problems.length === 0;
  await waitFor(isSent, { what: 'all dead letters to be sent', timeoutMs: SENT_MS, everyMs: 500 });
}

const nonsense = ({ traffic }: Scene, count: number) =>
  Array.from({ length: count }, () => traffic.story.nonsense(TOPIC));

export const letterWithoutHeaderValue = sceneFault({
  name: 'letter-null-header',
  what: 'a message that can never be applied has a header without a value, which the client cannot write',
  isInShort: true,
  goesOn: { from: 'its beginning', withinMs: GOES_ON_MS },
  async strike(scene) {
    const { traffic, stage } = scene;
    const told = traffic.story.nonsense(TOPIC);
    const headers = [['trace', null] as const, ['source', Buffer.from('upstream')] as const];
    const record = { value: told.value, headers };
    const entry = traffic.ledger.add(told);
    scene.begins();
    entry.offset = await produceRaw(stage.servers.kafka.url, scene.topic(TOPIC), told.partition, record);
    entry.state = 'in the log';
    await scene.pause(scene.isShort ? 3_000 : STANDSTILL_MS);
    scene.ends();
  },
});

export const letterTopicDeleted = sceneFault({
  name: 'letter-topic-deleted',
  what: 'a dead-letter topic is deleted, and made again later',
  isInShort: false,
  goesOn: { from: 'its beginning', withinMs: GOES_ON_MS },
  async strike(scene) {
    const topic = `${scene.topic(TOPIC)}.dlq`;
    await scene.settle();
    await untilLettersAreSent(scene);
    scene.loseLettersOnTopic();
    await scene.admin((admin) => admin.deleteTopics({ topics: [topic] }));
    scene.traffic.start(60);
    scene.begins();
    await scene.traffic.send(nonsense(scene, 5));
    await scene.pause(12_000);
    await scene.admin((admin) => admin.createTopics({ topics: [{ topic }] }));
    scene.ends();
  },
});

export const letterTopicTooSmall = sceneFault({
  name: 'letter-topic-too-small',
  what: 'a dead-letter topic takes no message of more than 100 bytes, for a while',
  isInShort: false,
  goesOn: { from: 'its beginning', withinMs: GOES_ON_MS },
  async strike(scene) {
    const limitTo = (bytes: number): Promise<unknown> =>
      scene.admin((admin) =>
        admin.alterConfigs({
          validateOnly: false,
          resources: [
            {
              type: ConfigResourceTypes.TOPIC,
              name: `${scene.topic(TOPIC)}.dlq`,
              configEntries: [{ name: 'max.message.bytes', value: String(bytes) }],
            },
          ],
        }),
      );
    await limitTo(100);
    scene.begins();
    await scene.traffic.send(nonsense(scene, 5));
    await scene.pause(scene.isShort ? STANDSTILL_MS : 20_000);
    await limitTo(1024 * 1024);
    scene.ends();
  },
});

export const letterFromAheadOfTime = sceneFault({
  name: 'letter-clock-ahead',
  what: "the workers' clocks are two hours ahead, and the broker refuses what they send",
  isInShort: false,
  goesOn: { from: 'its beginning', withinMs: GOES_ON_MS },
  async strike(scene) {
    const { stage, run } = scene;
    const clock = await createFakeClock(path.join(run.logFolder, 'two-hours-ahead'), '+2h');
    await Promise.all(WORKERS.map((name) => stage.restart(name, clock.env)));
    await scene.untilAtWork();
    scene.begins();
    await scene.traffic.send(nonsense(scene, 5));
    await scene.pause(STANDSTILL_MS);
    scene.ends();
  },
});

export const lettersWhileKilled = sceneFault({
  name: 'letters-while-killed',
  what: 'workers are killed 6 times while every third message can never be applied',
  isInShort: false,
  rightWithinMs: 60_000,
  goesOn: { from: 'its end', withinMs: GOES_ON_MS },
  async strike(scene) {
    const { stage, random, traffic } = scene;
    scene.begins();
    for (let death = 0; death < 6; death++) {
      for (let round = 0; round < random.between(3, 12); round++) {
        await traffic.send(nonsense(scene, 3));
        await scene.pause(100);
      }
      const name = WORKERS[random.between(0, 1)]!;
      await stage.process(name).kill();
      stage.start(name);
    }
  },
});
