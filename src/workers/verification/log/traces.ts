import type { Sql } from '../../../database/database';
import {
  absentDeadLetters,
  absentDefinitions,
  absentDistributions,
  absentParticipants,
  type AbsentPositions,
  absentSales,
  absentViews,
  type DeadLetterTrace,
} from '../../../database/verification/traces';
import type { BusinessCalendar } from '../../../domain/calendar';
import type { Instant } from '../../../domain/values';
import type { MessageOf, Topic } from '../../messages/topics';

/** Looks for what messages must have left in the database, by one statement. */
export interface Trace<Message> {
  /** @returns by the places of the messages, what is missing of those that are not in the database as a whole */
  findAbsent(sql: Pick<Sql, 'query'>, messages: readonly Message[]): Promise<ReadonlyMap<number, string>>;
}

export type Traces = { readonly [T in Topic]: Trace<MessageOf<T>> };

/** What the messages of a topic leave behind. */
interface TraceOptions<Message, Left> {
  /** All that one message leaves. */
  leftBy(message: Message): readonly Left[];
  findAbsent(sql: Pick<Sql, 'query'>, left: readonly NoInfer<Left>[]): Promise<AbsentPositions>;
  /** What is missing, for a report. */
  describe(left: NoInfer<Left>): string;
}

function createTrace<Message, Left>(options: TraceOptions<Message, Left>): Trace<Message> {
  return {
    async findAbsent(sql, messages) {
      const places: number[] = [];
      const left: Left[] = [];
      messages.forEach((message, place) => {
        for (const each of options.leftBy(message)) {
          places.push(place);
          left.push(each);
        }
      });
      const absent = new Map<number, string>();
      for (const position of await options.findAbsent(sql, left)) {
        const place = places[position]!;
        if (!absent.has(place)) absent.set(place, options.describe(left[position]!));
      }
      return absent;
    },
  };
}

const isoOf = (instant: Instant): string => new Date(instant).toISOString();

/** @param calendar says which day a measurement belongs to */
export function createTraces(calendar: Pick<BusinessCalendar, 'dayOf'>): Traces {
  return {
    'event.created': createTrace({
      leftBy: ({ eventId, occurredAt }) => [{ eventId, definedAt: occurredAt }],
      findAbsent: absentDefinitions,
      describe: ({ eventId, definedAt }) =>
        `no definition of event ${eventId} as late as ${isoOf(definedAt)}`,
    }),
    'participant.registered': createTrace({
      leftBy: (message) => [message],
      findAbsent: absentParticipants,
      describe: ({ eventId, participantId }) => `no row of participant ${participantId} of event ${eventId}`,
    }),
    'distribution.completed': createTrace({
      leftBy: ({ eventId, occurredAt, channels }) =>
        channels.map(({ channel }) => ({ eventId, channel, distributedAt: occurredAt })),
      findAbsent: absentDistributions,
      describe: ({ eventId, channel, distributedAt }) =>
        `no distribution of event ${eventId} over ${channel} that takes in ${isoOf(distributedAt)}`,
    }),
    'channel.views-measured': createTrace({
      leftBy: ({ eventId, channel, measuredAt }) => [
        { eventId, channel, day: calendar.dayOf(measuredAt), measuredAt },
      ],
      findAbsent: absentViews,
      describe: ({ eventId, channel, day, measuredAt }) =>
        `no views of event ${eventId} on ${channel} on ${day} as late as ${isoOf(measuredAt)}`,
    }),
    'sales.recorded': createTrace({
      leftBy: (message) => [message],
      findAbsent: absentSales,
      describe: ({ messageId, storeId }) => `no row of sale ${messageId} of store ${storeId}`,
    }),
  };
}

/** A message that must be kept as a dead letter unless it was applied. */
export interface Unapplied extends DeadLetterTrace {
  /** Why it cannot have been applied, or what is missing of it. */
  readonly what: string;
}

export const DEAD_LETTERS: Trace<Unapplied> = createTrace({
  leftBy: (message) => [message],
  findAbsent: absentDeadLetters,
  describe: ({ what }) => what,
});
