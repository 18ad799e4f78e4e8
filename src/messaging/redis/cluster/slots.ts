import calculateSlot from 'cluster-key-slot';
import type { ClusterNode, Master } from './node';

export const SLOTS = 16_384;

/** Who serves a slot. */
export interface Owner {
  readonly node: ClusterNode;
  readonly master: Master;
}

/** An owner for each slot that has one. */
export type Owners = readonly (Owner | undefined)[];

export const slotOf = (key: string): number => calculateSlot(key);

/**
 * Each node is believed what it says of itself. Where two claim a slot, one of them has been passed over and has not
 * heard of it: the higher epoch wins, as among the nodes.
 */
export function assignSlots(nodes: Iterable<ClusterNode>): Owners {
  const owners: (Owner | undefined)[] = Array.from({ length: SLOTS });
  const claims = [...nodes].flatMap((node) => {
    const [view, master] = [node.view(), node.master()];
    return view !== undefined && master !== undefined ? [{ node, view, master }] : [];
  });
  claims.sort((one, other) => one.view.epoch - other.view.epoch);
  for (const { node, view, master } of claims) {
    const owner = { node, master };
    for (const [first, last] of view.slots) owners.fill(owner, first, last + 1);
  }
  return owners;
}

/** Who had slots that another one has now, by a start or a fail-over or because they were handed over. */
export function formerOwners(before: Owners, now: Owners): ReadonlyMap<Owner, readonly number[]> {
  const former = new Map<Owner, number[]>();
  now.forEach((owner, slot) => {
    const last = before[slot];
    if (owner === undefined || last === undefined || owner.master.life === last.master.life) return;
    const slots = former.get(last) ?? [];
    former.set(last, slots);
    slots.push(slot);
  });
  return former;
}

/** Whether a node goes on as the master that it was, and says that it has this slot no more. */
export function hasHandedOver({ node, master }: Owner, slot: number): boolean {
  const view = node.view();
  if (view === undefined || node.master()?.life !== master.life) return false;
  return !view.slots.some(([first, last]) => first <= slot && slot <= last);
}
