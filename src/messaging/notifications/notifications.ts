import type { EventId } from '../../domain/values';

/** Word that an event's figures have changed, from whoever committed to whoever watches. It carries no figures. */
export interface Notifications {
  /** Rejects when nobody can be told right now. */
  publish(events: readonly EventId[]): Promise<void>;
  /** Word that anything may have changed: a gap for everybody. */
  publishGap(): Promise<void>;
  /**
   * Calls back after each word about the event. Resolves once nothing that is published from now on can be missed.
   *
   * @returns ends it; nothing is called back any more
   */
  subscribe(event: EventId, onChange: () => void): Promise<() => void>;
  /** Calls back when words may have been missed, and everything had better be looked at anew. */
  onGap(listener: () => void): () => void;
  /** Whether words come in, as far as is known: false from when their connection ends until after the gap is told. */
  isHearing(): boolean;
  close(): Promise<void>;
}
