import type { Clock } from '../runtime/clock';
import { type MessageSink, MessagesRefused, type OutgoingMessage } from '../messaging/sink/sink';
import { parseValue } from '../workers/messages/parse';
import { isTopic } from '../workers/messages/topics';

/**
 * Checks every message with the workers' own parser before any is sent: on a topic an invalid one would become a dead
 * letter, and its sender would not know.
 */
export function refuseWhatCannotBeStored(sink: MessageSink, clock: Clock): MessageSink {
  const check = ({ topic, value }: OutgoingMessage): void => {
    if (!isTopic(topic)) throw new MessagesRefused(topic, 'there is no such topic');
    const parsed = parseValue(topic, value, clock.now());
    if (parsed.kind === 'rejected') throw new MessagesRefused(topic, parsed.reason);
  };
  return {
    async send(messages) {
      for (const message of messages) check(message);
      return sink.send(messages);
    },
    close: () => sink.close(),
  };
}
