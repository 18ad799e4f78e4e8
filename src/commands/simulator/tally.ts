import type { Delivery } from '../../messaging/sink/sink';
import type { PlayedMessage } from './mishaps';

/** What has been sent so far, added up. */
export interface Tally {
  readonly sent: number;
  readonly byTopic: ReadonlyMap<string, number>;
  readonly late: number;
  readonly again: number;
  /** By event: how many people took part in it, each counted once. What the service must come to. */
  readonly participants: ReadonlyMap<string, number>;
  /** How many changed nothing, by the sink's own word; undefined where it does not hear of it. */
  readonly repeated: number | undefined;
  add(messages: readonly PlayedMessage[], delivery: Delivery): void;
}

const REGISTRATION = 'participant.registered';

/** Whether somebody takes part who has not been counted yet. */
export function isNewcomer({ message, fate }: PlayedMessage): boolean {
  return message.topic === REGISTRATION && fate !== 'again';
}

export function createTally(): Tally {
  const byTopic = new Map<string, number>();
  const participants = new Map<string, number>();
  let [sent, late, again] = [0, 0, 0];
  let repeated: number | undefined = 0;
  return {
    get sent() {
      return sent;
    },
    get late() {
      return late;
    },
    get again() {
      return again;
    },
    get repeated() {
      return repeated;
    },
    byTopic,
    participants,
    add(messages, delivery) {
      for (const played of messages) {
        const { topic, key } = played.message;
        byTopic.set(topic, (byTopic.get(topic) ?? 0) + 1);
        if (played.fate === 'late') late += 1;
        if (played.fate === 'again') again += 1;
        if (isNewcomer(played)) participants.set(key, (participants.get(key) ?? 0) + 1);
      }
      sent += messages.length;
      repeated =
        repeated === undefined || delivery.repeated === undefined ? undefined : repeated + delivery.repeated;
    },
  };
}
