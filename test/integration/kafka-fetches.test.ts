import type { Consumer } from 'kafkajs';
import { createLogger } from '../../src/observability/log';
import { createConsumer } from '../../src/messaging/source/kafka-consumer';
import { addresses } from '../harness/addresses';
import { freshTopicPrefix } from '../harness/isolation';
import { quietKafka } from '../harness/servers/kafka';
import { createTopics, openTopics, type TestTopics } from '../harness/topics';
import { waitFor } from '../harness/wait-for';

describe('what a consumer asks of its broker', () => {
  const prefix = freshTopicPrefix();
  const topic = `${prefix}fetched`;
  const groupId = `${prefix}group`;
  let topics: TestTopics;
  let consumer: Consumer;
  let asksForAll = true;
  let fetches = 0;
  let heartbeats = 0;
  const received: string[] = [];

  beforeAll(async () => {
    const { kafkaBrokers } = addresses();
    topics = await openTopics(kafkaBrokers, prefix);
    const admin = topics.kafka.admin();
    await admin.connect();
    await createTopics(admin, [{ topic, numPartitions: 1 }]);
    // The first group on a new broker finds a coordinator that is still loading, which ends a consumer. The source would make another.
    const coordinated = (): Promise<boolean> => admin.fetchOffsets({ groupId }).then(() => true);
    await waitFor(coordinated, { what: 'the coordinator of the group', timeoutMs: 60_000 });
    await admin.disconnect();
    const kafka = quietKafka(kafkaBrokers);
    consumer = createConsumer({
      kafka,
      groupId,
      asksForAll: () => asksForAll,
      log: createLogger({ level: 'silent' }),
    });
    consumer.on(consumer.events.FETCH, () => (fetches += 1));
    consumer.on(consumer.events.HEARTBEAT, () => (heartbeats += 1));
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      eachBatch: ({ batch }) => {
        received.push(...batch.messages.map(({ value }) => String(value)));
        return Promise.resolve();
      },
    });
    await waitFor(() => fetches > 0, { what: 'a first fetch', timeoutMs: 20_000 });
  });

  afterAll(async () => {
    await consumer.disconnect();
    await topics.close();
  });

  /** Heartbeats go by the clock, so they tell how many fetches there are in a while. */
  async function fetchesInTwoHeartbeats(): Promise<number> {
    const [from, since] = [heartbeats, fetches];
    await waitFor(() => heartbeats >= from + 2, { what: 'two heartbeats', timeoutMs: 20_000 });
    return fetches - since;
  }

  it('waits for the first message while none comes, rather than asking again and again', async () => {
    expect(await fetchesInTwoHeartbeats()).toBeLessThan(12);
  });

  it('has every message, those that come while it waits and those that come while it gathers', async () => {
    for (const value of ['first', 'second', 'third']) {
      await topics.send('fetched', [value]);
      await waitFor(() => received.includes(value), { what: `the ${value} message`, timeoutMs: 5_000 });
    }
    expect(received).toEqual(['first', 'second', 'third']);
  });

  it('is answered soon while something is paused that may be taken up at any moment', async () => {
    asksForAll = false;
    try {
      expect(await fetchesInTwoHeartbeats()).toBeGreaterThan(12);
    } finally {
      asksForAll = true;
    }
  });
});
