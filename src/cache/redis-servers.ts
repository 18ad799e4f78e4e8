import type { Redis } from 'ioredis';
import { defineScripts } from './redis-scripts';

/** A server of Redis, from when it is known who it is until its connection ends, or it has become another one. */
export interface RedisServer {
  readonly redis: Redis;
  /** What the keys of the cache begin with. It names the server, so that nobody finds what another one has kept. */
  readonly prefix: string;
  /** Whether a command may name the keys of several ids. */
  readonly takesMixedKeys: boolean;
  isCurrent(): boolean;
}

/** The servers that share the keys: one, or the masters of a cluster. */
export interface RedisServers {
  /** The one that keeps what belongs to this id. @throws Error while there is none, or it is not known who it is */
  of(id: string): RedisServer;
  /** A name for the ids that are away together. It is known while they are. */
  partOf(id: string): string;
  /** How an id stands in a key, so that all keys of one id lie on one server. */
  tag(id: string): string;
  /** Groups of what may be asked for in one command. @throws Error as `of` */
  together<Item>(items: readonly Item[], idOf: (item: Item) => string): readonly Together<Item>[];
  /**
   * Does it on each server. Where some are away, it resolves once the others are done, and is done there when they are back and are
   * still who they were. Rejects when all are.
   */
  each(action: (server: RedisServer) => Promise<void>): Promise<void>;
}

export interface Together<Item> {
  readonly server: RedisServer;
  readonly items: readonly Item[];
}

type Redirection = 'MOVED' | 'ASK' | 'TRYAGAIN';
const REDIRECTIONS: readonly Redirection[] = ['MOVED', 'ASK', 'TRYAGAIN'];

/** Whether a node of a cluster says that the key is at another one, or on its way there. Nothing is wrong then. */
export function isRedirection(error: unknown, ...which: readonly Redirection[]): boolean {
  const kinds = which.length > 0 ? which : REDIRECTIONS;
  return error instanceof Error && kinds.some((kind) => error.message.startsWith(`${kind} `));
}

/** @param prefix asked for each command. @throws Error while it is not known: the server is away then */
export function oneServer(redis: Redis, prefix: () => string): RedisServers {
  let current: RedisServer | undefined;
  defineScripts(redis);
  redis.on('close', () => (current = undefined));

  function server(): RedisServer {
    const begin = prefix();
    if (current?.prefix === begin) return current;
    const next: RedisServer = {
      redis,
      prefix: begin,
      takesMixedKeys: true,
      isCurrent: () => current === next,
    };
    return (current = next);
  }

  return {
    of: server,
    partOf: () => 'all',
    tag: (id) => id,
    together: (items) => [{ server: server(), items }],
    each: async (action) => action(server()),
  };
}
