import type { IHeaders, Kafka, Message, Producer } from 'kafkajs';
import type { Instant } from '../../domain/values';
import {
  createLogReader,
  type LogReader,
  type LogSlice,
  protocolErrorOf,
  type Watermarks,
} from './kafka-log';
import { deadLetterTopicOf, ensureDeadLetterTopic } from './kafka-topics';

/** A message for the dead-letter topic. */
export interface OutgoingLetter {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** A name with several values stands several times. */
  readonly headers: readonly (readonly [name: string, value: Buffer | string])[];
  readonly timestamp: Instant;
}

/** The outcome of one request to write letters, the same for all of them. */
export type SendResult =
  /** At this offset and those behind it. */
  | { readonly kind: 'sent'; readonly firstOffset: bigint | undefined }
  /** The broker has rejected them: nothing was written. */
  | { readonly kind: 'refused'; readonly type: string; readonly error: unknown }
  /** No request was made. */
  | { readonly kind: 'unsent'; readonly error: unknown }
  /** They may have been written, or may still be. */
  | { readonly kind: 'unknown'; readonly error: unknown };

/** The dead-letter topic of one topic. */
export interface DeadLetterTopic {
  readonly name: string;
  /** By partition. Creates the topic first where it is missing. @throws when Kafka cannot be asked */
  watermarks(): Promise<ReadonlyMap<number, Watermarks>>;
  /** What stands at the offset and behind it, as much as one fetch brings. */
  read(partition: number, offset: bigint): Promise<LogSlice>;
  /**
   * Writes in one request, which is not repeated. Never rejects.
   *
   * @param mayBegin asked again right before the request is made, when all that can take time has been done
   */
  send(partition: number, letters: readonly OutgoingLetter[], mayBegin: () => boolean): Promise<SendResult>;
  close(): Promise<void>;
}

/** Long enough for replicas that lag; then the broker says itself that it does not know. */
const ACKNOWLEDGED_WITHIN_MS = 10_000;

/**
 * @param kafka connections are made when they are needed, and are this topic's alone: KafkaJS fails for all topics of a
 *   client when one of them is gone
 */
export function createDeadLetterTopic(kafka: Kafka, topic: string): DeadLetterTopic {
  const name = deadLetterTopicOf(topic);
  const reader = createLogReader(kafka);
  let request: { readonly mayBegin: () => boolean; hasBegun: boolean } | undefined;

  const createProducer = (): Producer =>
    kafka.producer({
      allowAutoTopicCreation: false,
      // KafkaJS repeats a request of which it does not know what became.
      retry: { retries: 0 },
      // Asked once metadata are there, right before the request is made.
      createPartitioner: () => (args) => {
        if (!request?.mayBegin()) throw new Error('The lease was over before the letters could be sent.');
        request.hasBegun = true;
        return args.message.partition ?? 0;
      },
    });
  let producer = createProducer();

  /** For the reason that the log reader has; and what is still on its way over the old connection may not be for long. */
  function replaceProducer(): void {
    producer.disconnect().catch(() => undefined);
    producer = createProducer();
  }

  return {
    name,
    watermarks: () => orCreated(kafka, topic, reader),
    read: (partition, offset) => reader.read(name, partition, offset),
    async send(partition, letters, mayBegin) {
      const asked = { mayBegin, hasBegun: false };
      request = asked;
      try {
        await producer.connect();
        const messages = letters.map((letter) => toMessage(letter, partition));
        const [record] = await producer.send({ topic: name, messages, timeout: ACKNOWLEDGED_WITHIN_MS });
        const { baseOffset } = record ?? {};
        return { kind: 'sent', firstOffset: baseOffset === undefined ? undefined : BigInt(baseOffset) };
      } catch (error) {
        const type = protocolErrorOf(error);
        if (type !== undefined && !MAY_BE_WRITTEN.has(type)) return { kind: 'refused', type, error };
        if (type === undefined) replaceProducer();
        return { kind: asked.hasBegun ? 'unknown' : 'unsent', error };
      }
    },
    async close() {
      await Promise.all([reader.close(), producer.disconnect()]);
    },
  };
}

async function orCreated(
  kafka: Kafka,
  topic: string,
  reader: LogReader,
): Promise<ReadonlyMap<number, Watermarks>> {
  const name = deadLetterTopicOf(topic);
  const marks = await reader.watermarks(name).catch(unlessUnknown);
  if (marks.size > 0) return marks;
  await ensureDeadLetterTopic(kafka, topic);
  const created = await reader.watermarks(name);
  if (created.size === 0) throw new Error(`The topic ${name} is not there yet.`);
  return created;
}

/** Depending on what it knows of other topics, KafkaJS finds a topic that is not there without partitions, or says so. */
function unlessUnknown(error: unknown): ReadonlyMap<number, Watermarks> {
  if (protocolErrorOf(error) === 'UNKNOWN_TOPIC_OR_PARTITION') return new Map();
  throw error;
}

function toMessage({ key, value, headers, timestamp }: OutgoingLetter, partition: number): Message {
  const gathered = new Map<string, (Buffer | string)[]>();
  for (const [name, header] of headers) gathered.set(name, [...(gathered.get(name) ?? []), header]);
  const named: IHeaders = Object.fromEntries(gathered);
  return { key, value, headers: named, partition, timestamp: String(timestamp) };
}

/** Answers of a broker that has the letters, or may have them. */
const MAY_BE_WRITTEN = new Set([
  'UNKNOWN',
  'REQUEST_TIMED_OUT',
  'NETWORK_EXCEPTION',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'KAFKA_STORAGE_ERROR',
]);
