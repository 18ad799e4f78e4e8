import type { EventId, StoreId } from '../domain/values';

/**
 * How often an event's body is made anew at most, and how long after a change the one before it may still be served:
 * one second is both. It is also how long a process that died in the middle of its work keeps others from it.
 */
export const TURN_MS = 1_000;

/** The right to make an event's body: one process has it at a time, and nobody else before TURN_MS have gone by. */
export interface Turn {
  /** Never given out twice. */
  readonly id: string;
  /** The event's version when the turn began, and so before its data was read. */
  readonly version: string;
}

/**
 * How long it is known whose an event is, from when a body was last stored. Longer than any body need be kept: from its
 * ending, whoever may not read the event would learn when it was last assembled.
 */
export const OWNER_MS = 86_400_000;

/** A body, and whose event it was made of. */
export interface Made {
  readonly bytes: Buffer;
  readonly owner: StoreId;
}

/** What a reader finds. */
export interface Found {
  /** A body that may be served: of the current version, or else made in the turn that still runs. */
  readonly bytes: Buffer | undefined;
  /** The last body that was made, whether it may be served or not: for when no newer one can be made. */
  readonly kept: Buffer | undefined;
  /** The id of the turn that runs now. */
  readonly turn: string | undefined;
  /** Whose the event is, which no change but a move makes unknown: for who may read it, before anything is assembled. */
  readonly owner: StoreId | undefined;
}

/** The right to serve a body from within the process for a while, without asking for it again. */
export interface Lease {
  readonly bytes: Buffer;
  /**
   * For how many milliseconds more it may be served; none once the connection that it was taken over has ended.
   *
   * @param now by `performance.now()`
   */
  left(now: number): number;
}

/**
 * Leases on the bodies of a cache that lies elsewhere. Each ends so soon after it was asked for that what it serves is no
 * older than a reader is promised, whoever hears of a change or does not.
 */
export interface Leases {
  /** On the event's body, if nothing has changed since it was made; rejects when the cache is away. */
  take(eventId: EventId): Promise<Lease | undefined>;
  /**
   * Gives these another while, those whose events have not changed; the others have nothing left. A small question for all of
   * them: no body is sent again. Rejects when the cache is away.
   */
  renew(leases: readonly Lease[]): Promise<void>;
  /**
   * Calls back when this process itself changes what the cache has of these events, or of all: ahead of the change, and once
   * more when it is over. No lease from before, nor one that is being asked for, may be used any more.
   */
  onChange(listener: ChangeListener): void;
}

export type ChangeListener = (eventIds: readonly EventId[] | 'all') => void;

/**
 * Bodies by event, kept as the bytes that are sent, each with the version and the turn that it was made under. A
 * change moves the version and leaves the body: it is served until its turn is over, so that an event that changes
 * all the time is not assembled all the time. Whose turn is over is judged by the cache alone, by one clock, however
 * much the clocks of its users differ.
 *
 * A body that must not be served any more is kept all the same, for as long as the cache was made to keep them: it is
 * the last that is known while the database is away. Only `remove` takes it.
 *
 * Every call rejects when the cache is away.
 */
export interface BodyCache {
  /** None where asking costs next to nothing, or where none are to be given. */
  readonly leases?: Leases;
  /** One round trip, whatever is found. */
  read(eventId: EventId): Promise<Found>;
  /** Takes the event's turn, unless it is taken. To be called before the data is read. */
  begin(eventId: EventId): Promise<Turn | 'taken'>;
  /**
   * Keeps what was made in the turn, to be served for so many milliseconds. What nobody could be served any more is not
   * kept: its turn is over and the version has moved. A body for less than a millisecond is none, and gives the turn
   * back. Its owner is known from then on only if the version is current: a turn may run on across an unannounced move.
   */
  store(eventId: EventId, turn: Turn, made: Made, ttlMs: number): Promise<void>;
  /** Gives the turn back: nothing was made in it. */
  abandon(eventId: EventId, turn: Turn): Promise<void>;
  /** These events have changed. Those that nobody has read cost next to nothing. */
  drop(eventIds: readonly EventId[]): Promise<void>;
  /** These events have changed, and no reader may be served what was made before, not even for a second. */
  forget(eventIds: readonly EventId[]): Promise<void>;
  /**
   * Nothing that was made of these events before may be served again, whatever happens: they belong to somebody else,
   * or are not there. What is being made at the moment is not kept either: its turn is taken away. Nor is it known any
   * more whose they are.
   */
  remove(eventIds: readonly EventId[]): Promise<void>;
  /** Any event may have changed, and its owner too: for when changes may have gone unannounced. */
  clear(): Promise<void>;
}
