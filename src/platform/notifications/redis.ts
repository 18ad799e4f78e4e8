import { RedisPubSub } from 'graphql-redis-subscriptions';
import type { Redis } from 'ioredis';
import type { Logger } from '../log';
import type { Notifications } from './notifications';

export interface RedisNotificationsOptions {
  /** Publishes; may be shared with others. */
  readonly publisher: Redis;
  /** Subscribes, and does nothing else. Its lost subscriptions are renewed by ioredis when it is back. */
  readonly subscriber: Redis;
  readonly prefix: string;
  readonly log: Logger;
}

/** A socket that is half open looks alive to ioredis: only a question that stays unanswered tells. */
const PING_EVERY_MS = 1_500;
const PONG_WITHIN_MS = 1_500;

/** Between processes. What is published while Redis is away is lost; being back is therefore a gap. */
export function createRedisNotifications(options: RedisNotificationsOptions): Notifications {
  const { publisher, subscriber, prefix, log } = options;
  const pubsub = new RedisPubSub({ publisher, subscriber });
  const gapListeners = new Set<() => void>();
  const channelOf = (event: string): string => `${prefix}changed:${event}`;

  const onReady = (): void => {
    for (const listener of gapListeners) listener();
  };
  subscriber.on('ready', onReady);
  // Queued while Redis is away, and renewed by ioredis ever after.
  pubsub.subscribe(`${prefix}anything`, onReady).catch((error: unknown) => {
    log.warn({ err: error }, 'gaps of others cannot be heard of');
  });
  const heartbeat = setInterval(() => void beat(subscriber, log), PING_EVERY_MS).unref();

  return {
    async publish(events) {
      await Promise.all(events.map((event) => pubsub.publish(channelOf(event), null)));
    },
    publishGap: () => pubsub.publish(`${prefix}anything`, null),
    async subscribe(event, onChange) {
      const id = await pubsub.subscribe(channelOf(event), onChange);
      return () => pubsub.unsubscribe(id);
    },
    onGap(listener) {
      gapListeners.add(listener);
      return () => gapListeners.delete(listener);
    },
    close() {
      clearInterval(heartbeat);
      subscriber.off('ready', onReady);
      subscriber.disconnect();
      return Promise.resolve();
    },
  };
}

async function beat(subscriber: Redis, log: Logger): Promise<void> {
  if (subscriber.status !== 'ready') return;
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('Redis does not answer a ping.')), PONG_WITHIN_MS);
  });
  try {
    await Promise.race([subscriber.ping(), silence]);
  } catch (error) {
    log.warn({ err: error }, 'the subscriptions to Redis are renewed');
    subscriber.disconnect(true);
  } finally {
    clearTimeout(timer);
  }
}
