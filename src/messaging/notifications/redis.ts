import { RedisPubSub } from 'graphql-redis-subscriptions';
import type { Redis } from 'ioredis';
import type { Logger } from '../../observability/log';
import { causeIn, channelOf, type Notifications, payloadOf, type Subject } from './notifications';
import { neverFailing } from './resilient-subscriber';

export interface RedisNotificationsOptions {
  /** Publishes; may be shared. */
  readonly publisher: Redis;
  /** Subscribes, and does nothing else. Its lost subscriptions are renewed by ioredis when it is back. */
  readonly subscriber: Redis;
  readonly prefix: string;
  readonly log: Logger;
}

const PUBLISHED_AT_ONCE = 1_000;

/** Between processes. What is published while Redis is away is lost; being back is therefore a gap. */
export function createRedisNotifications(options: RedisNotificationsOptions): Notifications {
  const { publisher, subscriber, prefix, log } = options;
  const pubsub = new RedisPubSub({ publisher, subscriber: neverFailing(subscriber) });
  const gapListeners = new Set<() => void>();
  const nameOf = (subject: Subject): string => prefix + channelOf(subject);

  const reportGap = (): void => gapListeners.forEach((listener) => listener());
  // ioredis renews its subscriptions when it is ready; what follows them on the connection is answered after them.
  const onReady = (): void => {
    const heard = (): void => {
      reportGap();
      isHearing = subscriber.status === 'ready';
    };
    subscriber.ping().then(heard, (error: unknown) => log.debug({ err: error }, 'Redis went away again'));
  };
  let isHearing = subscriber.status === 'ready';
  const onClose = (): void => void (isHearing = false);
  subscriber.on('ready', onReady).on('close', onClose);
  // Queued while Redis is away, and renewed by ioredis ever after.
  pubsub.subscribe(`${prefix}anything`, reportGap).catch((error: unknown) => {
    log.warn({ err: error }, 'gaps that other processes publish cannot be received');
  });

  return {
    async publish(changed) {
      for (let start = 0; start < changed.length; start += PUBLISHED_AT_ONCE) {
        const chunk = changed.slice(start, start + PUBLISHED_AT_ONCE);
        await Promise.all(chunk.map((subject) => pubsub.publish(nameOf(subject), payloadOf(subject))));
      }
    },
    publishGap: () => pubsub.publish(`${prefix}anything`, null),
    async subscribe(subject, onChange) {
      const id = await pubsub.subscribe(nameOf(subject), (received: unknown) => onChange(causeIn(received)));
      return () => pubsub.unsubscribe(id);
    },
    onGap(listener) {
      gapListeners.add(listener);
      return () => gapListeners.delete(listener);
    },
    isHearing: () => isHearing,
    close() {
      subscriber.off('ready', onReady);
      subscriber.disconnect();
      return Promise.resolve();
    },
  };
}
