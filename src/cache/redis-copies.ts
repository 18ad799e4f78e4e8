import type { EventId } from '../domain/values';
import type { LocalCopies, LocalCopy } from './cache';
import { groupsOf } from './groups';
import type { RedisServer, RedisServers } from './redis-servers';
import { bodyIn, isOfVersion } from './redis-value';

export interface RedisCopiesOptions {
  readonly servers: RedisServers;
  readonly freshMs: number;
}

/** The keys of a command are the arguments of a function call, whose number is limited. */
const COPIES_PER_COMMAND = 1_000;

/**
 * Local copies of the bodies in Redis, only of bodies of the current version: a body that is served until its lease ends may
 * lack a second of changes already, and must not be served for longer than Redis says.
 */
export function createRedisCopies(options: RedisCopiesOptions): Pick<LocalCopies, 'fetch' | 'revalidate'> {
  const { servers, freshMs } = options;

  async function revalidate(copies: readonly RedisCopy[]): Promise<void> {
    const [first] = copies;
    if (first?.server.isCurrent() !== true) return;
    const askedAt = performance.now();
    const versions = await first.server.redis.mgetBuffer(...copies.map(({ versionKey }) => versionKey));
    copies.forEach((copy, index) => copy.extend(versions[index], askedAt + freshMs));
  }

  return {
    async fetch(eventId) {
      const server = servers.of(eventId);
      const { redis, prefix } = server;
      const tag = servers.tag(eventId);
      const [versionKey, bodyKey] = [`${prefix}version:${tag}`, `${prefix}body:${tag}`];
      // Counted from before the question: a change that the answer lacks is later than this.
      const askedAt = performance.now();
      const [leftMs, [value, version]] = await Promise.all([
        redis.pttl(versionKey),
        redis.mgetBuffer(bodyKey, versionKey),
      ]);
      if (!value || !version || !isOfVersion(value, version)) return undefined;
      const copy = new RedisCopy({
        // Copied: the client's buffer holds other replies too, and would keep all of them in memory.
        bytes: Buffer.from(bodyIn(value)),
        version: Buffer.from(version),
        versionKey,
        eventId,
        server,
        end: askedAt + leftMs,
      });
      copy.extend(version, askedAt + freshMs);
      return copy;
    },
    async revalidate(copies) {
      const ours = copies.filter((copy): copy is RedisCopy => copy instanceof RedisCopy);
      // Each where it was fetched: one whose event has moved is not extended.
      const groups = groupsOf(ours, ({ server }) => server).flatMap((ofServer) =>
        groupsOf(ofServer, ({ eventId }) => servers.groupOf(eventId)),
      );
      await Promise.allSettled(
        groups.map(async (group) => {
          for (let start = 0; start < group.length; start += COPIES_PER_COMMAND)
            await revalidate(group.slice(start, start + COPIES_PER_COMMAND));
        }),
      );
    },
  };
}

interface CopyParts {
  readonly bytes: Buffer;
  readonly version: Buffer;
  readonly versionKey: string;
  readonly eventId: EventId;
  /** Where it was fetched. */
  readonly server: RedisServer;
  /** When the version expires, and the body with it, by `performance.now()`. */
  readonly end: number;
}

class RedisCopy implements LocalCopy {
  readonly bytes: Buffer;
  readonly versionKey: string;
  readonly eventId: EventId;
  readonly server: RedisServer;
  private readonly version: Buffer;
  private readonly end: number;
  private until = 0;

  constructor({ bytes, version, versionKey, eventId, server, end }: CopyParts) {
    this.bytes = bytes;
    this.version = version;
    this.versionKey = versionKey;
    this.end = end;
    this.eventId = eventId;
    this.server = server;
  }

  freshForMs(now: number): number {
    return this.server.isCurrent() ? this.until - now : 0;
  }

  /** @param until how long the copy is fresh if the version has not changed */
  extend(version: Buffer | null | undefined, until: number): void {
    this.until = version?.equals(this.version) ? Math.min(until, this.end) : 0;
  }
}
