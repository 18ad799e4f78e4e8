import type { EventId, Instant, StoreId } from '../../domain/values';
import type { Sql } from '../../database/database';

/** What one topic's messages do to the statistics. */
export interface Projection<Message> {
  /**
   * Applies the messages in their order, within the caller's transaction, in a number of statements that does not
   * depend on how many there are. Duplicates and late messages change nothing.
   *
   * Locks before it reads: first the rows of the events (or stores) concerned, sorted, then everything below them.
   * All projections do, so two transactions never wait for each other in a circle.
   */
  apply(sql: Sql, messages: readonly Message[], committedAt: Instant): Promise<Applied>;
}

export interface Applied {
  /** For each message in its place: whether it changed anything. */
  readonly changed: readonly boolean[];
  /** The events whose own statistics changed. */
  readonly events: readonly EventId[];
  /** The stores whose figures changed: those of the changed events, and those with new sales. */
  readonly stores: readonly StoreId[];
  /** The events that belong to another store than before. */
  readonly moved?: readonly EventId[];
}

export const NOTHING_CHANGED: Pick<Applied, 'events' | 'stores'> = { events: [], stores: [] };

/**
 * SQL for a column that dates the last change, given the commit time of this one. Of two transactions the later may have
 * begun earlier, so it never goes back; but what lies in the future was dated by a wrong clock and counts as no date.
 *
 * @param committedAt the parameter that holds the commit time, like `$2`
 */
export const datedBy = (column: string, committedAt: string): string =>
  `CASE WHEN ${column} > ${committedAt}::timestamptz + interval '1 minute' THEN ${committedAt}::timestamptz
        ELSE greatest(${column}, ${committedAt}::timestamptz) END`;

/** An instant as PostgreSQL reads it. */
export function timestamp(instant: Instant): string {
  return new Date(instant).toISOString();
}
