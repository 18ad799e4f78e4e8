import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { EventId, StoreId } from '../domain/values';
import { ASSEMBLY_LEASE_MS, type AssemblyLease, type BodyCache, OWNER_MS } from './cache';
import { observeOwnChanges } from './own-changes';
import { createRedisCopies } from './redis-copies';
import { groupsOf } from './groups';
import { isRedirection, type RedisServer, type RedisServers } from './redis-servers';
import { bodyIn, isServable, toValue } from './redis-value';

/** How long a version lasts without a body: longer than any assembly. With a body, it lasts as long as the body. */
const VERSION_MS = 60_000;
const KEYS_PER_SCAN = 1_000;
/** So few that all are answered in time. */
const KEYS_PER_PIPELINE = 100;
/** The keys of a command are the arguments of a function call, whose number is limited. */
const EVENTS_PER_COMMAND = 1_000;

type Keeper = Omit<RedisServer, 'isCurrent'>;
type Kind = 'body' | 'version' | 'turn' | 'owner';

export interface RedisCacheOptions {
  readonly servers: RedisServers;
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
  const { servers, freshMs = 0 } = options;
  if (freshMs === 0) return cache;
  const { observed, onChange } = observeOwnChanges(cache);
  return { ...observed, copies: { ...createRedisCopies({ servers, freshMs }), onChange } };
}

function createPlainRedisCache({ servers, keptMs }: RedisCacheOptions): BodyCache {
  /** All keys of an event in one command, so that no reader finds only some of them deleted. */
  async function unlink(eventIds: readonly EventId[], kinds: readonly Kind[]): Promise<void> {
    await Promise.all(
      groupsOf(eventIds, (id) => servers.groupOf(id)).map(async (group) => {
        for (let start = 0; start < group.length; start += EVENTS_PER_COMMAND)
          await unlinkGroup(group.slice(start, start + EVENTS_PER_COMMAND), kinds);
      }),
    );
  }

  async function unlinkGroup(eventIds: readonly EventId[], kinds: readonly Kind[]): Promise<void> {
    const [first] = eventIds;
    if (first === undefined) return;
    const { redis, prefix } = servers.of(first);
    const keys = eventIds.flatMap((id) => kinds.map((kind) => `${prefix}${kind}:${servers.tag(id)}`));
    await unlinkKeys(redis, keys, (answer) => servers.importing(answer));
  }

  /** Where the event's entries lie, and their keys. */
  function entriesOf(eventId: EventId) {
    const { redis, prefix } = servers.of(eventId);
    const tag = servers.tag(eventId);
    return {
      redis,
      body: `${prefix}body:${tag}`,
      version: `${prefix}version:${tag}`,
      lease: `${prefix}turn:${tag}`,
      owner: `${prefix}owner:${tag}`,
    };
  }

  async function release(eventId: EventId, { id }: AssemblyLease): Promise<void> {
    const { redis, lease } = entriesOf(eventId);
    await redis.releaseLease(lease, id);
  }

  return {
    partOf: (eventId) => servers.partOf(eventId),
    placeOf(eventId) {
      const group = servers.groupOf(eventId);
      try {
        return `${group} ${servers.of(eventId).prefix}`;
      } catch {
        return `${group}`;
      }
    },
    onMove: servers.onMove,
    async read(eventId) {
      const entries = entriesOf(eventId);
      const [value, version, leaseId, owner] = await entries.redis.mgetBuffer(
        entries.body,
        entries.version,
        entries.lease,
        entries.owner,
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
      const { redis, lease, version: versionKey } = entriesOf(eventId);
      const version = await redis.acquireLease(lease, versionKey, id, ASSEMBLY_LEASE_MS, VERSION_MS);
      return version === null ? 'taken' : { id, version };
    },
    async store(eventId, lease, { bytes, owner }, ttlMs) {
      const ttl = Math.floor(ttlMs);
      if (ttl < 1) return release(eventId, lease);
      const { id, version } = lease;
      const value = toValue(lease, bytes);
      const entries = entriesOf(eventId);
      const keys = [entries.lease, entries.version, entries.body, entries.owner] as const;
      await entries.redis.storeBody(...keys, id, version, value, ttl, Math.max(ttl, keptMs), owner, OWNER_MS);
    },
    release,
    drop: (eventIds) => unlink(eventIds, ['version']),
    forget: (eventIds) => unlink(eventIds, ['version', 'turn']),
    remove: (eventIds) => unlink(eventIds, ['version', 'turn', 'body', 'owner']),
    clear: () => servers.each(outdateAll),
  };
}

/**
 * Nothing that is there is served any more, not even for a second: who comes from another server may have shown what is
 * newer. Bodies stay, for while the database is away.
 */
export async function forgetAll(server: Keeper): Promise<void> {
  await outdateAll(server);
  await unlinkAll(server, 'turn');
}

/** Any event and any owner at this server may have changed. */
async function outdateAll(server: Keeper): Promise<void> {
  // All versions before the owners: an owner that is stored afterwards was read under a later version.
  await unlinkAll(server, 'version');
  await unlinkAll(server, 'owner');
}

/** SCAN finds every key that exists throughout; a version created during the scan is of data read after the change. */
async function unlinkAll({ redis, prefix, takesMixedKeys }: Keeper, kind: Kind): Promise<void> {
  const pattern = `${escapeGlob(`${prefix}${kind}:`)}*`;
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', KEYS_PER_SCAN);
    if (!takesMixedKeys) await unlinkOneByOne(redis, keys);
    else if (keys.length > 0) await redis.unlink(...keys);
    cursor = next;
  } while (cursor !== '0');
}

async function unlinkOneByOne(redis: Redis, keys: readonly string[]): Promise<void> {
  for (let start = 0; start < keys.length; start += KEYS_PER_PIPELINE) {
    const some = keys.slice(start, start + KEYS_PER_PIPELINE);
    await Promise.all(some.map((key) => unlinkKeys(redis, [key], () => undefined)));
  }
}

/**
 * While its slot is on its way, a key that is there no more may be at the node that imports the slot, and comes back if that is
 * broken off: it is deleted there as well.
 */
async function unlinkKeys(
  redis: Redis,
  keys: readonly string[],
  importing: (answer: unknown) => Redis | undefined,
): Promise<void> {
  try {
    await redis.unlink(...keys);
  } catch (error) {
    if (keys.length > 1 && isRedirection(error, 'ASK', 'TRYAGAIN')) {
      for (const key of keys) await unlinkKeys(redis, [key], importing);
      return;
    }
    const other = isRedirection(error, 'ASK') ? importing(error) : undefined;
    if (other === undefined) throw error;
    await unlinkAsking(other, keys);
  }
}

async function unlinkAsking(redis: Redis, keys: readonly string[]): Promise<void> {
  const [, unlinked] =
    (await redis
      .pipeline()
      .asking()
      .unlink(...keys)
      .exec()) ?? [];
  const [error] = unlinked ?? [new Error('The pipeline was not executed.')];
  if (error !== null) throw error;
}

function escapeGlob(text: string): string {
  return text.replace(/[*?[\]\\]/g, '\\$&');
}
