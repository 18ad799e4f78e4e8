import path from 'node:path';
import { ConfigResourceTypes } from 'kafkajs';
import { waitFor } from '../../harness/wait-for';
import { createFakeClock } from '../actions/fake-clock';
import { produceRaw } from '../actions/produce-raw';
import { checkLetters } from '../checks/letters';
import type { Scenario } from '../scenario';
import { scenarioFault } from '../scenario-fault';
import { WORKERS } from '../deployment/deployment';

/** Messages that can never be applied, and whose dead letters cannot be sent. */

const TOPIC = 'participant.registered';
const GOES_ON_MS = 10_000;
const SENT_MS = 30_000;
/** Long enough for a standstill to be noticed. */
const STANDSTILL_MS = 11_000;

async function untilLettersAreSent(scenario: Scenario): Promise<void> {
  const { deployment, traffic } = scenario;
  const isSent = async (): Promise<boolean> =>
    (await checkLetters(deployment, traffic.ledger)).problems.length === 0;
  await waitFor(isSent, { what: 'all dead letters to be sent', timeoutMs: SENT_MS, everyMs: 500 });
}

const invalid = ({ traffic }: Scenario, count: number) =>
  Array.from({ length: count }, () => traffic.factory.invalid(TOPIC));

export const letterWithoutHeaderValue = scenarioFault({
  name: 'letter-null-header',
  what: 'a message that can never be applied has a header without a value, which the client cannot write',
  isInShort: true,
  goesOn: { from: 'its beginning', withinMs: GOES_ON_MS },
  async inject(scenario) {
    const { traffic, deployment } = scenario;
    const draft = traffic.factory.invalid(TOPIC);
    const headers = [['trace', null] as const, ['source', Buffer.from('upstream')] as const];
    const record = { value: draft.value, headers };
    const entry = traffic.ledger.add(draft);
    scenario.markStart();
    entry.offset = await produceRaw(
      deployment.servers.brokers[0].url,
      scenario.topic(TOPIC),
      draft.partition,
      record,
    );
    entry.state = 'in the log';
    await scenario.pause(scenario.isShort ? 3_000 : STANDSTILL_MS);
    scenario.markEnd();
  },
});

export const letterTopicDeleted = scenarioFault({
  name: 'letter-topic-deleted',
  what: 'a dead-letter topic is deleted, and made again later',
  isInShort: false,
  goesOn: { from: 'its beginning', withinMs: GOES_ON_MS },
  async inject(scenario) {
    const topic = `${scenario.topic(TOPIC)}.dlq`;
    await scenario.untilAllApplied();
    await untilLettersAreSent(scenario);
    scenario.loseLettersOnTopic();
    await scenario.admin((admin) => admin.deleteTopics({ topics: [topic] }));
    scenario.traffic.start(60);
    scenario.markStart();
    await scenario.traffic.send(invalid(scenario, 5));
    await scenario.pause(12_000);
    await scenario.admin((admin) => admin.createTopics({ topics: [{ topic }] }));
    scenario.markEnd();
  },
});

export const letterTopicTooSmall = scenarioFault({
  name: 'letter-topic-too-small',
  what: 'a dead-letter topic takes no message of more than 100 bytes, for a while',
  isInShort: false,
  goesOn: { from: 'its beginning', withinMs: GOES_ON_MS },
  async inject(scenario) {
    const limitTo = (bytes: number): Promise<unknown> =>
      scenario.admin((admin) =>
        admin.alterConfigs({
          validateOnly: false,
          resources: [
            {
              type: ConfigResourceTypes.TOPIC,
              name: `${scenario.topic(TOPIC)}.dlq`,
              configEntries: [{ name: 'max.message.bytes', value: String(bytes) }],
            },
          ],
        }),
      );
    await limitTo(100);
    scenario.markStart();
    await scenario.traffic.send(invalid(scenario, 5));
    await scenario.pause(scenario.isShort ? STANDSTILL_MS : 20_000);
    await limitTo(1024 * 1024);
    scenario.markEnd();
  },
});

export const letterFromAheadOfTime = scenarioFault({
  name: 'letter-clock-ahead',
  what: "the workers' clocks are two hours ahead, and the broker refuses what they send",
  isInShort: false,
  goesOn: { from: 'its beginning', withinMs: GOES_ON_MS },
  async inject(scenario) {
    const { deployment, context } = scenario;
    const clock = await createFakeClock(path.join(context.logFolder, 'two-hours-ahead'), '+2h');
    await Promise.all(WORKERS.map((name) => deployment.restart(name, clock.env)));
    await scenario.untilAssigned();
    scenario.markStart();
    await scenario.traffic.send(invalid(scenario, 5));
    await scenario.pause(STANDSTILL_MS);
    scenario.markEnd();
  },
});

export const lettersWhileKilled = scenarioFault({
  name: 'letters-while-killed',
  what: 'workers are killed 6 times while every third message can never be applied',
  isInShort: false,
  rightWithinMs: 60_000,
  goesOn: { from: 'its end', withinMs: GOES_ON_MS },
  async inject(scenario) {
    const { deployment, random, traffic } = scenario;
    scenario.markStart();
    for (let death = 0; death < 6; death++) {
      for (let round = 0; round < random.between(3, 12); round++) {
        await traffic.send(invalid(scenario, 3));
        await scenario.pause(100);
      }
      const name = WORKERS[random.between(0, 1)]!;
      await deployment.process(name).kill();
      deployment.start(name);
    }
  },
});
