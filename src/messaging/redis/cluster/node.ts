import type { Redis } from 'ioredis';
import { defineScripts } from '../../../cache/redis-scripts';
import type { RedisServer } from '../../../cache/redis-servers';
import type { ClusterAddress, Host } from '../../../config/redis-address';
import { createFaultLog } from '../../../observability/fault-log';
import type { Logger } from '../../../observability/log';
import { within } from '../../../runtime/timeout';
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
  /** Resolves when it has been asked for the first time, or has not answered within three seconds. */
  opened(): Promise<void>;
  stop(): void;
}

export interface Master extends RedisServer {
  /** Differs between two starts, and between two times as a master. */
  readonly life: string;
}

/** What a node says at one time. */
interface State {
  readonly view: ClusterView;
  /** Of a master. */
  readonly life: string | undefined;
}

export interface ClusterNodeOptions {
  readonly address: ClusterAddress;
  readonly host: Host;
  /** What keys begin with ahead of who keeps them. */
  readonly prefix: string;
  /** Called with the connection for commands before anything is sent over it. */
  readonly prepare: (redis: Redis) => void;
  /** Called when what it serves, who it is or which masters it knows may have changed. */
  readonly onChange: () => void;
  readonly log: Logger;
}

/** A slot that has moved is found where it is so soon. */
const LOOK_EVERY_MS = 250;
const OPENED_WITHIN_MS = 3_000;

export function openClusterNode(options: ClusterNodeOptions): ClusterNode {
  const { address, host, prefix, prepare, onChange, log } = options;
  const commands = createNodeConnection(address, host, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 500,
  });
  defineScripts(commands);
  prepare(commands);
  const name = `${host.host}:${host.port}`;
  const silence = createFaultLog(
    log,
    {
      begins:
        'a node of the Redis cluster does not say who it is or what it serves (MULTI, INFO, CLUSTER NODES)',
      ends: 'the node of the Redis cluster says again who it is and what it serves',
    },
    { node: name },
  );
  let connection = 0;
  let runId: string | undefined;
  let view: ClusterView | undefined;
  let master: Master | undefined;
  let subscriptions: Redis | undefined;
  let looking: Promise<void> | undefined;

  function forget(): void {
    connection += 1;
    runId = view = master = undefined;
    onChange();
  }

  function look(): Promise<void> {
    if (commands.status !== 'ready') return Promise.resolve();
    return (looking ??= ask().finally(() => (looking = undefined)));
  }

  async function ask(): Promise<void> {
    const mine = connection;
    try {
      runId ??= await askRunId();
      const seen = await askState(runId);
      silence.worked();
      if (mine === connection) take(seen);
    } catch (error) {
      // While there is a connection: that it ends is told elsewhere.
      if (mine === connection) silence.failed(error);
    }
  }

  async function askRunId(): Promise<string> {
    const { runId: said } = toServerInfo(await commands.info('server'));
    if (said === undefined) throw new Error('INFO names no run_id.');
    return said;
  }

  /** In one step of the server: who it is and what it serves change together. */
  async function askState(run: string): Promise<State> {
    const answers = await commands.multi().info('replication').call('CLUSTER', 'NODES').exec();
    const [info, nodes] = (answers ?? []).map(([error, answer]) => {
      if (error !== null) throw error;
      return String(answer);
    });
    const { role, replicationId } = toServerInfo(info ?? '');
    const seen = toClusterView(nodes ?? '');
    const isMaster = seen.isMaster && role === 'master';
    return { view: { ...seen, isMaster }, life: isMaster ? digestOf(run, replicationId) : undefined };
  }

  function take({ view: seen, life }: State): void {
    const hasChanged = view === undefined || essence(seen) !== essence(view) || life !== master?.life;
    const isAnother = life !== master?.life || seen.epoch !== view?.epoch;
    view = seen;
    if (isAnother) master = life === undefined ? undefined : createMaster(life, seen.epoch);
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
  const reached = commands.connect().then(look, (error: unknown) => {
    log.debug({ err: error, node: name }, 'a node of the Redis cluster cannot be reached yet');
  });
  // One that hangs takes the connection, and does not even refuse.
  const opened = within(OPENED_WITHIN_MS, reached, () => undefined);

  return {
    host,
    view: () => view,
    master: () => master,
    look,
    opened: () => opened,
    subscriptions() {
      if (subscriptions !== undefined) return subscriptions;
      // What was subscribed to may belong elsewhere when it is back.
      // A refused subscription is never answered (shard-channels.ts), and would hold up a pipeline for good.
      subscriptions = createNodeConnection(address, host, {
        ...{ enableOfflineQueue: false, maxRetriesPerRequest: 0 },
        ...{ autoResubscribe: false, enableAutoPipelining: false },
      });
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
