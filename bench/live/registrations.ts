import { Partitioners } from 'kafkajs';
import { participantRegistered } from '../../test/harness/messages';
import { quietKafka } from '../../test/harness/servers/kafka';
import type { Reporting } from './messages';
import { now } from './now';

/** Registrations at a constant rate, turn by turn over the events, and when each was sent. */
export interface Registrations {
  start(rate: number): void;
  /** Resolves when the broker has acknowledged all. @throws Error when it did not */
  stop(): Promise<void>;
  /** When the registration was sent that brought an event's count to `first + i`. */
  made(): Reporting['made'];
  /** How many were sent for each event: its exact final count. */
  counts(): number[];
}

/** Each turn is one request to Kafka, as a producer that lingers a little sends them. */
const EVERY_MS = 20;

export async function openRegistrations(
  brokers: readonly string[],
  topic: string,
  eventIds: readonly string[],
): Promise<Registrations> {
  const producer = quietKafka(brokers).producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  const sentAt: number[][] = eventIds.map(() => []);
  const sending = new Set<Promise<unknown>>();
  let failure: unknown;
  let sent = 0;
  let timer: NodeJS.Timeout | undefined;

  function send(howMany: number): void {
    const at = now();
    const messages = Array.from({ length: howMany }, () => {
      const place = sent++ % eventIds.length;
      const eventId = eventIds[place]!;
      sentAt[place]!.push(at);
      return { key: eventId, value: JSON.stringify(participantRegistered(eventId)) };
    });
    const delivery = producer
      .send({ topic, acks: 1, messages })
      .catch((error: unknown) => (failure ??= error))
      .finally(() => sending.delete(delivery));
    sending.add(delivery);
  }

  return {
    start(rate) {
      const begun = now();
      const before = sent;
      timer = setInterval(() => {
        const due = before + Math.floor(((now() - begun) * rate) / 1_000) - sent;
        if (due > 0) send(due);
      }, EVERY_MS);
    },
    async stop() {
      clearInterval(timer);
      await Promise.all(sending);
      await producer.disconnect();
      if (failure !== undefined) throw new Error('Kafka did not take a registration.', { cause: failure });
    },
    made: () => sentAt.map((at) => ({ first: 1, at: Float64Array.from(at) })),
    counts: () => sentAt.map((at) => at.length),
  };
}
