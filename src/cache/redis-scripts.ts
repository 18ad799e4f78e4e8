import type { Redis, Result } from 'ioredis';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    acquireLease(
      leaseKey: string,
      versionKey: string,
      id: string,
      leaseMs: number,
      versionMs: number,
    ): Result<string | null, Context>;
    storeBody(
      leaseKey: string,
      versionKey: string,
      bodyKey: string,
      ownerKey: string,
      id: string,
      version: string,
      value: Buffer,
      ttlMs: number,
      keptMs: number,
      owner: string,
      ownerMs: number,
      isUnderStore: 0 | 1,
    ): Result<number, Context>;
    releaseLease(leaseKey: string, id: string): Result<number, Context>;
    takeVersion(versionKey: string, id: string, versionMs: number): Result<string, Context>;
    extendVersion(versionKey: string, version: string, ttlMs: number): Result<number, Context>;
  }
}

/**
 * Returns the version, or nothing when the lease is taken. A version is named by the id of the first lease under it. An
 * existing version keeps its time to live, since the body stored under it may be served no longer.
 */
const ACQUIRE_LEASE = `
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return false end
local version = redis.call('GET', KEYS[2])
if version then return version end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[3])
return ARGV[1]`;

/**
 * The body is kept for longer than its version and its lease, and so for longer than it may be served. One that is of no version of
 * its store is served under its lease alone, and takes no other's place once that is over. A lease that outlived
 * that time would have readers wait for nothing. The owner is written only under the current version: `clear` deletes
 * versions and not leases, and the event may have moved.
 */
const STORE_BODY = `
local runs = redis.call('GET', KEYS[1]) == ARGV[1]
local current = redis.call('GET', KEYS[2]) == ARGV[2]
if not runs and not (current and ARGV[8] == '1') then return 0 end
redis.call('SET', KEYS[3], ARGV[3], 'PX', ARGV[5])
if current then
  redis.call('PEXPIRE', KEYS[2], ARGV[4])
  redis.call('SET', KEYS[4], ARGV[6], 'PX', ARGV[7])
end
if runs and redis.call('PTTL', KEYS[1]) > tonumber(ARGV[4]) then redis.call('PEXPIRE', KEYS[1], ARGV[4]) end
return 1`;

const RELEASE_LEASE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`;

const TAKE_VERSION = `
local version = redis.call('GET', KEYS[1])
if version then return version end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return ARGV[1]`;

/** Bodies of several events are of one version of their store: it lasts as long as the one that may be served longest. */
const EXTEND_VERSION = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 1`;

/** Each script is atomic: no other command runs between its reads and its writes. */
export function defineScripts(redis: Redis): void {
  redis.defineCommand('acquireLease', { numberOfKeys: 2, lua: ACQUIRE_LEASE });
  redis.defineCommand('storeBody', { numberOfKeys: 4, lua: STORE_BODY });
  redis.defineCommand('releaseLease', { numberOfKeys: 1, lua: RELEASE_LEASE });
  redis.defineCommand('takeVersion', { numberOfKeys: 1, lua: TAKE_VERSION });
  redis.defineCommand('extendVersion', { numberOfKeys: 1, lua: EXTEND_VERSION });
}
