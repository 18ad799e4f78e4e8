import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { EventId, StoreId } from '../domain/values';
import { ASSEMBLY_LEASE_MS, type AssemblyLease, type BodyCache, OWNER_MS } from './cache';
import { observeOwnChanges } from './own-changes';
import { createRedisCopies } from './redis-copies';
import { defineScripts } from './redis-scripts';
import { bodyIn, isServable, toValue } from './redis-value';

/** How long a version lasts without a body: longer than any assembly. With a body, it lasts as long as the body. */
const VERSION_MS = 60_000;
const KEYS_PER_SCAN = 1_000;
/** The keys of a command are the arguments of a function call, whose number is limited. */
const EVENTS_PER_COMMAND = 1_000;

export interface RedisCacheOptions {
  readonly redis: Redis;
  /** The keys' prefix, asked for each command. @throws Error while it is not known: the cache is away then */
  readonly prefix: () => string;
  /** How long a body is kept at least, though it may be stale sooner. */
  readonly keptMs: number;
  /**
   * How long a local copy is fresh; 0, or left out, for no copies. Together with the time that the notification of a change
   * takes, it has to stay under a second.
   */
  readonly freshMs?: number;
}

/**
 * The cache of several processes: plain keys, `<prefix>body:<event>`, `<prefix>version:<event>`, `<prefix>turn:<event>`
 * and `<prefix>owner:<event>`, each of which expires. A body is stored behind the ids of its lease and its version. The key
 * `turn` holds the lease: versions of this service that run side by side must share it.
 */
export function createRedisCache(options: RedisCacheOptions): BodyCache {
  const cache = createPlainRedisCache(options);
  const { redis, prefix, freshMs = 0 } = options;
  if (freshMs === 0) return cache;
  const { observed, onChange } = observeOwnChanges(cache);
  return { ...observed, copies: { ...createRedisCopies({ redis, prefix, freshMs }), onChange } };
}

function createPlainRedisCache({ redis, prefix, keptMs }: RedisCacheOptions): BodyCache {
  defineScripts(redis);
  const bodyKey = (eventId: EventId): string => `${prefix()}body:${eventId}`;
  const versionKey = (eventId: EventId): string => `${prefix()}version:${eventId}`;
  const leaseKey = (eventId: EventId): string => `${prefix()}turn:${eventId}`;
  const ownerKey = (eventId: EventId): string => `${prefix()}owner:${eventId}`;

  /** All keys of an event in one command, so that no reader finds only some of them deleted. */
  async function unlink(
    eventIds: readonly EventId[],
    keysOf: (eventId: EventId) => readonly string[],
  ): Promise<void> {
    for (let start = 0; start < eventIds.length; start += EVENTS_PER_COMMAND) {
      await redis.unlink(...eventIds.slice(start, start + EVENTS_PER_COMMAND).flatMap(keysOf));
    }
  }

  async function release(eventId: EventId, { id }: AssemblyLease): Promise<void> {
    await redis.releaseLease(leaseKey(eventId), id);
  }

  return {
    async read(eventId) {
      // Every hit comes through here: the prefix is looked up once.
      const begin = prefix();
      const [value, version, leaseId, owner] = await redis.mgetBuffer(
        `${begin}body:${eventId}`,
        `${begin}version:${eventId}`,
        `${begin}turn:${eventId}`,
        `${begin}owner:${eventId}`,
      );
      const kept = value ? bodyIn(value) : undefined;
      return {
        bytes: value && isServable(value, version, leaseId) ? kept : undefined,
        kept,
        leaseId: leaseId?.toString('latin1'),
        // Only `store` writes there.
        owner: owner?.toString('latin1') as StoreId | undefined,
      };
    },
    async acquire(eventId) {
      const id = randomUUID();
      const version = await redis.acquireLease(
        leaseKey(eventId),
        versionKey(eventId),
        id,
        ASSEMBLY_LEASE_MS,
        VERSION_MS,
      );
      return version === null ? 'taken' : { id, version };
    },
    async store(eventId, lease, { bytes, owner }, ttlMs) {
      const ttl = Math.floor(ttlMs);
      if (ttl < 1) return release(eventId, lease);
      const { id, version } = lease;
      const value = toValue(lease, bytes);
      const keys = [leaseKey(eventId), versionKey(eventId), bodyKey(eventId), ownerKey(eventId)] as const;
      await redis.storeBody(...keys, id, version, value, ttl, Math.max(ttl, keptMs), owner, OWNER_MS);
    },
    release,
    drop: (eventIds) => unlink(eventIds, (id) => [versionKey(id)]),
    forget: (eventIds) => unlink(eventIds, (id) => [versionKey(id), leaseKey(id)]),
    remove: (eventIds) => unlink(eventIds, (id) => [versionKey(id), leaseKey(id), bodyKey(id), ownerKey(id)]),
    clear: () => outdateAll(redis, prefix()),
  };
}

/**
 * Nothing that is there is served any more, not even for a second: who comes from another server may have shown what is
 * newer. Bodies stay, for while the database is away.
 */
export async function forgetAll(redis: Redis, prefix: string): Promise<void> {
  await outdateAll(redis, prefix);
  await unlinkAll(redis, `${prefix}turn:`);
}

/** Any event and any owner under this prefix may have changed. */
async function outdateAll(redis: Redis, prefix: string): Promise<void> {
  // All versions before the owners: an owner that is stored afterwards was read under a later version.
  await unlinkAll(redis, `${prefix}version:`);
  await unlinkAll(redis, `${prefix}owner:`);
}

/** SCAN finds every key that exists throughout; a version created during the scan is of data read after the change. */
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
