import { freePort } from '../machine/ports';
import { waitFor } from '../wait-for';
import { askRedis, createRedis } from './redis';
import type { Server } from './server';

/** Three masters of Redis with a replica each, which share the keys. */
export interface RedisCluster {
  /** The masters at first, then their replicas in the same order. */
  readonly nodes: readonly Server[];
  /** The address for REDIS_URL. It names two nodes, which name the others. */
  readonly url: string;
  /** Starts all of them and makes them one cluster. */
  start(): Promise<void>;
  /** Who serves the key's slot, as the first node that answers sees it. @throws Error while none does */
  ownerOf(key: string): Promise<Server>;
  /** A node that serves other slots than that of the key. */
  otherThan(key: string): Promise<Server>;
  /** Makes the replica of the master that serves the key's slot the master; both go on. */
  failOver(key: string): Promise<void>;
  /** Moves the key's slot with what it holds to another master, as redis-cli does. */
  moveSlotOf(key: string, to: Server): Promise<void>;
  /** The same, up to where the keys are there and the slot is not yet. */
  beginMovingSlotOf(key: string, to: Server): Promise<SlotOnItsWay>;
  remove(): Promise<void>;
}

export interface SlotOnItsWay {
  finish(): Promise<void>;
  /** Takes the keys back: the slot stays where it was. */
  breakOff(): Promise<void>;
}

const MASTERS = 3;
const SLOTS = 16_384;
/** In milliseconds. A node is missed soon, and not because this machine is busy for a moment. */
const MISSED_AFTER = 3_000;
const LONG_MS = 60_000;

interface Node extends Server {
  readonly busPort: string;
  /** It takes connections then, and answers nothing. */
  isFrozen: boolean;
}

/** What CLUSTER NODES says of one of them. */
interface Seen {
  readonly server: Server;
  readonly id: string;
  /** Of a replica. */
  readonly masterId: string;
  readonly flags: readonly string[];
  readonly slots: readonly (readonly [number, number])[];
}

export async function createRedisCluster(): Promise<RedisCluster> {
  const nodes: Node[] = [];
  while (nodes.length < 2 * MASTERS) nodes.push(await createNode());
  const masters = nodes.slice(0, MASTERS);
  const slotOf = async (key: string): Promise<number> =>
    Number(await ask(await anyOf(nodes), 'KEYSLOT', key));
  const seenBy = async (node: Server): Promise<readonly Seen[]> =>
    toSeen(String(await ask(node, 'NODES')), nodes);
  const until = (what: string, isSo: (node: Server) => Promise<boolean>): Promise<unknown> =>
    waitFor(async () => (await Promise.all(nodes.map(isSo))).every(Boolean), { what, timeoutMs: LONG_MS });

  async function mastersNow(): Promise<readonly Seen[]> {
    const seen = await seenBy(await anyOf(nodes));
    return seen.filter(({ flags }) => flags.includes('master') && !flags.includes('fail'));
  }

  async function ownerOf(key: string): Promise<Server> {
    const slot = await slotOf(key);
    const owner = (await mastersNow()).find(({ slots }) =>
      slots.some(([first, last]) => first <= slot && slot <= last),
    );
    if (owner === undefined) throw new Error(`No node serves slot ${slot}.`);
    return owner.server;
  }

  async function beginMovingSlotOf(key: string, to: Server): Promise<SlotOnItsWay> {
    const slot = String(await slotOf(key));
    const from = await ownerOf(key);
    const [fromId, toId] = [await idOf(from), await idOf(to)];
    await ask(to, 'SETSLOT', slot, 'IMPORTING', fromId);
    await ask(from, 'SETSLOT', slot, 'MIGRATING', toId);
    await migrate(slot, from, to);
    return {
      async finish() {
        await migrate(slot, from, to);
        for (const node of [to, from]) await ask(node, 'SETSLOT', slot, 'NODE', toId);
      },
      async breakOff() {
        // Only then does it take keys that it has given away.
        await ask(from, 'SETSLOT', slot, 'STABLE');
        await migrate(slot, to, from);
        await ask(to, 'SETSLOT', slot, 'STABLE');
      },
    };
  }

  return {
    nodes,
    url: `redis-cluster://${masters.slice(0, 2).map(hostOf).join()}`,
    async start() {
      await Promise.all(nodes.map((node) => node.start()));
      const perMaster = Math.ceil(SLOTS / MASTERS);
      for (const [index, master] of masters.entries()) {
        const last = Math.min((index + 1) * perMaster, SLOTS) - 1;
        await ask(master, 'ADDSLOTSRANGE', String(index * perMaster), String(last));
        await ask(master, 'SET-CONFIG-EPOCH', String(index + 1));
      }
      for (const met of nodes) for (const node of nodes) if (met !== node) await meet(node, met);
      await until('the nodes to know each other', async (node) => {
        const seen = await seenBy(node);
        return seen.length === nodes.length && seen.every(({ flags }) => !flags.includes('handshake'));
      });
      for (const [index, master] of masters.entries()) {
        const replica = nodes[MASTERS + index];
        if (replica !== undefined) await ask(replica, 'REPLICATE', await idOf(master));
      }
      await until('the cluster to be complete', async (node) =>
        String(await ask(node, 'INFO')).includes('cluster_state:ok'),
      );
      await until('all nodes to know the replicas', async (node) => {
        const seen = await seenBy(node);
        return seen.filter(({ flags }) => flags.includes('slave')).length === MASTERS;
      });
    },
    ownerOf,
    async otherThan(key) {
      const owner = await ownerOf(key);
      const other = (await mastersNow()).find(({ server, slots }) => server !== owner && slots.length > 0);
      if (other === undefined) throw new Error('No other node serves any slot.');
      return other.server;
    },
    async failOver(key) {
      const before = await ownerOf(key);
      const id = await idOf(before);
      const replica = (await seenBy(before)).find(({ masterId }) => masterId === id);
      if (replica === undefined) throw new Error('The node has no replica.');
      const isOver = async (): Promise<boolean> => {
        // It may be refused while the replica is not in step.
        await ask(replica.server, 'FAILOVER').catch(() => undefined);
        return (await ownerOf(key)) === replica.server;
      };
      await waitFor(isOver, { what: 'the replica to be the master', timeoutMs: LONG_MS, everyMs: 500 });
    },
    async moveSlotOf(key, to) {
      const onItsWay = await beginMovingSlotOf(key, to);
      await onItsWay.finish();
    },
    beginMovingSlotOf,
    async remove() {
      await Promise.all(nodes.map((node) => node.remove()));
    },
  };
}

