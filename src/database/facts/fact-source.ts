import type { Moment } from '../../domain/calendar';
import type { EventFacts } from '../../domain/facts';

/** Of which event a part is, and when it was read. */
interface ReadOf {
  readonly event: EventFacts;
  readonly moment: Moment;
}

/** How a part of a statement says what it is about. `a` is the event that is asked for. */
export interface Asked {
  /** A condition: the column holds the id of the event. */
  ofEvent(column: string): string;
  /** A condition: the column holds the id of its store. */
  ofStore(column: string): string;
  /** When today began: an expression. */
  readonly today: string;
  /** How many stores that the reader knows have a part in its industry: an expression. */
  readonly knownStores: string;
}

/**
 * Where the facts of one kind come from. It stands beside the writes of its tables, and has a line in `FACT_SOURCES`.
 */
export interface FactSource<Facts> {
  /** Whose key its tables are distributed by, where there are several shards. */
  readonly liesBy: 'event' | 'store';
  /**
   * Its part of a statement: SQL of one JSON value, or of one number or text. It may use `a`, the event asked for, with its
   * store and start.
   */
  sql(asked: Asked): string;
  /** @param part the value of its SQL, as JSON has it */
  decode(part: unknown, of: ReadOf): Facts;
}
