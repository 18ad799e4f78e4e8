import type { Redis } from 'ioredis';

const TRY_AGAIN_MS = 100;

type Told = (error: Error | null) => void;

/**
 * The connection as graphql-redis-subscriptions is given it: nothing that is asked of it fails, since the library leaves
 * promises behind that nobody listens to, and one that is rejected would end the process.
 *
 * - It waits for nothing when it unsubscribes.
 * - When a subscription fails it rejects a promise for those who have come meanwhile, whether or not anybody has. Here it is
 *   made again until it is made, or the connection is ended for good.
 * - ioredis sends SUBSCRIBE as soon as there is a connection, and only then asks whether the server is ready (INFO), which one
 *   that has subscribed may not: it takes the connection for broken and rejects all that waits. So nothing is sent in between.
 */
export function patient(subscriber: Redis): Redis {
  return new Proxy(subscriber, {
    get(target, name) {
      if (name === 'subscribe') return (channel: string, told: Told) => subscribe(target, channel, told);
      if (name === 'unsubscribe') return quietly((...channels) => target.unsubscribe(...channels));
      if (name === 'punsubscribe') return quietly((...channels) => target.punsubscribe(...channels));
      const value: unknown = Reflect.get(target, name, target);
      return isMethod(value) ? value.bind(target) : value;
    },
  });
}

function subscribe(redis: Redis, channel: string, told: Told): void {
  const again = (): void => {
    // Nobody waits for it any more.
    if (redis.status !== 'end') setTimeout(() => subscribe(redis, channel, told), TRY_AGAIN_MS).unref();
  };
  if (redis.status === 'connect') return again();
  redis.subscribe(channel).then(() => told(null), again);
}

const quietly =
  (unsubscribe: (...channels: string[]) => Promise<unknown>) =>
  (...channels: string[]): Promise<unknown> =>
    unsubscribe(...channels).catch(() => undefined);

function isMethod(value: unknown): value is (...args: unknown[]) => unknown {
  return typeof value === 'function';
}
