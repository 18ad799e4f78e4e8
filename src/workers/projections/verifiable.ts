import type { Instant } from '../../domain/values';
import type { Sql } from '../../database/database';
import type { AbsentPositions } from '../../database/verification/absent';
import type { Check } from '../../database/verification/check';

/** What verification asks of the projection of a topic. */
export interface Verifiable<Message> {
  /** What each message must have left once it has been applied, so that the log can be compared with the rows. */
  readonly trace: Trace<Message>;
  /** The rollups that it keeps and that can be recomputed from rows that were kept; none where it keeps none. */
  readonly rollups: readonly Check[];
}

/** Looks for what messages must have left in the database, by one statement. */
export interface Trace<Message> {
  /** @returns by the places of the messages, what is missing of those that are not in the database as a whole */
  findAbsent(sql: Pick<Sql, 'query'>, messages: readonly Message[]): Promise<ReadonlyMap<number, string>>;
  /**
   * To be asked behind the other, of what is absent: a row leaves only behind the sealing.
   *
   * @returns the places of messages whose rows leave or have left: whether they were applied cannot be told any more
   */
  findSealed(sql: Pick<Sql, 'query'>, messages: readonly Message[]): Promise<ReadonlySet<number>>;
}

/** What the messages of a topic leave behind. */
interface TraceOptions<Message, Left> {
  /** All that one message leaves. */
  leftBy(message: Message): readonly Left[];
  findAbsent(sql: Pick<Sql, 'query'>, left: readonly NoInfer<Left>[]): Promise<AbsentPositions>;
  /** What is missing, for a report. */
  describe(left: NoInfer<Left>): string;
  /** Of what leaves: the places of what is sealed. */
  findSealed?(sql: Pick<Sql, 'query'>, left: readonly NoInfer<Left>[]): Promise<readonly number[]>;
}

/** A trace by what one message leaves and a statement that looks for all that many leave. */
export function createTrace<Message, Left>(options: TraceOptions<Message, Left>): Trace<Message> {
  function leftByAll(messages: readonly Message[]): { places: number[]; left: Left[] } {
    const places: number[] = [];
    const left: Left[] = [];
    messages.forEach((message, place) => {
      for (const each of options.leftBy(message)) {
        places.push(place);
        left.push(each);
      }
    });
    return { places, left };
  }
  return {
    async findSealed(sql, messages) {
      const { places, left } = leftByAll(messages);
      const sealed = (await options.findSealed?.(sql, left)) ?? [];
      return new Set(sealed.map((position) => places[position]!));
    },
    async findAbsent(sql, messages) {
      const { places, left } = leftByAll(messages);
      const absent = new Map<number, string>();
      for (const position of await options.findAbsent(sql, left)) {
        const place = places[position]!;
        if (!absent.has(place)) absent.set(place, options.describe(left[position]!));
      }
      return absent;
    },
  };
}

/** An instant as a description of what is missing names it. */
export function isoOf(instant: Instant): string {
  return new Date(instant).toISOString();
}
