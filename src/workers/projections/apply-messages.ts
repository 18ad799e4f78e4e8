import type { Database, Sql } from '../../database/database';
import { countChange, lockEvents } from '../../database/event-counts';
import { lockStores } from '../../database/sales';
import type { Instant } from '../../domain/values';
import type { Change } from '../../messaging/changes/change-publisher';
import type { EventProjection, PersonProjection, ProjectionWithin, StoreProjection } from './projection';

export interface AppliedMessages {
  /** For each message in its place: whether it changed anything. */
  readonly changed: readonly boolean[];
  readonly change: Change;
}

/**
 * Applies messages by their projection, within the caller's transaction. What every projection needs and none may
 * forget is done here: the locks are taken, in the order of the ids and before anything is read, and the change to be
 * published is derived from the messages that changed something.
 */
export function applyMessages<Message>(
  sql: Sql,
  projection: ProjectionWithin<Message>,
  messages: readonly Message[],
  committedAt: Instant,
): Promise<AppliedMessages> {
  switch (projection.locks) {
    case 'events':
      return applyToEvents(sql, projection, messages, committedAt);
    case 'stores':
      return applyToStores(sql, projection, messages, committedAt);
  }
}

async function applyToEvents<Message>(
  sql: Sql,
  projection: EventProjection<Message>,
  messages: readonly Message[],
  committedAt: Instant,
): Promise<AppliedMessages> {
  const ids = messages.map((message) => projection.eventOf(message));
  await lockEvents(sql, ids, committedAt);
  const { changed, moves = [], countedFor } = await projection.apply(sql, messages, committedAt);
  const events = new Set(ofChanged(ids, changed));
  const owners = countedFor ?? (await countChange(sql, events, committedAt));
  return {
    changed,
    change: {
      events: [...events],
      // The statistics of the store that an event was moved away from change as well.
      stores: [...new Set([...owners, ...moves.map(({ from }) => from)])],
      moved: moves.map(({ eventId }) => eventId),
    },
  };
}

async function applyToStores<Message>(
  sql: Sql,
  projection: StoreProjection<Message>,
  messages: readonly Message[],
  committedAt: Instant,
): Promise<AppliedMessages> {
  const ids = messages.map((message) => projection.storeOf(message));
  await lockStores(sql, ids);
  const { changed } = await projection.apply(sql, messages, committedAt);
  return { changed, change: { events: [], stores: [...new Set(ofChanged(ids, changed))] } };
}

/**
 * Applies messages ahead of the transaction in which their offset moves.
 *
 * @returns those of them that changed something
 */
export async function applyAhead<Message>(
  database: Pick<Database, 'transaction' | 'background'>,
  projection: PersonProjection<Message>,
  messages: readonly Message[],
  committedAt: Instant,
): Promise<ReadonlySet<Message>> {
  if (messages.length === 0) return new Set();
  const { changed } = await projection.applyAhead(database, messages, committedAt);
  return new Set(ofChanged(messages, changed));
}

/** @throws when the projection does not say of every message whether it changed anything: a change would go unpublished */
function ofChanged<Id>(ids: readonly Id[], changed: readonly boolean[]): readonly Id[] {
  if (changed.length !== ids.length)
    throw new Error(`A projection returned the outcome of ${changed.length} messages out of ${ids.length}.`);
  return ids.filter((_, position) => changed[position]);
}
