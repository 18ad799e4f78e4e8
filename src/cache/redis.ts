import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { EventId, StoreId } from '../domain/values';
import { type BodyCache, OWNER_MS, type Turn, TURN_MS } from './cache';
import { tellingOfChanges } from './own-changes';
import { createRedisLeases } from './redis-leases';
import { defineScripts } from './redis-scripts';
import { bodyIn, isServable, toValue } from './redis-value';

/** How long a version lasts that no body was stored under: longer than any assembly. With a body, it lasts as long. */
const VERSION_MS = 60_000;
const KEYS_PER_SCAN = 1_000;
/** A command's keys are arguments of a function call, of which there cannot be any number. */
const EVENTS_PER_COMMAND = 1_000;

export interface RedisCacheOptions {
  readonly redis: Redis;
  /** What keys begin with. Asked for each command; @throws Error while it is not known, the cache being away then */
  readonly prefix: () => string;
  /** How long a body is kept at least, though it may be served for less. */
  readonly keptMs: number;
  /** How long a lease lasts at most; 0, or left out, for no leases. Together with what changes take to be told, under a second. */
  readonly leaseMs?: number;
}

/**
 * The cache of several processes: plain keys, `<prefix>body:<event>`, `<prefix>version:<event>`, `<prefix>turn:<event>`
 * and `<prefix>owner:<event>`, each of which expires. A body lies behind the ids of its turn and its version.
 */
export function createRedisCache(options: RedisCacheOptions): BodyCache {
  const cache = createPlainRedisCache(options);
  const { redis, prefix, leaseMs = 0 } = options;
  if (leaseMs === 0) return cache;
  const { telling, onChange } = tellingOfChanges(cache);
  return { ...telling, leases: { ...createRedisLeases({ redis, prefix, leaseMs }), onChange } };
}

function createPlainRedisCache({ redis, prefix, keptMs }: RedisCacheOptions): BodyCache {
  defineScripts(redis);
  const bodyKey = (eventId: EventId): string => `${prefix()}body:${eventId}`;
  const versionKey = (eventId: EventId): string => `${prefix()}version:${eventId}`;
  const turnKey = (eventId: EventId): string => `${prefix()}turn:${eventId}`;
  const ownerKey = (eventId: EventId): string => `${prefix()}owner:${eventId}`;

  /** All keys of an event in one command, so that no reader finds one of them gone and another still there. */
  async function unlink(
    eventIds: readonly EventId[],
    keysOf: (eventId: EventId) => readonly string[],
  ): Promise<void> {
    for (let start = 0; start < eventIds.length; start += EVENTS_PER_COMMAND) {
      await redis.unlink(...eventIds.slice(start, start + EVENTS_PER_COMMAND).flatMap(keysOf));
    }
  }

  async function abandon(eventId: EventId, { id }: Turn): Promise<void> {
    await redis.abandonTurn(turnKey(eventId), id);
  }

  return {
    async read(eventId) {
      // This is the way of every hit: what begins the keys is looked up once.
      const begin = prefix();
      const [value, version, turn, owner] = await redis.mgetBuffer(
        `${begin}body:${eventId}`,
        `${begin}version:${eventId}`,
        `${begin}turn:${eventId}`,
        `${begin}owner:${eventId}`,
      );
      const kept = value ? bodyIn(value) : undefined;
      return {
        bytes: value && isServable(value, version, turn) ? kept : undefined,
        kept,
        turn: turn?.toString('latin1'),
        // Only `store` writes there.
        owner: owner?.toString('latin1') as StoreId | undefined,
      };
    },
    async begin(eventId) {
      const id = randomUUID();
      const version = await redis.beginTurn(turnKey(eventId), versionKey(eventId), id, TURN_MS, VERSION_MS);
      return version === null ? 'taken' : { id, version };
    },
    async store(eventId, turn, { bytes, owner }, ttlMs) {
      const ttl = Math.floor(ttlMs);
      if (ttl < 1) return abandon(eventId, turn);
      const { id, version } = turn;
      const value = toValue(turn, bytes);
      const keys = [turnKey(eventId), versionKey(eventId), bodyKey(eventId), ownerKey(eventId)] as const;
      await redis.storeBody(...keys, id, version, value, ttl, Math.max(ttl, keptMs), owner, OWNER_MS);
    },
    abandon,
    drop: (eventIds) => unlink(eventIds, (id) => [versionKey(id)]),
    forget: (eventIds) => unlink(eventIds, (id) => [versionKey(id), turnKey(id)]),
    remove: (eventIds) => unlink(eventIds, (id) => [versionKey(id), turnKey(id), bodyKey(id), ownerKey(id)]),
    async clear() {
      const begin = prefix();
      // The versions first, all of them: an owner that is stored from then on was read under a later one.
      await unlinkAll(redis, `${begin}version:`);
      await unlinkAll(redis, `${begin}owner:`);
    },
  };
}

/** What is there all the while is found; a version that is made meanwhile is of data read meanwhile. */
async function unlinkAll(redis: Redis, prefix: string): Promise<void> {
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', `${escapeGlob(prefix)}*`, 'COUNT', KEYS_PER_SCAN);
    if (keys.length > 0) await redis.unlink(...keys);
    cursor = next;
  } while (cursor !== '0');
}

function escapeGlob(text: string): string {
  return text.replace(/[*?[\]\\]/g, '\\$&');
}
