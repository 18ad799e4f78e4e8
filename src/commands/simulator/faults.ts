import type { OutgoingMessage } from '../../messaging/sink/sink';
import type { Random } from './random';

/** A message as the sink gets it, and the fault that happened to it. */
export interface ScenarioMessage {
  readonly message: OutgoingMessage;
  readonly fault: Fault;
}

export type Fault = 'none' | 'late' | 'duplicate';

/** The shares of all messages that arrive late and that arrive twice: docs/messages.md demands that readers expect both. */
export const LATE_SHARE = 0.03;
export const DUPLICATE_SHARE = 0.02;
/** Of duplicate registrations, the share that was created again upstream, with another messageId. */
const RENEWED_SHARE = 1 / 3;

const LATEST_HOURS = 48;
const LATEST_DUPLICATE_HOURS = 12;

/** Delays some messages on their way to a topic and delivers some twice. */
export interface FaultInjector {
  /** @returns the message, unless it is delayed */
  send(message: OutgoingMessage, hour: number): ScenarioMessage[];
  /** The delayed messages that arrive in this hour. */
  arrivingAt(hour: number): ScenarioMessage[];
  /** The delayed messages that are left after the last hour. */
  remaining(): ScenarioMessage[];
}

export function createFaultInjector(random: Random): FaultInjector {
  const delayed = new Map<number, ScenarioMessage[]>();

  function delay(hour: number, message: ScenarioMessage): void {
    const already = delayed.get(hour);
    if (already === undefined) delayed.set(hour, [message]);
    else already.push(message);
  }

  function duplicateOf(message: OutgoingMessage): OutgoingMessage {
    if (message.topic !== 'participant.registered' || !random.chance(RENEWED_SHARE)) return message;
    return { ...message, value: { ...message.value, messageId: random.uuid() } };
  }

  return {
    send(message, hour) {
      const lateBy = random.chance(LATE_SHARE) ? random.between(1, LATEST_HOURS) : 0;
      const arrival = hour + lateBy;
      if (lateBy > 0) delay(arrival, { message, fault: 'late' });
      if (random.chance(DUPLICATE_SHARE)) {
        const again = arrival + random.between(1, LATEST_DUPLICATE_HOURS);
        delay(again, { message: duplicateOf(message), fault: 'duplicate' });
      }
      return lateBy > 0 ? [] : [{ message, fault: 'none' }];
    },
    arrivingAt(hour) {
      const arrived = delayed.get(hour) ?? [];
      delayed.delete(hour);
      return arrived;
    },
    remaining: () => [...delayed].sort(([one], [other]) => one - other).flatMap(([, messages]) => messages),
  };
}
