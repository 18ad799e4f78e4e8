import type { EventId, StoreId } from '../../domain/values';

/** What is announced of single events and stores, and whose ids are kept for it. */
interface IdOf {
  /** Events that belong to another store than before. */
  readonly moved: EventId;
  readonly events: EventId;
  readonly stores: StoreId;
}

export type Kind = keyof IdOf;
export type IdsOf<K extends Kind> = readonly IdOf[K][];

type IdSets = { readonly [K in Kind]: Set<IdOf[K]> };

/** In the order in which they are announced: a body that is kept of a moved event would be shown to its former owner. */
export const KINDS: readonly Kind[] = ['moved', 'events', 'stores'];

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
  readonly ids: IdSets = { moved: new Set(), events: new Set(), stores: new Set() };

  isEmpty(): boolean {
    return !this.isFull && !this.isGapDue && !this.hasUnknownMoves && this.count() === 0;
  }

  hasStores(): boolean {
    return this.ids.stores.size > 0;
  }

  addFullChange(): void {
    this.isFull = true;
    this.hasUnknownMoves = true;
    this.ids.events.clear();
    this.ids.stores.clear();
  }

  /** Past a bound a full change is cheaper, and takes no more memory. */
  add<K extends Kind>(kind: K, ids: Iterable<IdOf[K]>): void {
    if (this.count() > MOST_PENDING) this.addFullChange();
    if (kind === 'moved' ? this.ids.moved.size > MOST_PENDING : this.isFull) return;
    this.include(kind, ids);
  }

  /** The same without a bound, for what is taken from other changes. */
  include<K extends Kind>(kind: K, ids: Iterable<IdOf[K]>): void {
    for (const id of ids) this.ids[kind].add(id);
  }

  /** Takes out all that is announced of single events and stores. */
  takeIds(): PendingChanges {
    const taken = new PendingChanges();
    for (const kind of KINDS) this.moveTo(taken, kind);
    return taken;
  }

  /** Takes so many out at most. */
  takeSome<K extends Kind>(kind: K, most: number): IdsOf<K> {
    const taken: IdOf[K][] = [];
    for (const id of this.ids[kind]) {
      if (taken.length === most) break;
      taken.push(id);
      this.ids[kind].delete(id);
    }
    return taken;
  }

  /** Takes all changes out, or all but those of stores. */
  take(which: 'all' | 'all but stores'): PendingChanges {
    const taken = new PendingChanges();
    taken.isFull = this.isFull;
    taken.isGapDue = this.isGapDue;
    taken.hasUnknownMoves = this.hasUnknownMoves;
    this.isFull = this.isGapDue = this.hasUnknownMoves = false;
    for (const kind of KINDS) if (kind !== 'stores' || which === 'all') this.moveTo(taken, kind);
    return taken;
  }

  mergedWith(other: PendingChanges): this {
    this.isFull ||= other.isFull;
    this.isGapDue ||= other.isGapDue;
    this.hasUnknownMoves ||= other.hasUnknownMoves;
    for (const kind of KINDS) this.add(kind, other.ids[kind]);
    return this;
  }

  private moveTo(other: PendingChanges, kind: Kind): void {
    other.include(kind, this.ids[kind]);
    this.ids[kind].clear();
  }

  private count(): number {
    const { events, stores, moved } = this.ids;
    return events.size + stores.size + moved.size;
  }
}
