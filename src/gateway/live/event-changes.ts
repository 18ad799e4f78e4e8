import type { EventId, StoreId } from '../../domain/values';
import type { ChangeListener, Notifications } from '../../messaging/notifications/notifications';
import type { Logger } from '../../observability/log';

/** Receives what may change the values of an event: changes of its own, and those of any event of its store. */
export interface EventChanges {
  /** Resolves once no change of the event that is published from now on can be missed. */
  readonly ofEvent: Promise<unknown>;
  /** The same of the store that it belonged to at first. */
  readonly ofStore: Promise<unknown>;
  /** To be called with the store that the event was read with last: it may have moved to another one. */
  belongsTo(store: StoreId): void;
  stop(): void;
}

export interface EventChangesOptions {
  readonly notifications: Pick<Notifications, 'subscribe'>;
  readonly eventId: EventId;
  readonly storeId: StoreId;
  /** The event itself has changed. */
  readonly onChange: ChangeListener;
  /** Something of its store has changed, or may have. */
  readonly onStoreChange: ChangeListener;
  readonly log: Logger;
}

type Subscription = Promise<() => void>;

export function watchChanges(options: EventChangesOptions): EventChanges {
  const { notifications, eventId, onChange, onStoreChange, log } = options;
  let store = options.storeId;
  let isStopped = false;
  const ofEvent = notifications.subscribe({ event: eventId }, onChange);
  const ofFirstStore = subscribeToStore();
  let ofStore = ofFirstStore;
  ofEvent.catch(logFailure);

  function subscribeToStore(): Subscription {
    // A listener of its own each time: one that is ended late must not end the next.
    const subscription = notifications.subscribe({ store }, (cause) => onStoreChange(cause));
    subscription.catch(logFailure);
    return subscription;
  }

  function logFailure(error: unknown): void {
    log.warn({ err: error, eventId }, 'an event cannot be watched');
  }

  return {
    ofEvent,
    ofStore: ofFirstStore,
    belongsTo(next) {
      if (next === store || isStopped) return;
      store = next;
      end(ofStore);
      ofStore = subscribeToStore();
      // What changed there since the event was read was not received.
      ofStore.then(
        () => onStoreChange(),
        () => undefined,
      );
    },
    stop() {
      isStopped = true;
      end(ofEvent);
      end(ofStore);
    },
  };
}

/** A subscription that never began has nothing to end. */
function end(subscription: Subscription): void {
  subscription.then(
    (unsubscribe) => unsubscribe(),
    () => undefined,
  );
}
