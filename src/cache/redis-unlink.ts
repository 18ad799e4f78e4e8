import type { Redis } from 'ioredis';
import { groupsOf } from './groups';
import { isRedirection, type RedisServer, type RedisServers } from './redis-servers';

/** The keys of a command are the arguments of a function call, whose number is limited. */
const IDS_PER_COMMAND = 1_000;
const KEYS_PER_SCAN = 1_000;
/** So few that all are answered in time. */
const KEYS_PER_PIPELINE = 100;

/** A server, and what its keys begin with. */
export type Keeper = Omit<RedisServer, 'isCurrent'>;

/**
 * Deletes these kinds of keys of the events, or stores; all keys of one in one command, so that no reader finds only some of them
 * deleted.
 */
export async function unlink(
  servers: RedisServers,
  ids: readonly string[],
  kinds: readonly string[],
): Promise<void> {
  await Promise.all(
    groupsOf(ids, (id) => servers.groupOf(id)).map(async (group) => {
      for (let start = 0; start < group.length; start += IDS_PER_COMMAND)
        await unlinkGroup(servers, group.slice(start, start + IDS_PER_COMMAND), kinds);
    }),
  );
}

async function unlinkGroup(
  servers: RedisServers,
  ids: readonly string[],
  kinds: readonly string[],
): Promise<void> {
  const [first] = ids;
  if (first === undefined) return;
  const { redis, prefix } = servers.of(first);
  const keys = ids.flatMap((id) => kinds.map((kind) => `${prefix}${kind}:${servers.tag(id)}`));
  await unlinkKeys(redis, keys, (answer) => servers.importing(answer));
}

/** SCAN finds every key that exists throughout; a version created during the scan is of data read after the change. */
export async function unlinkAll({ redis, prefix, takesMixedKeys }: Keeper, kind: string): Promise<void> {
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
