import { watchChanges } from '../../../../src/gateway/live/event-changes';
import type { EventId, StoreId } from '../../../../src/domain/values';
import { createInProcessNotifications } from '../../../../src/messaging/notifications/in-process';
import type { Notifications } from '../../../../src/messaging/notifications/notifications';
import { createLogger } from '../../../../src/observability/log';

const log = createLogger({ level: 'silent' });
const EVENT = '550e8400-e29b-41d4-a716-446655440000' as EventId;
const FORMER = '660e8400-e29b-41d4-a716-446655440001' as StoreId;
const STORE = '660e8400-e29b-41d4-a716-446655440002' as StoreId;

/** As channels of a cluster are: a listener is there once, and a subscription begins only once its slot is served. */
function setUp() {
  const notifications = createInProcessNotifications();
  const gate = { open: (): void => undefined };
  const served = new Promise<void>((resolve) => (gate.open = resolve));
  const listeners = new Set<() => void>();
  const subscribe: Notifications['subscribe'] = async (subject, onChange) => {
    if (!('store' in subject) || subject.store !== STORE) return notifications.subscribe(subject, onChange);
    listeners.add(onChange);
    await served;
    return () => listeners.delete(onChange);
  };
  const heard: string[] = [];
  const changes = watchChanges({
    ...{ notifications: { subscribe }, eventId: EVENT, storeId: FORMER, log },
    onChange: () => heard.push('event'),
    onStoreChange: () => heard.push('store'),
  });
  return { notifications, changes, heard, listeners, serve: () => gate.open() };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the changes of an event and of its store', () => {
  it('go on for a store that was left and taken again while it could not be subscribed to', async () => {
    const { changes, heard, listeners, serve } = setUp();
    for (const store of [STORE, FORMER, STORE]) changes.belongsTo(store);
    serve();
    await settled();
    heard.length = 0;
    for (const listener of listeners) listener();
    expect(heard).toEqual(['store']);
    changes.stop();
    await settled();
    expect(listeners.size).toBe(0);
  });

  it('are taken to have been missed between reading the event in another store and subscribing to that', async () => {
    const { notifications, changes, heard, serve } = setUp();
    changes.belongsTo(STORE);
    await settled();
    expect(heard).toEqual([]);
    serve();
    await settled();
    expect(heard).toEqual(['store']);
    await notifications.publish([{ store: FORMER }, { event: EVENT }]);
    expect(heard).toEqual(['store', 'event']);
    changes.stop();
  });
});
