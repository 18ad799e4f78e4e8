import calculateSlot from 'cluster-key-slot';
import type { ClusterNode, Master } from './node';

export const SLOTS = 16_384;

/** Who serves a slot, and what the slots that it serves are called together. */
export interface Owner {
  readonly node: ClusterNode;
  readonly master: Master;
  readonly part: string;
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
    const owner = { node, master, part: `slots from ${view.slots[0]?.[0]}` };
    for (const [first, last] of view.slots) owners.fill(owner, first, last + 1);
  }
  return owners;
}

/**
 * Whether slots have another owner in a way that may have lost something: a fail-over, a start, but not a slot that its
 * owner has handed over.
 *
 * @param before the last owner that each slot is known to have had
 */
export function haveFailedOver(before: Owners, now: Owners): boolean {
  return now.some((owner, slot) => {
    const last = before[slot];
    if (owner === undefined || last === undefined || owner.master.life === last.master.life) return false;
    return !hasHandedOver(last, slot);
  });
}

function hasHandedOver({ node, master }: Owner, slot: number): boolean {
  const view = node.view();
  if (view === undefined || node.master()?.life !== master.life) return false;
  return !view.slots.some(([first, last]) => first <= slot && slot <= last);
}
