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
   * @returns by the places of the messages whose rows leave or have left, since when they would be refused: whether one that came before was
   *   applied cannot be told any more
   */
  findSealed(sql: Pick<Sql, 'query'>, messages: readonly Message[]): Promise<ReadonlyMap<number, Instant>>;
}

/** What the messages of a topic leave behind. */
interface TraceOptions<Message, Left> {
  /** All that one message leaves. */
  leftBy(message: Message): readonly Left[];
  findAbsent(sql: Pick<Sql, 'query'>, left: readonly NoInfer<Left>[]): Promise<AbsentPositions>;
  /** What is missing, for a report. */
  describe(left: NoInfer<Left>): string;
  /** Of what leaves: by the places of what is sealed, since when. */
  findSealed?(sql: Pick<Sql, 'query'>, left: readonly NoInfer<Left>[]): Promise<ReadonlyMap<number, Instant>>;
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
      return new Map([...sealed].map(([position, since]) => [places[position]!, since]));
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

/** @returns by the places of what is sealed, since when */
export function sinceOfEach<Left>(
  left: readonly Left[],
  sealedSince: (left: Left) => Instant | undefined,
): ReadonlyMap<number, Instant> {
  return new Map(
    left.flatMap((each, place) => {
      const since = sealedSince(each);
      return since === undefined ? [] : [[place, since] as const];
    }),
  );
}

/** An instant as a description of what is missing names it. */
export function isoOf(instant: Instant): string {
  return new Date(instant).toISOString();
}
