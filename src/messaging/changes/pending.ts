import type { EventId, StoreId } from '../../domain/values';

/** What is remembered one by one while it cannot be told. */
const MOST_PENDING = 20_000;

/** What has been announced and not been told yet. */
export class Pending {
  everything = false;
  /** Events may have moved of which nobody has told. */
  unknownMoves = false;

  constructor(
    readonly events = new Set<EventId>(),
    readonly stores = new Set<StoreId>(),
    readonly moved = new Set<EventId>(),
  ) {}

  isEmpty(): boolean {
    return !this.everything && !this.unknownMoves && this.count() === 0;
  }

  hasStores(): boolean {
    return this.stores.size > 0;
  }

  addEverything(): void {
    this.everything = true;
    this.unknownMoves = true;
    this.events.clear();
    this.stores.clear();
  }

  /** Past a bound it is cheaper, and takes no more memory, to say that anything has changed. */
  add(events: Iterable<EventId>, stores: Iterable<StoreId>, moved: Iterable<EventId>): void {
    if (this.count() > MOST_PENDING) this.addEverything();
    if (this.moved.size <= MOST_PENDING) for (const event of moved) this.moved.add(event);
    if (this.everything) return;
    for (const event of events) this.events.add(event);
    for (const store of stores) this.stores.add(store);
  }

  /** Takes all of it out, or all but what is only known by its stores. */
  take(which: 'all' | 'all but stores'): Pending {
    const taken = new Pending(
      new Set(this.events),
      new Set(which === 'all' ? this.stores : []),
      new Set(this.moved),
    );
    taken.everything = this.everything;
    taken.unknownMoves = this.unknownMoves;
    this.everything = this.unknownMoves = false;
    this.events.clear();
    this.moved.clear();
    if (which === 'all') this.stores.clear();
    return taken;
  }

  and(other: Pending): this {
    this.everything ||= other.everything;
    this.unknownMoves ||= other.unknownMoves;
    this.add(other.events, other.stores, other.moved);
    return this;
  }

  private count(): number {
    return this.events.size + this.stores.size + this.moved.size;
  }
}
