import type { EventId } from '../../schema/values';

/**
 * Bodies by event, kept as the bytes that are sent. Beside each stands a version that moves whenever the event's
 * figures change: a body may only be stored under the version that was current before its data was read, so that a
 * reader who read just before a commit cannot put the old figures back after it.
 *
 * Every call rejects when the cache is away.
 */
export interface BodyCache {
  read(eventId: EventId): Promise<Buffer | undefined>;
  /** To be asked before the data is read. */
  version(eventId: EventId): Promise<string>;
  /** Keeps the body for so many milliseconds, unless the event's version has moved. */
  store(eventId: EventId, version: string, body: Buffer, ttlMs: number): Promise<void>;
  /** Drops what is kept of these events and moves their versions. Events that nobody has read cost next to nothing. */
  drop(eventIds: readonly EventId[]): Promise<void>;
  /** Drops everything: for when changes may have gone unannounced. */
  clear(): Promise<void>;
}
