import type { EventId, StoreId } from '../../domain/values';

/** How many changes are kept one by one while they cannot be published. */
const MOST_PENDING = 20_000;

/** Changes that have not been published yet. */
export class PendingChanges {
  /** Whether anything may have changed. */
  isFull = false;
  /** Whether subscribers have yet to be notified that anything may have changed. */
  isGapDue = false;
  /** Whether events may have moved without a published change. */
  hasUnknownMoves = false;

  constructor(
    readonly events = new Set<EventId>(),
    readonly stores = new Set<StoreId>(),
    readonly moved = new Set<EventId>(),
  ) {}

  isEmpty(): boolean {
    return !this.isFull && !this.isGapDue && !this.hasUnknownMoves && this.count() === 0;
  }

  hasStores(): boolean {
    return this.stores.size > 0;
  }

  addFullChange(): void {
    this.isFull = true;
    this.hasUnknownMoves = true;
    this.events.clear();
    this.stores.clear();
  }

  /** Past a bound a full change is cheaper, and takes no more memory. */
  add(events: Iterable<EventId>, stores: Iterable<StoreId>, moved: Iterable<EventId>): void {
    if (this.count() > MOST_PENDING) this.addFullChange();
    if (this.moved.size <= MOST_PENDING) for (const event of moved) this.moved.add(event);
    if (this.isFull) return;
    for (const event of events) this.events.add(event);
    for (const store of stores) this.stores.add(store);
  }

  /** Takes all changes out, or all but those that are only known by their stores. */
  take(which: 'all' | 'all but stores'): PendingChanges {
    const taken = new PendingChanges(
      new Set(this.events),
      new Set(which === 'all' ? this.stores : []),
      new Set(this.moved),
    );
    taken.isFull = this.isFull;
    taken.isGapDue = this.isGapDue;
    taken.hasUnknownMoves = this.hasUnknownMoves;
    this.isFull = this.isGapDue = this.hasUnknownMoves = false;
    this.events.clear();
    this.moved.clear();
    if (which === 'all') this.stores.clear();
    return taken;
  }

  mergedWith(other: PendingChanges): this {
    this.isFull ||= other.isFull;
    this.isGapDue ||= other.isGapDue;
    this.hasUnknownMoves ||= other.hasUnknownMoves;
    this.add(other.events, other.stores, other.moved);
    return this;
  }

  private count(): number {
    return this.events.size + this.stores.size + this.moved.size;
  }
}
