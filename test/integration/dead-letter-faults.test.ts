import { openLetterFixture, placeOf, type LetterFixture } from '../harness/dead-letters/fixture';
import { createKafka } from '../harness/servers/kafka';
import type { Server } from '../harness/servers/server';
import { times } from '../harness/streams/batches';
import { openServer } from '../harness/streams/databases';
import { waitFor } from '../harness/wait-for';

/** Longer than a client of the tests waits for an answer. */
const LEASE_MS = 8_000;

describe('dead letters and a broker in trouble', () => {
  let broker: Server;
  let stage: LetterFixture;

  beforeAll(async () => {
    broker = await createKafka();
    await broker.start();
    stage = await openLetterFixture(openServer, [broker.url]);
  });
  afterAll(async () => {
    await stage.close();
    await broker.remove();
  });

  const value = Buffer.from('{');
  const placesOn = async (topic: string): Promise<string[]> => (await stage.sent(topic)).map(placeOf).sort();
  const places = (from: number, count: number): string[] => times(count, (index) => `0/${from + index}`);

  it('wait for a dead-letter topic that is gone, hold up no other, and are sent once it is there again', async () => {
    const [topic, other] = [stage.newTopic(), stage.newTopic()];
    // Its dead-letter topic would have a name that Kafka does not take.
    const never = `${topic}${'x'.repeat(246 - topic.length)}`;
    await stage.record(never, [{ value }]);
    await stage.record(
      topic,
      times(5, () => ({ value })),
    );
    stage.startOutbox([never, topic, other], LEASE_MS);
    await stage.untilWaiting(topic, 0);
    const admin = stage.kafka.admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [`${topic}.dlq`] });
    await admin.disconnect();

    await stage.record(
      topic,
      times(5, () => ({ value })),
      5,
    );
    await stage.record(
      other,
      times(3, () => ({ value })),
    );
    await stage.untilWaiting(other, 0);
    await stage.untilWaiting(topic, 0);
    expect(await placesOn(topic)).toEqual(places(5, 5));
    expect(await placesOn(other)).toEqual(places(0, 3));
    await stage.untilWaiting(never, 1);
  });

  it('are sent once each, however often the broker freezes under the sender', async () => {
    const topic = stage.newTopic();
    stage.startOutbox([topic], LEASE_MS);
    const all: string[] = [];
    for (let round = 0; round < 3; round++) {
      const from = round * 200;
      const recording = stage.record(
        topic,
        times(200, () => ({ value })),
        from,
      );
      all.push(...places(from, 200));
      await waitFor(async () => (await stage.waiting(topic)) < 180, {
        what: 'some to be sent',
        timeoutMs: 60_000,
      });
      const failures = stage.failures();
      broker.freeze();
      await recording;
      // Until what was under way has been given up.
      await waitFor(() => stage.failures() > failures, { what: 'a failure', timeoutMs: 120_000 });
      broker.thaw();
      await stage.untilWaiting(topic, 0);
    }
    expect(await placesOn(topic)).toEqual(all.sort());
  }, 300_000);

  it('are sent once each, when the broker is killed under the sender', async () => {
    const topic = stage.newTopic();
    stage.startOutbox([topic], LEASE_MS);
    await stage.record(
      topic,
      times(100, () => ({ value })),
    );
    await broker.kill();
    await stage.record(
      topic,
      times(100, () => ({ value })),
      100,
    );
    await broker.start();
    await stage.untilWaiting(topic, 0);
    expect(await placesOn(topic)).toEqual(places(0, 200).sort());
  });
});
