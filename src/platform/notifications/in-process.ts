import { PubSub } from 'graphql-subscriptions';
import type { Notifications } from './notifications';

const GAP = 'anything';

/** For a service that is one process: nothing is ever missed. */
export function createInProcessNotifications(): Notifications {
  const pubsub = new PubSub();

  return {
    async publish(events) {
      await Promise.all(events.map((event) => pubsub.publish(event, null)));
    },
    async subscribe(event, onChange) {
      const id = await pubsub.subscribe(event, onChange);
      return () => pubsub.unsubscribe(id);
    },
    publishGap: () => pubsub.publish(GAP, null),
    onGap(listener) {
      const subscribed = pubsub.subscribe(GAP, listener);
      return () => void subscribed.then((id) => pubsub.unsubscribe(id));
    },
    close: () => Promise.resolve(),
  };
}
