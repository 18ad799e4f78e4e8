import type { EventId, Instant, StoreId } from '../../domain/values';
import type { Database, Sql } from '../../database/database';
import type { LockedEvents } from '../../database/event-counts';
import type { SealedDays } from '../../database/sales';
import type { Rejection } from '../messages/rejection';

/** What one topic's messages do: to the rollups of their events, to those of their stores, or to what is kept of people. */
export type Projection<Message> = ProjectionWithin<Message> | PersonProjection<Message>;

/**
 * Its caller (apply-messages.ts) locks the events of the messages, applies them, and reports the events that changed.
 * All projections lock before they read: first the rows of the events (or stores) concerned, sorted, then everything
 * below them. So two transactions never wait for each other in a circle.
 */
export interface EventProjection<Message> {
  readonly locks: 'events';
  eventOf(message: Message): EventId;
  /**
   * Why a message can never be applied, since what it would have to be held against has left: such a message never reaches
   * `apply`. Left out by a projection that needs no raw rows.
   */
  refuse?(message: Message, sealed: LockedEvents['sealed']): Rejection | undefined;
  /**
   * Applies the messages in their order, within the caller's transaction and behind its locks, in a number of
   * statements that does not depend on how many there are. Duplicates and late messages change nothing.
   */
  apply(
    sql: Sql,
    messages: readonly Message[],
    committedAt: Instant,
    locked: LockedEvents,
  ): Promise<AppliedToEvents>;
}

/** The same for messages about a store. */
export interface StoreProjection<Message> {
  readonly locks: 'stores';
  storeOf(message: Message): StoreId;
  refuse?(message: Message, sealed: SealedDays): Rejection | undefined;
  apply(sql: Sql, messages: readonly Message[], committedAt: Instant): Promise<Applied>;
}

/**
 * For messages about people, who may be in any event and in any dead letter. To look for them may take long, so it is done ahead of the
 * transaction in which the offset moves, in pieces that are committed one by one, and once more where that fails. It changes nothing
 * that is shown, so there is no change to be published.
 */
export interface PersonProjection<Message> {
  readonly locks: 'nothing';
  applyAhead(
    database: Pick<Database, 'transaction' | 'background'>,
    messages: readonly Message[],
    committedAt: Instant,
  ): Promise<Applied>;
}

/** What is applied within the transaction in which the offset moves. */
export type ProjectionWithin<Message> = EventProjection<Message> | StoreProjection<Message>;

export interface Applied {
  /** For each message in its place: whether it changed anything. */
  readonly changed: readonly boolean[];
}

export interface AppliedToEvents extends Applied {
  /** The events that belong to another store than before. */
  readonly moves?: readonly Move[];
  /**
   * Given by a projection whose own statement has counted and dated the change of its events: their stores, as far as
   * they are known yet. Left out, the caller counts it.
   */
  readonly countedFor?: readonly StoreId[];
}

export interface Move {
  readonly eventId: EventId;
  readonly from: StoreId;
}

/** @returns the positions of the messages that are the first with their key: within a batch, too, the first applied wins */
export function firstOfEach<Message>(
  messages: readonly Message[],
  keyOf: (message: Message) => string,
): number[] {
  const first = new Map<string, number>();
  messages.forEach((message, position) => {
    const key = keyOf(message);
    if (!first.has(key)) first.set(key, position);
  });
  return [...first.values()];
}
