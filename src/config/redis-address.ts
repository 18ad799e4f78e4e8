import { z } from 'zod';
import type { ClientCredentials } from './tls-files';
import { text } from './fields';

/** One server, the one that sentinels name as the master at the time, or a cluster. */
export type RedisAddress = ServerAddress | SentinelsAddress | ClusterAddress;

/** What TLS is spoken with, where it is: left out, Node trusts whom it trusts by itself. */
interface Secured {
  readonly tlsWith?: ClientCredentials;
}

interface ServerAddress extends Secured {
  readonly kind: 'server';
  readonly url: string;
}

export interface Host {
  readonly host: string;
  readonly port: number;
}

interface Credentials extends Secured {
  readonly username: string | undefined;
  readonly password: string | undefined;
}

export interface SentinelsAddress extends Credentials {
  readonly kind: 'sentinels';
  /** They are asked without the credentials, which are those of the servers. */
  readonly sentinels: readonly Host[];
  /** As the sentinels call what they watch. */
  readonly master: string;
  readonly database: number;
  /** Towards servers and sentinels alike. */
  readonly tls: boolean;
}

export interface ClusterAddress extends Credentials {
  readonly kind: 'cluster';
  /** Some of its nodes, which name the others. */
  readonly nodes: readonly Host[];
  readonly tls: boolean;
}

const LIKE =
  'like redis://user:password@host:6379/0, redis-sentinel://user:password@one:26379,two:26379/0#master, or redis-cluster://user:password@one:6379,two:6379';
const SERVER = /^rediss?:\/\//;
const SENTINELS =
  /^(?<scheme>rediss?)-sentinel:\/\/(?:(?<user>[^@]*)@)?(?<hosts>[^/@#]+)(?:\/(?<database>\d{0,5}))?#(?<master>[\w.-]+)$/;
const CLUSTER = /^(?<scheme>rediss?)-cluster:\/\/(?:(?<user>[^@]*)@)?(?<hosts>[^/@#]+)\/?$/;
const HOST = /^(?<host>\[[\da-f:.]+\]|[\w.-]+)(?::(?<port>\d{1,5}))?$/i;
const SENTINEL_PORT = 26_379;
const NODE_PORT = 6_379;

/** The value of REDIS_URL. */
export const redisAddress = () =>
  text().transform((value, context): RedisAddress => {
    const read = SERVER.test(value) ? toServer(value) : (toSentinels(value) ?? toCluster(value));
    if (read !== undefined) return read;
    context.addIssue({ code: 'custom', message: LIKE });
    return z.NEVER;
  });

function toServer(url: string): ServerAddress | undefined {
  return URL.canParse(url) && HOST.test(new URL(url).hostname) ? { kind: 'server', url } : undefined;
}

function toSentinels(value: string): SentinelsAddress | undefined {
  const parts = SENTINELS.exec(value)?.groups;
  if (parts === undefined) return undefined;
  const { scheme, user, hosts = '', database, master = '' } = parts;
  const [sentinels, credentials] = [toHosts(hosts, SENTINEL_PORT), toCredentials(user)];
  if (sentinels === undefined || credentials === undefined) return undefined;
  return {
    kind: 'sentinels',
    ...{ sentinels, master, ...credentials },
    database: Number(database || 0),
    tls: scheme === 'rediss',
  };
}

function toCluster(value: string): ClusterAddress | undefined {
  const parts = CLUSTER.exec(value)?.groups;
  if (parts === undefined) return undefined;
  const { scheme, user, hosts = '' } = parts;
  const [nodes, credentials] = [toHosts(hosts, NODE_PORT), toCredentials(user)];
  if (nodes === undefined || credentials === undefined) return undefined;
  return { kind: 'cluster', nodes, ...credentials, tls: scheme === 'rediss' };
}

function toHosts(text: string, usualPort: number): readonly Host[] | undefined {
  const hosts = text.split(',').map((host) => toHost(host, usualPort));
  return hosts.every((host) => host !== undefined) ? hosts : undefined;
}

function toHost(text: string, usualPort: number): Host | undefined {
  const { host, port } = HOST.exec(text.trim())?.groups ?? {};
  const number = Number(port ?? usualPort);
  if (host === undefined || number < 1 || number > 65_535) return undefined;
  return { host: host.replace(/^\[|\]$/g, ''), port: number };
}

/** As in any URL: escaped, the password behind the first colon. */
function toCredentials(user: string | undefined): Credentials | undefined {
  if (user === undefined) return { username: undefined, password: undefined };
  const colon = user.indexOf(':');
  const [name, password] = colon < 0 ? [user, ''] : [user.slice(0, colon), user.slice(colon + 1)];
  try {
    return {
      username: decodeURIComponent(name) || undefined,
      password: decodeURIComponent(password) || undefined,
    };
  } catch {
    return undefined;
  }
}
