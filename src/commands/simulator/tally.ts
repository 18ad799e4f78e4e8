import type { Delivery } from '../../messaging/sink/sink';
import type { ScenarioMessage } from './faults';

/** Counts of what has been sent so far. */
export interface Tally {
  readonly sent: number;
  readonly byTopic: ReadonlyMap<string, number>;
  readonly late: number;
  readonly duplicates: number;
  /** Participants by event, each counted once: what the service must count. */
  readonly participants: ReadonlyMap<string, number>;
  /** How many changed nothing, as the sink reports; undefined where it cannot know. */
  readonly repeated: number | undefined;
  add(messages: readonly ScenarioMessage[], delivery: Delivery): void;
}

const REGISTRATION = 'participant.registered';

/** Whether it adds a participant. */
export function isFirstRegistration({ message, fault }: ScenarioMessage): boolean {
  return message.topic === REGISTRATION && fault !== 'duplicate';
}

export function createTally(): Tally {
  const byTopic = new Map<string, number>();
  const participants = new Map<string, number>();
  let [sent, late, duplicates] = [0, 0, 0];
  let repeated: number | undefined = 0;
  return {
    get sent() {
      return sent;
    },
    get late() {
      return late;
    },
    get duplicates() {
      return duplicates;
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
        if (played.fault === 'late') late += 1;
        if (played.fault === 'duplicate') duplicates += 1;
        if (isFirstRegistration(played)) participants.set(key, (participants.get(key) ?? 0) + 1);
      }
      sent += messages.length;
      repeated =
        repeated === undefined || delivery.repeated === undefined ? undefined : repeated + delivery.repeated;
    },
  };
}
