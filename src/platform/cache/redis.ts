import type { Redis, Result } from 'ioredis';
import type { EventId } from '../../schema/values';
import type { BodyCache } from './cache';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    eventVersion(version: string, ttlMs: number): Result<string, Context>;
    storeBody(
      version: string,
      body: string,
      expected: string,
      bytes: Buffer,
      ttlMs: number,
    ): Result<number, Context>;
  }
}

/** A version outlives the body that is stored under it. */
const VERSION_TTL_MS = 60 * 60_000;
const KEYS_PER_SCAN = 1_000;
/** A command's keys are arguments of a function call, of which there cannot be any number. */
const EVENTS_PER_COMMAND = 1_000;

// Made from the server's clock: a version that was dropped never comes back with an old value.
const EVENT_VERSION = `
local version = redis.call('GET', KEYS[1])
if not version then
  local now = redis.call('TIME')
  version = now[1] .. '.' .. now[2]
end
redis.call('SET', KEYS[1], version, 'PX', ARGV[1])
return version`;

const STORE_BODY = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
return 1`;

/** The cache of several processes: plain keys, `<prefix>body:<event>` and `<prefix>version:<event>`. */
export function createRedisCache(redis: Redis, prefix: string): BodyCache {
  redis.defineCommand('eventVersion', { numberOfKeys: 1, lua: EVENT_VERSION });
  redis.defineCommand('storeBody', { numberOfKeys: 2, lua: STORE_BODY });
  const bodyKey = (eventId: EventId): string => `${prefix}body:${eventId}`;
  const versionKey = (eventId: EventId): string => `${prefix}version:${eventId}`;

  return {
    read: async (eventId) => (await redis.getBuffer(bodyKey(eventId))) ?? undefined,
    version: (eventId) => redis.eventVersion(versionKey(eventId), VERSION_TTL_MS),
    async store(eventId, version, body, ttlMs) {
      const ttl = Math.min(Math.floor(ttlMs), VERSION_TTL_MS);
      if (ttl > 0) await redis.storeBody(versionKey(eventId), bodyKey(eventId), version, body, ttl);
    },
    async drop(eventIds) {
      for (let start = 0; start < eventIds.length; start += EVENTS_PER_COMMAND) {
        const chunk = eventIds.slice(start, start + EVENTS_PER_COMMAND);
        // Both in one command, so that no reader finds one of them still there and the other gone.
        await redis.unlink(...chunk.flatMap((eventId) => [versionKey(eventId), bodyKey(eventId)]));
      }
    },
    async clear() {
      for (const kind of ['version:', 'body:']) await unlinkAll(redis, `${prefix}${kind}`);
    },
  };
}

/** Versions go first: without its version no body can be stored any more that was read before. */
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
