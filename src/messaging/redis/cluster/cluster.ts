import type { RedisServer, RedisServers, Together } from '../../../cache/redis-servers';
import type { ClusterAddress, Host } from '../../../config/redis-address';
import type { Logger } from '../../../observability/log';
import { tryEach } from '../../../runtime/try-each';
import { requireAnswer } from '../heartbeat';
import { type ClusterNode, openClusterNode } from './node';
import { createOwedActions } from './owed-actions';
import { assignSlots, haveFailedOver, type Owner, type Owners, slotOf } from './slots';

/** The masters of a cluster, which share the keys by their slots. */
export interface RedisCluster extends RedisServers {
  /** Who serves a key; nothing while nobody does, as far as is known. */
  ownerOf(key: string): ClusterNode | undefined;
  /** Calls back when slots have other owners, or none. */
  onMove(listener: () => void): void;
  /** Calls back when the service has come to another server than before in a way that may have lost changes. */
  onOtherServer(listener: () => void): void;
  /** Looks at once who serves what, rather than at the next of the looks that are due. */
  look(): void;
  /** @throws Error when a slot has no owner, or an owner does not answer */
  requireAnswers(): Promise<void>;
  stop(): void;
}

const SETTLE_EVERY_MS = 500;

/**
 * A connection of its own to each node, rather than ioredis's `Cluster`: that one repeats what was sent to a server that does not
 * serve the slot any more at another, under keys that name the former. Here a key that has moved is away until it is known where it is:
 * at the next look, a quarter of a second later at most.
 *
 * @param prefix what keys begin with ahead of who keeps them
 * @returns once the nodes of the address have been asked, or cannot be reached
 */
export async function openRedisCluster(
  address: ClusterAddress,
  prefix: string,
  log: Logger,
): Promise<RedisCluster> {
  const nodes = new Map<string, ClusterNode>();
  const moved: (() => void)[] = [];
  const arrived: (() => void)[] = [];
  const owed = createOwedActions(log);
  let isStopped = false;
  let owners: Owners = [];
  /** Also of slots that have none now. */
  let lastOwners: Owners = [];
  let masters: readonly RedisServer[] = [];
  const settling = setInterval(() => owed.settle(masters), SETTLE_EVERY_MS).unref();

  function open(host: Host): ClusterNode {
    const node = openClusterNode({ address, host, prefix, onChange: assign, log });
    nodes.set(nameOf(host), node);
    return node;
  }

  function assign(): void {
    // Connections that end then say nothing of the cluster.
    if (isStopped) return;
    keepNodes();
    owners = assignSlots(nodes.values());
    const isOther = haveFailedOver(lastOwners, owners);
    lastOwners = owners.map((owner, slot) => owner ?? lastOwners[slot]);
    masters = mastersOf(owners);
    owed.settle(masters);
    for (const listener of moved) listener();
    if (isOther) for (const listener of arrived) listener();
  }

  /** Connects to masters that are new, and leaves nodes that no other names any more; those of the address stay. */
  function keepNodes(): void {
    const views = [...nodes.values()].flatMap((node) => node.view() ?? []);
    // Where none says anything, those that were known are the only ones that may yet.
    if (views.length === 0) return;
    const named = views.flatMap(({ masters: others }) => others);
    for (const host of named) if (!nodes.has(nameOf(host))) open(host);
    const kept = new Set([...address.nodes, ...named].map(nameOf));
    for (const [name, node] of nodes) {
      if (kept.has(name) || node.master() !== undefined) continue;
      nodes.delete(name);
      node.stop();
    }
  }

  function ownerAt(slot: number): Owner {
    const owner = owners[slot];
    if (owner === undefined)
      throw new Error(`No node of the Redis cluster serves slot ${slot}, as far as is known.`);
    return owner;
  }

  /** Whose slots nobody serves, as far as this process knows: others may reach them. */
  const missing = (): readonly RedisServer[] =>
    mastersOf(lastOwners.filter((_last, slot) => owners[slot] === undefined));

  await Promise.all(address.nodes.map((host) => open(host).opened()));
  // Those that they named.
  await Promise.all([...nodes.values()].map((node) => node.opened()));

  return {
    of: (id) => ownerAt(slotOf(id)).master,
    partOf: (id) => lastOwners[slotOf(id)]?.part ?? 'slots of nobody',
    tag: (id) => `{${id}}`,
    together<Item>(items: readonly Item[], idOf: (item: Item) => string): readonly Together<Item>[] {
      const bySlot = new Map<number, Item[]>();
      for (const item of items) {
        const slot = slotOf(idOf(item));
        const others = bySlot.get(slot);
        if (others === undefined) bySlot.set(slot, [item]);
        else others.push(item);
      }
      return [...bySlot].map(([slot, ofSlot]) => ({ server: ownerAt(slot).master, items: ofSlot }));
    },
    async each(action) {
      const [there, away] = [masters, missing()];
      if (there.length === 0) throw new Error('No node of the Redis cluster can be reached.');
      const { failed, error } = await tryEach(there, action);
      if (error !== undefined && failed.length === there.length) throw error;
      owed.add([...failed, ...away], action);
    },
    ownerOf: (key) => owners[slotOf(key)]?.node,
    onMove: (listener) => void moved.push(listener),
    onOtherServer: (listener) => void arrived.push(listener),
    look() {
      for (const node of nodes.values()) void node.look();
    },
    async requireAnswers() {
      for (let slot = 0; slot < owners.length; slot++) ownerAt(slot);
      if (owners.length === 0) throw new Error('No node of the Redis cluster has been reached yet.');
      await Promise.all(masters.map(({ redis }) => requireAnswer(redis)));
    },
    stop() {
      isStopped = true;
      clearInterval(settling);
      for (const node of nodes.values()) node.stop();
    },
  };
}

const mastersOf = (owners: Owners): readonly RedisServer[] => [
  ...new Set(owners.flatMap((owner) => owner?.master ?? [])),
];

const nameOf = ({ host, port }: Host): string => `${host}:${port}`;
