import { randomUUID } from 'node:crypto';
import type { EventId, StoreId } from '../domain/values';
import {
  ASSEMBLY_LEASE_MS,
  type AssemblyLease,
  type BodyCache,
  type CacheEntry,
  OWNER_MS,
  servableUnder,
} from './cache';
import { observeOwnChanges } from './own-changes';
import { createRedisCopies } from './redis-copies';
import type { RedisServers } from './redis-servers';
import { createRedisStoreVersions } from './redis-store-versions';
import { type Keeper, unlink, unlinkAll } from './redis-unlink';
import { isOfLease, isOfVersion, madeIn, type Reply, toValue } from './redis-value';
import { VERSION_MS } from './store-versions';

type Kind = 'answer' | 'version' | 'lease' | 'owner';

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
 * The cache of several processes: plain keys, `<prefix>answer:<event>`, `<prefix>version:<event>`, `<prefix>lease:<event>`,
 * `<prefix>owner:<event>` and `<prefix>store-version:<store>`, each of which expires. `answer` holds the body behind what it was
 * assembled under. Releases that know no versions of stores have bodies and leases of their own, under `body` and `turn`.
 */
export function createRedisCache(options: RedisCacheOptions): BodyCache {
  const cache = createPlainRedisCache(options);
  const { servers, freshMs = 0 } = options;
  if (freshMs === 0) return cache;
  const { observed, onChange } = observeOwnChanges(cache);
  return { ...observed, copies: { ...createRedisCopies({ servers, freshMs }), onChange } };
}

function createPlainRedisCache({ servers, keptMs }: RedisCacheOptions): BodyCache {
  const unlinkOf = (eventIds: readonly EventId[], kinds: readonly Kind[]): Promise<void> =>
    unlink(servers, eventIds, kinds);

  /** Where the event's entries lie, and their keys. */
  function entriesOf(eventId: EventId) {
    const { redis, prefix } = servers.of(eventId);
    const tag = servers.tag(eventId);
    return {
      redis,
      answer: `${prefix}answer:${tag}`,
      version: `${prefix}version:${tag}`,
      lease: `${prefix}lease:${tag}`,
      owner: `${prefix}owner:${tag}`,
    };
  }

  async function release(eventId: EventId, { id }: AssemblyLease): Promise<void> {
    const { redis, lease } = entriesOf(eventId);
    await redis.releaseLease(lease, id);
  }

  return {
    storeVersions: createRedisStoreVersions(servers),
    partOf: (id) => servers.partOf(id),
    placeOf(id) {
      const group = servers.groupOf(id);
      try {
        return `${group} ${servers.of(id).prefix}`;
      } catch {
        return `${group}`;
      }
    },
    onMove: servers.onMove,
    async read(eventId) {
      const entries = entriesOf(eventId);
      const [value, version, leaseId, owner] = await entries.redis.mgetBuffer(
        entries.answer,
        entries.version,
        entries.lease,
        entries.owner,
      );
      return {
        ...(value ? bodyIn(value, version, leaseId) : NO_BODY),
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
    async store(eventId, lease, made, ttlMs) {
      const ttl = Math.floor(ttlMs);
      if (ttl < 1) return release(eventId, lease);
      const { id, version } = lease;
      const value = toValue(lease, made);
      const entries = entriesOf(eventId);
      const keys = [entries.lease, entries.version, entries.answer, entries.owner] as const;
      const times = [ttl, Math.max(ttl, keptMs)] as const;
      const owner = [made.owner, OWNER_MS] as const;
      const isUnderStore = made.storeVersion === undefined ? 0 : 1;
      await entries.redis.storeBody(...keys, id, version, value, ...times, ...owner, isUnderStore);
    },
    release,
    drop: (eventIds) => unlinkOf(eventIds, ['version']),
    forget: (eventIds) => unlinkOf(eventIds, ['version', 'lease']),
    remove: (eventIds) => unlinkOf(eventIds, ['version', 'lease', 'answer', 'owner']),
    clear: () => servers.each(outdateAll),
  };
}

const NO_BODY: Body = { bytes: undefined, kept: undefined };
type Body = Pick<CacheEntry, 'bytes' | 'kept' | 'under'>;

function bodyIn(value: Buffer, version: Reply, leaseId: Reply): Body {
  const made = madeIn(value);
  const kept = made.bytes;
  if (isOfLease(value, leaseId)) return { bytes: kept, kept };
  return isOfVersion(value, version) ? { ...servableUnder(made), kept } : { bytes: undefined, kept };
}

/**
 * Nothing that is there is served any more, not even for a second: who comes from another server may have shown what is
 * newer. Bodies stay, for while the database is away.
 */
export async function forgetAll(server: Keeper): Promise<void> {
  await outdateAll(server);
  await unlinkAll(server, 'lease');
}

/** Any event and any owner at this server may have changed. */
async function outdateAll(server: Keeper): Promise<void> {
  // All versions before the owners: an owner that is stored afterwards was read under a later version.
  await unlinkAll(server, 'version');
  await unlinkAll(server, 'owner');
}
