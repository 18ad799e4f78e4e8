import type { Redis } from 'ioredis';

const TRY_AGAIN_MS = 100;

type Callback = (error: Error | null) => void;

/**
 * The connection as graphql-redis-subscriptions is given it: none of its calls fails, since the library leaves promises
 * unhandled, and one that is rejected would end the process.
 *
 * - It does not await its unsubscribing.
 * - When a subscription fails, it rejects a promise for later subscribers, even if there are none. Here the subscription is
 *   retried until it succeeds, or the connection is ended for good.
 * - ioredis sends SUBSCRIBE as soon as there is a connection, and only then asks whether the server is ready (INFO), which one
 *   that has subscribed may not: it takes the connection for broken and rejects all that waits. So nothing is sent in between.
 * - ioredis renews the subscriptions of a connection that is back, and awaits nothing either: a stop just then rejects it.
 */
export function neverFailing(subscriber: Redis): Redis {
  handleRenewals(subscriber);
  return new Proxy(subscriber, {
    get(target, name) {
      if (name === 'subscribe')
        return (channel: string, callback: Callback) => subscribe(target, channel, callback);
      if (name === 'unsubscribe') return quietly((...channels) => target.unsubscribe(...channels));
      if (name === 'punsubscribe') return quietly((...channels) => target.punsubscribe(...channels));
      const value: unknown = Reflect.get(target, name, target);
      return isMethod(value) ? value.bind(target) : value;
    },
  });
}

/** The caller still sees a failure; one that is not looked at ends no process. */
function handleRenewals(redis: Redis): void {
  const subscribe: unknown = Reflect.get(redis, 'subscribe');
  if (!isMethod(subscribe)) throw new Error('This ioredis has no subscribe.');
  Reflect.set(redis, 'subscribe', (...channels: readonly unknown[]): unknown => {
    const subscribed: unknown = Reflect.apply(subscribe, redis, channels);
    if (subscribed instanceof Promise) subscribed.catch(() => undefined);
    return subscribed;
  });
}

function subscribe(redis: Redis, channel: string, callback: Callback): void {
  const again = (): void => {
    // The connection has been ended for good.
    if (redis.status !== 'end') setTimeout(() => subscribe(redis, channel, callback), TRY_AGAIN_MS).unref();
  };
  if (redis.status === 'connect') return again();
  redis.subscribe(channel).then(() => callback(null), again);
}

const quietly =
  (unsubscribe: (...channels: string[]) => Promise<unknown>) =>
  (...channels: string[]): Promise<unknown> =>
    unsubscribe(...channels).catch(() => undefined);

function isMethod(value: unknown): value is (...args: unknown[]) => unknown {
  return typeof value === 'function';
}
