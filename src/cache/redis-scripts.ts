import type { Redis, Result } from 'ioredis';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    beginTurn(
      turnKey: string,
      versionKey: string,
      id: string,
      turnMs: number,
      versionMs: number,
    ): Result<string | null, Context>;
    storeBody(
      turnKey: string,
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
    ): Result<number, Context>;
    abandonTurn(turnKey: string, id: string): Result<number, Context>;
  }
}

/**
 * Answers the version, or nothing when the turn is taken. A version is the id of the first turn that met it. One that is
 * there keeps its time: the body that was stored under it may be served no longer than that.
 */
const BEGIN_TURN = `
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return false end
local version = redis.call('GET', KEYS[2])
if version then return version end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[3])
return ARGV[1]`;

/**
 * The body lies there for longer than its version and its turn, and so for longer than it may be served. A turn that
 * outlived that time would have readers wait for one that never comes. The owner is written under the current version
 * alone: when changes may have gone unannounced versions are taken away and turns are not, and the event may have moved.
 */
const STORE_BODY = `
local runs = redis.call('GET', KEYS[1]) == ARGV[1]
local current = redis.call('GET', KEYS[2]) == ARGV[2]
if not runs and not current then return 0 end
redis.call('SET', KEYS[3], ARGV[3], 'PX', ARGV[5])
if current then
  redis.call('PEXPIRE', KEYS[2], ARGV[4])
  redis.call('SET', KEYS[4], ARGV[6], 'PX', ARGV[7])
end
if runs and redis.call('PTTL', KEYS[1]) > tonumber(ARGV[4]) then redis.call('PEXPIRE', KEYS[1], ARGV[4]) end
return 1`;

const ABANDON_TURN = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`;

/** Each runs as one: nothing comes between its looking and its writing. */
export function defineScripts(redis: Redis): void {
  redis.defineCommand('beginTurn', { numberOfKeys: 2, lua: BEGIN_TURN });
  redis.defineCommand('storeBody', { numberOfKeys: 4, lua: STORE_BODY });
  redis.defineCommand('abandonTurn', { numberOfKeys: 1, lua: ABANDON_TURN });
}
