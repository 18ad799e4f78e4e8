import { randomUUID } from 'node:crypto';
import type { StoreId } from '../domain/values';
import type { RedisServer, RedisServers } from './redis-servers';
import { unlink } from './redis-unlink';
import { type StoreVersions, VERSION_MS } from './store-versions';

const KIND = 'store-version';

/** Where a store's version is kept. @throws Error while there is no such server, or it is not known who it is */
export function storeVersionKey(
  servers: RedisServers,
  store: StoreId,
): { readonly server: RedisServer; readonly key: string } {
  const server = servers.of(store);
  return { server, key: `${server.prefix}${KIND}:${servers.tag(store)}` };
}

export function createRedisStoreVersions(servers: RedisServers): StoreVersions {
  return {
    async read(store) {
      const { server, key } = storeVersionKey(servers, store);
      return (await server.redis.get(key)) ?? undefined;
    },
    async take(store) {
      const { server, key } = storeVersionKey(servers, store);
      return server.redis.takeVersion(key, randomUUID(), VERSION_MS);
    },
    async extend(store, version, ttlMs) {
      const { server, key } = storeVersionKey(servers, store);
      return (await server.redis.extendVersion(key, version, Math.ceil(ttlMs))) === 1;
    },
    drop: (stores) => unlink(servers, stores, [KIND]),
  };
}
