import { z } from 'zod';
import { text } from './fields';

/** One server, or the one that sentinels name as the master at the time. */
export type RedisAddress = ServerAddress | SentinelsAddress;

interface ServerAddress {
  readonly kind: 'server';
  readonly url: string;
}

export interface SentinelsAddress {
  readonly kind: 'sentinels';
  readonly sentinels: readonly { readonly host: string; readonly port: number }[];
  /** As the sentinels call what they watch. */
  readonly master: string;
  /** Of the servers; sentinels are asked without. */
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly database: number;
  /** Towards servers and sentinels alike. */
  readonly tls: boolean;
}

const LIKE =
  'like redis://user:password@host:6379/0, or redis-sentinel://user:password@one:26379,two:26379/0#master';
const SERVER = /^rediss?:\/\//;
const SENTINELS =
  /^(?<scheme>rediss?)-sentinel:\/\/(?:(?<user>[^@]*)@)?(?<hosts>[^/@#]+)(?:\/(?<database>\d{0,5}))?#(?<master>[\w.-]+)$/;
const HOST = /^(?<host>\[[\da-f:.]+\]|[\w.-]+)(?::(?<port>\d{1,5}))?$/i;
const SENTINEL_PORT = 26_379;

/** The value of REDIS_URL. */
export const redisAddress = () =>
  text().transform((value, context): RedisAddress => {
    const read = SERVER.test(value) ? toServer(value) : toSentinels(value);
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
  const sentinels = hosts.split(',').map(toHost);
  if (!sentinels.every((host) => host !== undefined)) return undefined;
  const credentials = toCredentials(user);
  return (
    credentials && {
      kind: 'sentinels',
      ...{ sentinels, master, ...credentials },
      database: Number(database || 0),
      tls: scheme === 'rediss',
    }
  );
}

function toHost(text: string): { host: string; port: number } | undefined {
  const { host, port } = HOST.exec(text.trim())?.groups ?? {};
  const number = Number(port ?? SENTINEL_PORT);
  if (host === undefined || number < 1 || number > 65_535) return undefined;
  return { host: host.replace(/^\[|\]$/g, ''), port: number };
}

/** As in any URL: escaped, the password behind the first colon. */
function toCredentials(
  user: string | undefined,
): { username: string | undefined; password: string | undefined } | undefined {
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
