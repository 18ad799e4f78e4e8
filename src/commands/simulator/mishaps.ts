import type { OutgoingMessage } from '../../messaging/sink/sink';
import type { Random } from './random';

/** A message on its way to the sink, and what has befallen it. */
export interface PlayedMessage {
  readonly message: OutgoingMessage;
  readonly fate: 'in-time' | 'late' | 'again';
}

/** Of all messages, these shares arrive late and arrive again. docs/messages.md asks nothing less of a reader. */
export const LATE_SHARE = 0.03;
export const AGAIN_SHARE = 0.02;
/** Of the registrations that arrive again, so many were made again upstream, under a messageId of their own. */
const RENEWED_SHARE = 1 / 3;

const LATEST_HOURS = 48;
const LAST_AGAIN_HOURS = 12;

/** The way from a sender to a topic, on which some messages are held up and some delivered twice. */
export interface Road {
  /** @returns the message, unless it is held up */
  set(message: OutgoingMessage, hour: number): PlayedMessage[];
  /** What was held up until this hour. */
  arrivingAt(hour: number): PlayedMessage[];
  /** What is still on its way when the play is over. */
  rest(): PlayedMessage[];
}

export function createRoad(random: Random): Road {
  const held = new Map<number, PlayedMessage[]>();

  function hold(hour: number, played: PlayedMessage): void {
    const already = held.get(hour);
    if (already === undefined) held.set(hour, [played]);
    else already.push(played);
  }

  function repeated(message: OutgoingMessage): OutgoingMessage {
    if (message.topic !== 'participant.registered' || !random.chance(RENEWED_SHARE)) return message;
    return { ...message, value: { ...message.value, messageId: random.uuid() } };
  }

  return {
    set(message, hour) {
      const lateBy = random.chance(LATE_SHARE) ? random.between(1, LATEST_HOURS) : 0;
      const arrival = hour + lateBy;
      const fate = lateBy > 0 ? 'late' : 'in-time';
      if (lateBy > 0) hold(arrival, { message, fate });
      if (random.chance(AGAIN_SHARE)) {
        hold(arrival + random.between(1, LAST_AGAIN_HOURS), { message: repeated(message), fate: 'again' });
      }
      return lateBy > 0 ? [] : [{ message, fate }];
    },
    arrivingAt(hour) {
      const arrived = held.get(hour) ?? [];
      held.delete(hour);
      return arrived;
    },
    rest: () => [...held].sort(([one], [other]) => one - other).flatMap(([, messages]) => messages),
  };
}
