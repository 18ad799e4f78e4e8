import { Redis, type RedisOptions } from 'ioredis';
import type { ClusterAddress, Host, RedisAddress, SentinelsAddress } from '../../config/redis-address';

const OPTIONS: RedisOptions = {
  lazyConnect: true,
  connectTimeout: 2_000,
  enableAutoPipelining: true,
  retryStrategy: waitMs,
  // After a fail-over the address leads to the new master; the old one still answers on this connection.
  reconnectOnError: (error) => error.message.startsWith('READONLY'),
};
/** A sentinel that hangs is passed over. */
const SENTINEL_ANSWERS_WITHIN_MS = 1_000;

/** A connection that begins when it is told to, and is made anew whenever it is lost. */
export function createConnection(
  address: Exclude<RedisAddress, ClusterAddress>,
  options: RedisOptions,
): Redis {
  const all = { ...OPTIONS, ...options };
  return address.kind === 'server'
    ? new Redis(address.url, { ...all, ...(isSecure(address.url) && { tls: address.tlsWith ?? {} }) })
    : new Redis({ ...all, ...bySentinels(address) });
}

/** The same to one node of a cluster. */
export function createNodeConnection(
  { username, password, tls, tlsWith = {} }: ClusterAddress,
  { host, port }: Host,
  options: RedisOptions,
): Redis {
  const credentials = {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
  };
  return new Redis({ ...OPTIONS, ...options, host, port, ...credentials, ...(tls && { tls: tlsWith }) });
}

function bySentinels(address: SentinelsAddress): RedisOptions {
  const { sentinels, master, username, password, database, tls, tlsWith = {} } = address;
  return {
    sentinels: [...sentinels],
    name: master,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    db: database,
    ...(tls && { tls: tlsWith, sentinelTLS: tlsWith, enableTLSForSentinelMode: true }),
    sentinelRetryStrategy: waitMs,
    sentinelCommandTimeout: SENTINEL_ANSWERS_WITHIN_MS,
    // What sentinels call each other need not be where this process reaches them.
    updateSentinels: false,
  };
}

const isSecure = (url: string): boolean => url.startsWith('rediss:');

function waitMs(attempt: number): number {
  return Math.min(attempt * 100, 1_000);
}
