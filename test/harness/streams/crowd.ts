import { randomUUID } from 'node:crypto';
import type { Producer } from 'kafkajs';

/** Very many registrations, sent by KafkaJS as fast as possible. */
export interface CrowdOptions {
  readonly producer: Producer;
  readonly topic: string;
  readonly partitions: number;
  readonly eventId: string;
  readonly size: number;
  /** How often a message is sent a second time, later and on another partition. */
  readonly repeatEvery?: number;
}

const AT_ONCE = 5_000;
const FIRST = Date.UTC(2025, 9, 20);
const MINUTE = 60_000;
const MINUTES = 12 * 60;
const CHANNELS = ['우리동네TV', '지니TV', 'Instagram', 'Naver Blog', 'Kakao Channel'];
const REGIONS = ['서울', '경기', '부산', '대구', '인천', '광주', '대전', ''];
const GENDERS = ['MALE', 'FEMALE', null];

/** Half a day of registrations: a thousand already fall into every hour, channel, region, age and gender there is. */
function registration(eventId: string, index: number): string {
  return JSON.stringify({
    messageId: randomUUID(),
    occurredAt: new Date(FIRST + (index % MINUTES) * MINUTE + (index % MINUTE)).toISOString(),
    eventId,
    participantId: randomUUID(),
    channel: CHANNELS[index % CHANNELS.length],
    age: index % 7 === 0 ? null : 10 + (index % 61),
    gender: GENDERS[index % GENDERS.length],
    region: REGIONS[index % REGIONS.length],
    newCustomer: index % 2 === 0,
  });
}

/** @returns how many messages were sent, repeated ones included */
export async function sendCrowd(options: CrowdOptions): Promise<number> {
  const { producer, topic, partitions, eventId, size, repeatEvery = Infinity } = options;
  let sent = 0;
  let repeated: string[] = [];
  for (let first = 0; first < size; first += AT_ONCE) {
    const fresh = Array.from({ length: Math.min(AT_ONCE, size - first) }, (_, index) =>
      registration(eventId, first + index),
    );
    const values = [...fresh, ...repeated];
    repeated = fresh.filter((_, index) => index % repeatEvery === repeatEvery - 1);
    await producer.send({
      topic,
      acks: 1,
      messages: values.map((value, index) => ({ value, partition: (sent + index) % partitions })),
    });
    sent += values.length;
  }
  return sent;
}
