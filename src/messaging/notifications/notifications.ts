import type { EventId } from '../../domain/values';

/** Notifies subscribers, in whatever process, that an event's statistics have changed. It carries no statistics. */
export interface Notifications {
  /** Rejects when subscribers cannot be notified right now. */
  publish(events: readonly EventId[]): Promise<void>;
  /** Notifies every subscriber that anything may have changed: a gap. */
  publishGap(): Promise<void>;
  /**
   * Calls back after each notification about the event. Resolves once nothing that is published from now on can be missed.
   *
   * @returns ends it; nothing is called back any more
   */
  subscribe(event: EventId, onChange: () => void): Promise<() => void>;
  /** Calls back when notifications may have been missed: whatever is shown has to be read again. */
  onGap(listener: () => void): () => void;
  /**
   * Whether notifications about the event, which is subscribed to, come in, as far as is known: false from when their connection
   * ends until the gap is reported.
   */
  isHearing(event: EventId): boolean;
  close(): Promise<void>;
}