async function createNode(): Promise<Node> {
  const busPort = String(await freePort());
  const server = await createRedis([
    ...['--cluster-enabled', 'yes', '--cluster-config-file', 'nodes.conf', '--cluster-port', busPort],
    ...['--cluster-node-timeout', String(MISSED_AFTER), '--repl-diskless-sync-delay', '0'],
    // To have a master change its replication id.
    ...['--enable-debug-command', 'local'],
  ]);
  const node: Node = {
    ...server,
    busPort,
    isFrozen: false,
    freeze() {
      node.isFrozen = true;
      server.freeze();
    },
    thaw() {
      server.thaw();
      node.isFrozen = false;
    },
  };
  return node;
}

const ask = (node: Server, ...command: readonly [string, ...string[]]): Promise<unknown> =>
  askRedis(node.url, 'CLUSTER', ...command);
const idOf = async (node: Server): Promise<string> => String(await ask(node, 'MYID'));
const hostOf = ({ url }: Server): string => new URL(url).host;

async function meet(node: Server, { url, busPort }: Node): Promise<void> {
  const { hostname, port } = new URL(url);
  await ask(node, 'MEET', hostname, port, busPort);
}

/** Moves all keys of a slot that a node has. */
async function migrate(slot: string, from: Server, to: Server): Promise<void> {
  const { hostname, port } = new URL(to.url);
  for (;;) {
    const keys = await ask(from, 'GETKEYSINSLOT', slot, '100');
    if (!Array.isArray(keys) || keys.length === 0) return;
    await askRedis(from.url, 'MIGRATE', hostname, port, '', '0', '5000', 'KEYS', ...keys.map(String));
  }
}

/** The first that answers. */
async function anyOf(nodes: readonly Node[]): Promise<Server> {
  for (const node of nodes) {
    if (node.isFrozen) continue;
    const isThere = await ask(node, 'MYID').then(
      () => true,
      () => false,
    );
    if (isThere) return node;
  }
  throw new Error('No node answers.');
}

function toSeen(reply: string, nodes: readonly Server[]): readonly Seen[] {
  return reply
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [id = '', address = '', flags = '', masterId = '', , , , , ...ranges] = line.split(' ');
      const server = nodes.find(({ url }) => address.startsWith(`${new URL(url).host}@`));
      if (server === undefined) throw new Error(`No node of this cluster is at ${address}.`);
      const slots = ranges.filter((range) => !range.startsWith('[')).map(toRange);
      return { server, id, masterId, flags: flags.split(','), slots };
    });
}

function toRange(text: string): readonly [number, number] {
  const [first, last = first] = text.split('-').map(Number);
  return [first ?? 0, last ?? 0];
}
