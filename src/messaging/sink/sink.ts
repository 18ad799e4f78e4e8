/**
 * Where messages are sent that do not come from upstream: onto Kafka's topics, to a running service over HTTP, or
 * straight into a worker in this process. The other end of messaging/source.
 */
export interface MessageSink {
  /**
   * Sends messages; those of one topic and key keep their order.
   *
   * @returns once all are safe: taken by the broker, or committed
   * @throws MessagesRefused when one of them can never be stored
   * @throws SinkFailure when they could not be handed over; some may have been, and sending them again is harmless
   */
  send(messages: readonly OutgoingMessage[]): Promise<Delivery>;
  close(): Promise<void>;
}

export interface OutgoingMessage {
  /** The topic's name in messages.md, without the prefix of an installation. */
  readonly topic: string;
  /** Whose order is kept: an event's id, or a store's. */
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

export interface Delivery {
  readonly sent: number;
  /** How many of them changed nothing; undefined where only the reader of the log finds out. */
  readonly repeated: number | undefined;
}

/** A message breaks a rule of messages.md, so that sending it again can never help. */
export class MessagesRefused extends Error {
  override readonly name = 'MessagesRefused';

  constructor(topic: string, reason: string) {
    super(`A message of ${topic} was refused: ${reason}`);
  }
}

/** The messages could not be handed over. The message is one sentence for their sender. */
export class SinkFailure extends Error {
  override readonly name = 'SinkFailure';
}

/** What is handed over at once; a message takes a kilobyte at the most, and a broker a megabyte by default. */
const MOST_AT_ONCE = 500;

export function byTopic(messages: readonly OutgoingMessage[]): ReadonlyMap<string, OutgoingMessage[]> {
  const topics = new Map<string, OutgoingMessage[]>();
  for (const message of messages) {
    const ofTopic = topics.get(message.topic);
    if (ofTopic === undefined) topics.set(message.topic, [message]);
    else ofTopic.push(message);
  }
  return topics;
}

export function inPortions<Item>(items: readonly Item[]): Item[][] {
  const portions: Item[][] = [];
  for (let from = 0; from < items.length; from += MOST_AT_ONCE) {
    portions.push(items.slice(from, from + MOST_AT_ONCE));
  }
  return portions;
}
