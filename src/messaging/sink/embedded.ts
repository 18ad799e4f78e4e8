import type { EmbeddedSource } from '../source/embedded';
import { byTopic, type MessageSink, MessagesRefused, type OutgoingMessage, SinkFailure } from './sink';

/** Sends into the message source of this process. The source belongs to its starter, and is not closed here. */
export function createEmbeddedSink(source: EmbeddedSource): MessageSink {
  /** @returns how many changed nothing */
  async function deliver(topic: string, messages: readonly OutgoingMessage[]): Promise<number> {
    const outcomes = await source
      .deliver(
        topic,
        messages.map(({ value }) => value),
      )
      .catch((cause: unknown) => {
        throw new SinkFailure('The messages could not be stored by this process.', { cause });
      });
    const rejected = outcomes.find((outcome) => outcome.kind === 'rejected');
    if (rejected) throw new MessagesRefused(topic, rejected.reason);
    return outcomes.filter(({ kind }) => kind !== 'applied').length;
  }

  return {
    async send(messages) {
      let repeated = 0;
      for (const [topic, ofTopic] of byTopic(messages)) repeated += await deliver(topic, ofTopic);
      return { sent: messages.length, repeated };
    },
    close: () => Promise.resolve(),
  };
}
