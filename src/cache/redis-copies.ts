import type { EventId, StoreId } from '../domain/values';
import type { LocalCopies, LocalCopy } from './cache';
import { groupsOf } from './groups';
import type { RedisServer, RedisServers } from './redis-servers';
import { storeVersionKey } from './redis-store-versions';
import { isOfVersion, madeIn } from './redis-value';

export interface RedisCopiesOptions {
  readonly servers: RedisServers;
  readonly freshMs: number;
}

/** The keys of a command are the arguments of a function call, whose number is limited. */
const KEYS_PER_COMMAND = 1_000;

/**
 * Local copies of the bodies in Redis, only of bodies of the current versions: a body that is served until its lease ends may
 * lack a second of changes already, and must not be served for longer than Redis says.
 */
export function createRedisCopies(options: RedisCopiesOptions): Pick<LocalCopies, 'fetch' | 'revalidate'> {
  const { servers, freshMs } = options;

  return {
    async fetch(eventId, store) {
      const server = servers.of(eventId);
      const { redis, prefix } = server;
      const tag = servers.tag(eventId);
      const [versionKey, answerKey] = [`${prefix}version:${tag}`, `${prefix}answer:${tag}`];
      const ofStore = storeVersionKey(servers, store);
      // Counted from before the question: a change that the answer lacks is later than this.
      const askedAt = performance.now();
      const [leftMs, [value, version], storeLeftMs, storeVersion] = await Promise.all([
        redis.pttl(versionKey),
        redis.mgetBuffer(answerKey, versionKey),
        ofStore.server.redis.pttl(ofStore.key),
        ofStore.server.redis.get(ofStore.key),
      ]);
      if (!value || !version || !isOfVersion(value, version)) return undefined;
      const made = madeIn(value);
      if (made.owner !== store || storeVersion === null || made.storeVersion !== storeVersion)
        return undefined;
      const until = askedAt + freshMs;
      return new RedisCopy(
        // Copied: the client's buffer holds other replies too, and would keep all of them in memory.
        Buffer.from(made.bytes),
        [
          { id: eventId, key: versionKey, server, version: version.toString('latin1'), until },
          { id: store, ...ofStore, version: storeVersion, until },
        ],
        askedAt + Math.min(leftMs, storeLeftMs),
      );
    },
    async revalidate(copies) {
      const ours = copies.filter((copy): copy is RedisCopy => copy instanceof RedisCopy);
      await revalidate(
        ours.flatMap(({ versions }) => versions),
        options,
      );
    },
  };
}

/** A version of an event or of its store, where it was fetched. */
interface KnownVersion {
  readonly id: EventId | StoreId;
  readonly key: string;
  readonly server: RedisServer;
  readonly version: string;
  /** Until when it is taken to hold, by `performance.now()`. */
  until: number;
}

/** Each as soon as it is answered: one server that hangs holds up no other's. What cannot be asked for ends by its time. */
async function revalidate(
  versions: readonly KnownVersion[],
  { servers, freshMs }: RedisCopiesOptions,
): Promise<void> {
  // Each where it was fetched: one that has moved is not extended.
  const groups = groupsOf(versions, ({ server }) => server).flatMap((ofServer) =>
    groupsOf(ofServer, ({ id }) => servers.groupOf(id)),
  );

  /** @param byKey events of one store share its version */
  async function ask(byKey: readonly (readonly KnownVersion[])[]): Promise<void> {
    const firsts = byKey.flatMap((known) => known.slice(0, 1));
    const server = firsts[0]?.server;
    if (server?.isCurrent() !== true) return;
    const askedAt = performance.now();
    const answers = await server.redis.mget(...firsts.map(({ key }) => key));
    byKey.forEach((known, index) => {
      for (const one of known) one.until = one.version === answers[index] ? askedAt + freshMs : 0;
    });
  }

  await Promise.allSettled(
    groups.map(async (group) => {
      const byKey = groupsOf(group, ({ key }) => key);
      for (let start = 0; start < byKey.length; start += KEYS_PER_COMMAND)
        await ask(byKey.slice(start, start + KEYS_PER_COMMAND));
    }),
  );
}

class RedisCopy implements LocalCopy {
  /**
   * @param versions what the body was assembled under: the event's and its store's
   * @param end when one of them expires, and the body with it, by `performance.now()`
   */
  constructor(
    readonly bytes: Buffer,
    readonly versions: readonly KnownVersion[],
    private readonly end: number,
  ) {}

  freshForMs(now: number): number {
    return this.versions.reduce(
      (left, { server, until }) => (server.isCurrent() ? Math.min(left, until - now) : 0),
      this.end - now,
    );
  }
}
