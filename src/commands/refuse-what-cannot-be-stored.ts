import type { Clock } from '../runtime/clock';
import { type MessageSink, MessagesRefused, type OutgoingMessage } from '../messaging/sink/sink';
import { parseValue } from '../workers/messages/parse';
import { isTopic } from '../workers/messages/topics';

/**
 * Holds every message against the workers' own rules before anything is sent: on a topic a bad one would end among
 * the dead letters, where its sender never hears of it.
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
