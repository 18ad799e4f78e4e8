import { PubSub } from 'graphql-subscriptions';
import type { Notifications } from './notifications';

/** For a service that is one process: nothing is ever missed. */
export function createInProcessNotifications(): Notifications {
  const pubsub = new PubSub();
  const gapListeners = new Set<() => void>();

  return {
    async publish(events) {
      await Promise.all(events.map((event) => pubsub.publish(event, null)));
    },
    async subscribe(event, onChange) {
      const id = await pubsub.subscribe(event, onChange);
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
