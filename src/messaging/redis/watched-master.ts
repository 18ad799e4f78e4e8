import { lookup } from 'node:dns/promises';
import { Redis } from 'ioredis';
import { z } from 'zod';
import type { SentinelsAddress } from '../../config/redis-address';
import { createFaultLog } from '../../observability/fault-log';
import type { Logger } from '../../observability/log';

/** Asks sentinels who the master is, for as long as the process runs. */
export interface WatchedMaster {
  /** Ends the connection, which is then made anew, whenever it leads to another server than the master. */
  follow(redis: Redis): void;
  stop(): void;
}

interface Master {
  readonly host: string;
  readonly port: number;
}

const ASK_EVERY_MS = 1_000;
const ANSWER_WITHIN_MS = 1_000;
const masterReply = z
  .tuple([z.string(), z.string()])
  .transform(([host, port]): Master => ({ host, port: Number(port) }));

/**
 * A master that hangs, or that is cut off from the sentinels together with this process, closes no connection when another one
 * takes its place. ioredis has a detector of its own (`failoverDetector`): it ends an attempt to connect that is under way
 * just then, for good, and writes past our log while a sentinel is away.
 */
export function watchMaster(address: SentinelsAddress, log: Logger): WatchedMaster {
  const { master: name, tls, tlsWith = {} } = address;
  const followers = new Set<Redis>();
  const sentinels = address.sentinels.map(({ host, port }) => {
    const sentinel = new Redis({
      ...{ host, port, lazyConnect: true, enableOfflineQueue: false, maxRetriesPerRequest: 0 },
      ...{ connectTimeout: ANSWER_WITHIN_MS, commandTimeout: ANSWER_WITHIN_MS, enableReadyCheck: false },
      // It is connected again by the next question.
      retryStrategy: () => null,
      ...(tls && { tls: tlsWith }),
    });
    sentinel.on('error', () => undefined);
    return sentinel;
  });
  const silence = createFaultLog(
    log,
    {
      begins: 'no sentinel names the master of Redis: another one would not be followed',
      ends: 'sentinels name the master of Redis again',
    },
    { master: name },
  );
  let isAsking = false;
  const timer = setInterval(() => {
    if (isAsking) return;
    isAsking = true;
    void look().finally(() => (isAsking = false));
  }, ASK_EVERY_MS).unref();

  async function look(): Promise<void> {
    try {
      const master = await ask();
      const addresses = await lookup(master.host, { all: true });
      silence.worked();
      for (const redis of followers) {
        if (!isConnected(redis) || leadsTo(redis, master.port, addresses)) continue;
        log.warn({ port: master.port }, 'sentinels name another master of Redis; connecting to it');
        redis.stream.destroy();
      }
    } catch (error) {
      silence.failed(error);
    }
  }

  /** The answer of the first sentinel that has one. @throws AggregateError with what each said instead */
  async function ask(): Promise<Master> {
    const failures: unknown[] = [];
    for (const sentinel of sentinels) {
      try {
        if (sentinel.status !== 'ready') await reconnect(sentinel);
        const reply = await sentinel.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name);
        if (reply !== null) return masterReply.parse(reply);
        failures.push(new Error(`The sentinel knows no master "${name}".`));
      } catch (error) {
        failures.push(error);
        sentinel.disconnect();
      }
    }
    throw new AggregateError(failures, failures.map(String).join('; '));
  }

  return {
    follow: (redis) => void followers.add(redis),
    stop() {
      clearInterval(timer);
      for (const sentinel of sentinels) sentinel.disconnect();
    },
  };
}

async function reconnect(sentinel: Redis): Promise<void> {
  if (sentinel.status !== 'wait' && sentinel.status !== 'end' && sentinel.status !== 'close')
    throw new Error(`The sentinel ${sentinel.options.host}:${sentinel.options.port} is ${sentinel.status}.`);
  await sentinel.connect();
}

/** Only such a connection is made anew when its stream ends; one that is being made asks a sentinel itself. */
function isConnected({ status }: Redis): boolean {
  return status === 'ready' || status === 'connect';
}

function leadsTo(
  { stream }: Redis,
  port: number,
  addresses: readonly { readonly address: string }[],
): boolean {
  // "::ffff:10.0.0.1" is how an IPv4 address may be written on a socket of both kinds.
  const address = stream.remoteAddress?.replace(/^::ffff:/, '');
  return stream.remotePort === port && addresses.some((each) => each.address === address);
}
