import type { Moment } from '../../domain/calendar';
import type { EventFacts } from '../../domain/facts';

/** Of which event a part is, and when it was read. */
interface ReadOf {
  readonly event: EventFacts;
  readonly moment: Moment;
}

/**
 * Where the facts of one kind come from. It stands beside the writes of its tables, and has a line in `FACT_SOURCES`.
 */
export interface FactSource<Facts> {
  /**
   * Its part of the one statement: SQL of one JSON value, or of one number or text. It may use `a`, the event asked for,
   * with `a.reader`; `given.today`, when today began; `known`, the stores that each reader knows.
   */
  readonly sql: string;
  /** @param part the value of its SQL, as JSON has it */
  decode(part: unknown, of: ReadOf): Facts;
}
