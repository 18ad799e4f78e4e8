import { EventEmitter } from 'node:events';
import { PubSub } from 'graphql-subscriptions';
import { causeIn, channelOf, type Notifications, payloadOf } from './notifications';

/** For a service that is one process: nothing is ever missed. */
export function createInProcessNotifications(): Notifications {
  // A store is listened to for each of its events that is watched.
  const pubsub = new PubSub({ eventEmitter: new EventEmitter().setMaxListeners(0) });
  const gapListeners = new Set<() => void>();

  return {
    async publish(changed) {
      await Promise.all(changed.map((subject) => pubsub.publish(channelOf(subject), payloadOf(subject))));
    },
    async subscribe(subject, onChange) {
      const id = await pubsub.subscribe(channelOf(subject), (received: unknown) =>
        onChange(causeIn(received)),
      );
      return () => pubsub.unsubscribe(id);
    },
    publishGap() {
      for (const listener of gapListeners) listener();
      return Promise.resolve();
    },
    onGap(listener) {
      gapListeners.add(listener);
      return () => gapListeners.delete(listener);
    },
    isHearing: () => true,
    close: () => Promise.resolve(),
  };
}
