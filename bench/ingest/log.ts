import { randomUUID } from 'node:crypto';
import { Partitioners } from 'kafkajs';
import type { Lifecycle } from '../../src/lifecycle';
import { tell } from '../../test/harness/machine/progress';
import { eventCreated, type EventIds, participantRegistered } from '../../test/harness/messages';
import { quietKafka } from '../../test/harness/servers/kafka';

/** The messages to consume: registrations for known events. */
export interface Log {
  readonly topicPrefix: string;
  /** The topic of the registrations, as the broker knows it. */
  readonly registrations: string;
  readonly events: readonly EventIds[];
  /** Sends so many registrations, the same for all contestants and rounds. */
  write(messages: number): Promise<void>;
}

const SHOPS = 25;
const EVENTS_OF_SHOP = 4;
const CHANNELS = ['우리동네TV', '지니TV', 'Instagram', 'Naver Blog', 'Kakao Channel'];
const REGIONS = ['서울', '부산', '대구', '인천', '광주', '대전', '울산'];
const MESSAGES_A_REQUEST = 5_000;
const HOUR_MS = 3_600_000;
const HOURS = 20;

export interface LogPlan {
  readonly brokers: readonly string[];
  readonly topicPrefix: string;
  /** Of each topic. */
  readonly partitions: number;
}

/** Makes the topics, and sends the definitions of the events. */
export async function openLog(
  lifecycle: Lifecycle,
  { brokers, topicPrefix, partitions }: LogPlan,
): Promise<Log> {
  const kafka = quietKafka(brokers);
  const [admin, producer] = [
    kafka.admin(),
    kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner }),
  ];
  await Promise.all([admin.connect(), producer.connect()]);
  const [definitions, registrations] = [
    `${topicPrefix}event.created`,
    `${topicPrefix}participant.registered`,
  ];
  const topics = [definitions, registrations].map((topic) => ({ topic, numPartitions: partitions }));
  await admin.createTopics({ topics, waitForLeaders: true });
  lifecycle.own('topics', async () => {
    // Half a gigabyte on a broker that may be shared.
    await admin.deleteTopics({ topics: [definitions, registrations] });
    await Promise.all([admin.disconnect(), producer.disconnect()]);
  });
  const events = planEvents();
  const defined = events.map((event) => toMessage(event.eventId, eventCreated(event)));
  await producer.send({ topic: definitions, messages: defined });
  return {
    topicPrefix,
    registrations,
    events,
    async write(messages) {
      for (let sent = 0; sent < messages; sent += MESSAGES_A_REQUEST) {
        if (sent % (20 * MESSAGES_A_REQUEST) === 0)
          tell(`writing the log: ${sent} of ${messages} registrations …`);
        const part = Array.from({ length: Math.min(MESSAGES_A_REQUEST, messages - sent) }, (_, place) =>
          registration(events, sent + place),
        );
        await producer.send({ topic: registrations, acks: 1, messages: part });
      }
    },
  };
}

function planEvents(): EventIds[] {
  const stores = Array.from({ length: SHOPS }, () => randomUUID());
  return stores.flatMap((storeId) =>
    Array.from({ length: EVENTS_OF_SHOP }, () => ({ storeId, eventId: randomUUID() })),
  );
}

function registration(events: readonly EventIds[], number: number) {
  const { eventId } = events[number % events.length]!;
  const person = Math.floor(number / events.length);
  const fields = {
    occurredAt: new Date(Date.now() - (1 + (person % HOURS)) * HOUR_MS).toISOString(),
    channel: CHANNELS[person % CHANNELS.length],
    age: 15 + (person % 50),
    gender: person % 2 === 0 ? 'FEMALE' : 'MALE',
    region: REGIONS[person % REGIONS.length],
    newCustomer: person % 3 === 0,
  };
  return toMessage(eventId, participantRegistered(eventId, fields));
}

const toMessage = (key: string, value: unknown) => ({ key, value: JSON.stringify(value) });
