import type { Redis } from 'ioredis';
import { defineScripts } from '../../../cache/redis-scripts';
import type { RedisServer } from '../../../cache/redis-servers';
import type { ClusterAddress, Host } from '../../../config/redis-address';
import { createFaultLog } from '../../../observability/fault-log';
import type { Logger } from '../../../observability/log';
import { createNodeConnection } from '../connection';
import { startHeartbeat } from '../heartbeat';
import { digestOf, toServerInfo } from '../server-info';
import { type ClusterView, toClusterView } from './view';

/** A node of the cluster, and the connections to it. */
export interface ClusterNode {
  readonly host: Host;
  /** What it said last, on the connection that there is. */
  view(): ClusterView | undefined;
  /** It, in this of its lives; nothing while it is not known, or is no master. */
  master(): Master | undefined;
  /** The connection for subscriptions, which is made when it is first asked for. */
  subscriptions(): Redis;
  /** Asks it what it serves. Never rejects. */
  look(): Promise<void>;
  /** Resolves when it has been asked for the first time, or cannot be reached. */
  opened(): Promise<void>;
  stop(): void;
}

export interface Master extends RedisServer {
  /** Differs between two starts, and between two times as a master. */
  readonly life: string;
}

export interface ClusterNodeOptions {
  readonly address: ClusterAddress;
  readonly host: Host;
  /** What keys begin with ahead of who keeps them. */
  readonly prefix: string;
  /** Called when what it serves, who it is or which masters it knows may have changed. */
  readonly onChange: () => void;
  readonly log: Logger;
}

/** A slot that has moved is found where it is so soon. */
const LOOK_EVERY_MS = 250;

export function openClusterNode({ address, host, prefix, onChange, log }: ClusterNodeOptions): ClusterNode {
  const commands = createNodeConnection(address, host, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 500,
  });
  defineScripts(commands);
  const name = `${host.host}:${host.port}`;
  const silence = createFaultLog(
    log,
    {
      begins:
        'a node of the Redis cluster does not say who it is or what it serves (INFO, CLUSTER NODES): it is not used',
      ends: 'the node of the Redis cluster says again who it is and what it serves',
    },
    { node: name },
  );
  let connection = 0;
  let life: string | undefined;
  let view: ClusterView | undefined;
  let master: Master | undefined;
  let subscriptions: Redis | undefined;
  let looking: Promise<void> | undefined;

  function forget(): void {
    connection += 1;
    life = view = master = undefined;
    onChange();
  }

  function look(): Promise<void> {
    if (commands.status !== 'ready') return Promise.resolve();
    return (looking ??= ask().finally(() => (looking = undefined)));
  }

  async function ask(): Promise<void> {
    const mine = connection;
    try {
      const known = life ?? (await askLife());
      const seen = toClusterView(String(await commands.call('CLUSTER', 'NODES')));
      silence.worked();
      if (mine === connection) take(seen, known);
    } catch (error) {
      // While there is a connection: that it ends is told elsewhere.
      if (mine === connection) silence.failed(error);
    }
  }

  async function askLife(): Promise<string> {
    const { runId, replicationId } = toServerInfo(await commands.info());
    if (runId === undefined) throw new Error('INFO names no run_id.');
    return digestOf(runId, replicationId);
  }

  function take(seen: ClusterView, known: string): void {
    const hasChanged = view === undefined || essence(seen) !== essence(view);
    // A replica that becomes a master gets another replication id.
    const isAnother = seen.isMaster !== view?.isMaster || seen.epoch !== view.epoch;
    view = seen;
    life = seen.isMaster ? known : undefined;
    if (isAnother) master = seen.isMaster ? createMaster(known, seen.epoch) : undefined;
    if (hasChanged) onChange();
  }

  /** Under a higher epoch slots have come to it, with keys that may lack changes: nothing of theirs is ever read. */
  function createMaster(known: string, epoch: number): Master {
    const created: Master = {
      redis: commands,
      prefix: `${prefix}${digestOf(known, '', String(epoch))}:`,
      takesMixedKeys: false,
      life: known,
      isCurrent: () => master === created,
    };
    return created;
  }

  function connect(redis: Redis, what: string): () => void {
    redis.on('error', (error) => log.debug({ err: error, node: name }, 'the connection to Redis failed'));
    const stopHeartbeat = startHeartbeat(redis, { name: `${what} of ${name}`, log });
    return () => {
      stopHeartbeat();
      redis.disconnect();
    };
  }

  const ends = [connect(commands, 'redis')];
  commands.on('ready', () => void look()).on('close', forget);
  const timer = setInterval(() => void look(), LOOK_EVERY_MS).unref();
  const opened = commands.connect().then(look, (error: unknown) => {
    log.debug({ err: error, node: name }, 'a node of the Redis cluster cannot be reached yet');
  });

  return {
    host,
    view: () => view,
    master: () => master,
    look,
    opened: () => opened,
    subscriptions() {
      if (subscriptions !== undefined) return subscriptions;
      // What was subscribed to may belong elsewhere when it is back.
      const options = { enableOfflineQueue: false, maxRetriesPerRequest: 0, autoResubscribe: false };
      subscriptions = createNodeConnection(address, host, options);
      ends.push(connect(subscriptions, 'redis subscriptions'));
      subscriptions.connect().catch(() => undefined);
      return subscriptions;
    },
    stop() {
      clearInterval(timer);
      for (const end of ends) end();
    },
  };
}

/** What others act upon. */
function essence({ isMaster, epoch, slots, masters }: ClusterView): string {
  return JSON.stringify([isMaster, epoch, slots, masters]);
}
