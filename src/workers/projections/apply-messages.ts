import type { Database, Sql } from '../../database/database';
import { countChange, lockEvents } from '../../database/event-counts';
import { lockStores } from '../../database/sales';
import type { Instant } from '../../domain/values';
import type { Change } from '../../messaging/changes/change-publisher';
import type { Rejection } from '../messages/rejection';
import type { EventProjection, PersonProjection, ProjectionWithin, StoreProjection } from './projection';

export interface AppliedMessages {
  /** For each message in its place: whether it changed anything. */
  readonly changed: readonly boolean[];
  /** By their places, the messages that can never be applied: only what is stored told so. */
  readonly rejected: ReadonlyMap<number, Rejection>;
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
  const locked = await lockEvents(sql, ids, committedAt);
  const { open, rejected } = withoutRefused(messages, (message) =>
    projection.refuse?.(message, locked.sealed),
  );
  const applied = await projection.apply(
    sql,
    open.map((place) => messages[place]!),
    committedAt,
    locked,
  );
  const { moves = [], countedFor } = applied;
  const changed = inPlaces(open, applied.changed, messages.length);
  const events = new Set(ids.filter((_, place) => changed[place]));
  const owners = countedFor ?? (await countChange(sql, events, committedAt));
  return {
    changed,
    rejected,
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
  const sealed = await lockStores(sql, ids);
  const { open, rejected } = withoutRefused(messages, (message) => projection.refuse?.(message, sealed));
  const applied = await projection.apply(
    sql,
    open.map((place) => messages[place]!),
    committedAt,
  );
  const changed = inPlaces(open, applied.changed, messages.length);
  const stores = new Set(ids.filter((_, place) => changed[place]));
  return { changed, rejected, change: { events: [], stores: [...stores] } };
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
  const places = inPlaces([...messages.keys()], changed, messages.length);
  return new Set(messages.filter((_, place) => places[place]));
}

function withoutRefused<Message>(
  messages: readonly Message[],
  refuse: (message: Message) => Rejection | undefined,
): { readonly open: readonly number[]; readonly rejected: ReadonlyMap<number, Rejection> } {
  const open: number[] = [];
  const rejected = new Map<number, Rejection>();
  messages.forEach((message, place) => {
    const rejection = refuse(message);
    if (rejection === undefined) open.push(place);
    else rejected.set(place, rejection);
  });
  return { open, rejected };
}

/**
 * For each of all messages whether it changed anything; what was not applied did not.
 *
 * @param applied the places of the messages that were
 * @throws when the projection does not say of every message whether it changed anything: a change would go unpublished
 */
function inPlaces(
  applied: readonly number[],
  changed: readonly boolean[],
  count: number,
): readonly boolean[] {
  if (changed.length !== applied.length)
    throw new Error(
      `A projection returned the outcome of ${changed.length} messages out of ${applied.length}.`,
    );
  const all = Array.from({ length: count }, () => false);
  applied.forEach((place, position) => (all[place] = changed[position]!));
  return all;
}
