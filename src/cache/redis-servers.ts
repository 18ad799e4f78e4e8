import type { Redis } from 'ioredis';
import { defineScripts } from './redis-scripts';

/** A server of Redis, from when it is known who it is until its connection ends, or it has become another one. */
export interface RedisServer {
  readonly redis: Redis;
  /** What the keys of the cache begin with. It names the server: what another one has kept is not found under it. */
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
  /** A command may name the keys of all ids of a group. */
  groupOf(id: string): number;
  /** How an id stands in a key, so that all keys of one id lie on one server. */
  tag(id: string): string;
  /**
   * Does it on each server. Where some are away, it resolves once the others are done, and is done there when they are back.
   * Rejects when all are.
   */
  each(action: (server: RedisServer) => Promise<void>): Promise<void>;
  /** The server that a key is on its way to, by the answer of the one that it leaves. */
  importing(answer: unknown): Redis | undefined;
  /** Calls back when an id may have come to another server, or one has become another. Undefined where there is one alone. */
  readonly onMove?: (listener: () => void) => void;
}

/** The id is being handed over from one server to another. Nothing is wrong, and in a moment it is there. */
export class OnItsWay extends Error {}

type Redirection = 'MOVED' | 'ASK' | 'TRYAGAIN';
const REDIRECTIONS: readonly Redirection[] = ['MOVED', 'ASK', 'TRYAGAIN'];

/** Whether a node of a cluster answers in this way that the key is at another one, or on its way there. */
export function isRedirection(answer: unknown, ...which: readonly Redirection[]): answer is Error {
  return answer instanceof Error && which.some((kind) => answer.message.startsWith(`${kind} `));
}

/** Whether what was asked for is not where it was looked for, and nothing is wrong. */
export const isOnItsWay = (error: unknown): boolean =>
  error instanceof OnItsWay || isRedirection(error, ...REDIRECTIONS);

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
    groupOf: () => 0,
    tag: (id) => id,
    each: async (action) => action(server()),
    importing: () => undefined,
  };
}
