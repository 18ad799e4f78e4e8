import type { Redis } from 'ioredis';
import { OnItsWay, type RedisServer, type RedisServers } from '../../../cache/redis-servers';
import type { ClusterAddress, Host } from '../../../config/redis-address';
import type { Logger } from '../../../observability/log';
import { tryEach } from '../../../runtime/try-each';
import { requireAnswer } from '../heartbeat';
import { type ClusterNode, openClusterNode } from './node';
import { createOwedActions } from './owed-actions';
import { assignSlots, formerOwners, hasHandedOver, type Owner, type Owners, slotOf } from './slots';

/** The masters of a cluster, which share the keys by their slots. */
export interface RedisCluster extends RedisServers {
  /** The node that serves a key; undefined while none does, as far as is known. */
  ownerOf(key: string): ClusterNode | undefined;
  /** Calls back when slots may have other owners, or none. */
  readonly onMove: (listener: () => void) => void;
  /** Calls back when the service has come to another server than before in a way that may have lost changes. */
  onOtherServer(listener: () => void): void;
  /** Looks at once who serves what, rather than at the next of the looks that are due. */
  look(): void;
  /** @throws Error when a slot has no owner, or an owner does not answer */
  requireAnswers(): Promise<void>;
  stop(): void;
}

const SETTLE_EVERY_MS = 500;
/** "ASK slot host:port" */
const IMPORTING = /^ASK \d+ (?<host>.+)$/;

export interface RedisClusterOptions {
  readonly address: ClusterAddress;
  /** What keys begin with ahead of who keeps them. */
  readonly prefix: string;
  /** Called with each connection for commands before anything is sent over it. */
  readonly prepare?: (redis: Redis) => void;
  readonly log: Logger;
}

/**
 * A connection of its own to each node, rather than ioredis's `Cluster`: that one repeats what was sent to a server that does not
 * serve the slot any more at another, under keys that name the former. Here a key that has moved is away until it is known where it is:
 * at the next look, a quarter of a second later at most.
 *
 * @returns once the nodes of the address have been asked, or cannot be reached
 */
export async function openRedisCluster(options: RedisClusterOptions): Promise<RedisCluster> {
  const { address, prefix, prepare = () => undefined, log } = options;
  const nodes = new Map<string, ClusterNode>();
  const moved: (() => void)[] = [];
  const arrived: (() => void)[] = [];
  const owed = createOwedActions();
  let isStopped = false;
  let owners: Owners = [];
  /** Also of slots that have none now. */
  let lastOwners: Owners = [];
  let masters: readonly RedisServer[] = [];
  const settling = setInterval(settle, SETTLE_EVERY_MS).unref();

  function settle(): void {
    owed.settle(masters, isComplete());
  }

  function open(host: Host): ClusterNode {
    const node = openClusterNode({ address, host, prefix, prepare, onChange: assign, log });
    nodes.set(nameOf(host), node);
    return node;
  }

  function assign(): void {
    // Connections that end then say nothing of the cluster.
    if (isStopped) return;
    keepNodes();
    owners = assignSlots(nodes.values());
    const former = formerOwners(lastOwners, owners);
    lastOwners = owners.map((owner, slot) => owner ?? lastOwners[slot]);
    masters = mastersOf(owners);
    settle();
    for (const listener of moved) listener();
    for (const [owner, slots] of former) void judge(owner, slots);
  }

  /** A node that hands slots over says so itself, if it has not yet then when it is asked; any other way may lose changes. */
  async function judge(owner: Owner, slots: readonly number[]): Promise<void> {
    const haveBeenHandedOver = (): boolean => slots.every((slot) => hasHandedOver(owner, slot));
    if (haveBeenHandedOver()) return;
    if (owner.node.master()?.life === owner.master.life) {
      // The first answer may be of a question from before.
      await owner.node.look();
      await owner.node.look();
      if (haveBeenHandedOver() || isStopped) return;
    }
    for (const listener of arrived) listener();
  }

  const isComplete = (): boolean => owners.length > 0 && owners.every((owner) => owner !== undefined);

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
    if (owner !== undefined) return owner;
    const last = lastOwners[slot];
    if (last !== undefined && hasHandedOver(last, slot))
      throw new OnItsWay(`Slot ${slot} of the Redis cluster has been handed over.`);
    throw new Error(`No node of the Redis cluster serves slot ${slot}, as far as is known.`);
  }

  await Promise.all(address.nodes.map((host) => open(host).opened()));
  // Those that they named.
  await Promise.all([...nodes.values()].map((node) => node.opened()));

  return {
    of: (id) => ownerAt(slotOf(id)).master,
    partOf(id) {
      const last = lastOwners[slotOf(id)];
      return last === undefined ? 'unserved slots' : nameOf(last.node.host);
    },
    groupOf: (id) => slotOf(id),
    tag: (id) => `{${id}}`,
    async each(action) {
      const there = masters;
      if (there.length === 0) throw new Error('No node of the Redis cluster can be reached.');
      const { failed, error } = await tryEach(there, action);
      if (error !== undefined && failed.length === there.length) throw error;
      const done = there.filter((server) => !failed.includes(server));
      owed.add(action, done);
      settle();
    },
    importing(answer) {
      const place = answer instanceof Error ? IMPORTING.exec(answer.message)?.groups?.['host'] : undefined;
      return place === undefined ? undefined : nodes.get(place)?.master()?.redis;
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
