import { once } from 'node:events';
import { WatchCountDocument } from '../../src/generated/test-operations';
import { createInProcessNotifications } from '../../src/messaging/notifications/in-process';
import type { Notifications } from '../../src/messaging/notifications/notifications';
import type { EventId, Instant } from '../../src/domain/values';
import { openSseClient, openWebSocketClient, type WebSocketClient } from '../harness/live/clients';
import { type LiveGateway, openLiveGateway } from '../harness/live/live-gateway';
import { watch } from '../harness/live/watching';
import { eventCreated, newEvent, participantRegistered } from '../harness/messages';
import { signToken, startTestService, type TestService } from '../harness/service';
import { waitFor } from '../harness/wait-for';

/** Notifications whose subscriptions work but never resolve, as with a slow Redis. */
function slowToSubscribe(notifications: Notifications): Notifications {
  return {
    ...notifications,
    async subscribe(subject, onChange) {
      await notifications.subscribe(subject, onChange);
      return new Promise<never>(() => undefined);
    },
  };
}

/** Notifications of whose subjects events are late, and stores never there. */
function lateForEvents(notifications: Notifications) {
  const gate = { open: (): void => undefined };
  const opened = new Promise<void>((resolve) => (gate.open = resolve));
  const late: Notifications = {
    ...notifications,
    async subscribe(subject, onChange) {
      await ('event' in subject ? opened : new Promise<never>(() => undefined));
      return notifications.subscribe(subject, onChange);
    },
  };
  return { late, begin: () => gate.open() };
}

/** The test publishes the changes: the gateway does not receive those of the service. */
describe('a new subscriber', () => {
  const notifications = createInProcessNotifications();
  const clients: { dispose(): void }[] = [];
  let service: TestService;
  let gateway: LiveGateway;

  beforeAll(async () => {
    service = await startTestService();
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.dispose();
    await gateway.stop();
  });
  afterAll(() => service.stop());

  const tokenFor = (storeId: string): string => signToken(Date.now() as Instant, [storeId]);
  const open = (storeId: string): WebSocketClient => {
    const client = openWebSocketClient(gateway.origin, { token: tokenFor(storeId) });
    clients.push(client);
    return client;
  };
  const stream = (storeId: string) => {
    const client = openSseClient(gateway.origin, { token: tokenFor(storeId) });
    clients.push(client);
    return client;
  };

  it('is not revoked over a value from before the event moved to their store', async () => {
    gateway = await openLiveGateway(service.database, notifications);
    const moving = newEvent();
    const { eventId } = moving;
    const variables = { eventId, afterVersion: null };
    const next = { eventId, storeId: newEvent().storeId };
    await service.post([{ topic: 'event.created', value: eventCreated(moving) }]);
    const before = open(moving.storeId);
    const count = 'subscription ($eventId: UUID!) { participantCount(eventId: $eventId) { count } }';
    const [first, firstOfTheText] = [
      watch(before, WatchCountDocument, variables),
      watch(before, count, { eventId }),
    ];
    await Promise.all(
      [first, firstOfTheText].map((watching) => watching.until(() => true, 'the first value')),
    );
    await service.post([
      { topic: 'event.created', value: eventCreated(next, { occurredAt: new Date().toISOString() }) },
    ]);
    const after = open(next.storeId);
    const watchings = [
      watch(after, WatchCountDocument, variables),
      // The same text as before the move, since the count is the same.
      watch(after, count, { eventId }),
      watch(stream(next.storeId), count, { eventId }),
    ];
    for (const watching of watchings) await watching.until(() => true, 'a value of the new owner');
    await waitFor(() => before.closed, { what: 'the former owner to be revoked', timeoutMs: 5_000 });
    expect(after.closed).toBeUndefined();
    for (const { values, errors } of watchings) {
      expect(values).toHaveLength(1);
      expect(errors).toEqual([]);
    }
  });

  it('is sent what changed before changes of the event were received, though those of its store still are not', async () => {
    const { late, begin } = lateForEvents(notifications);
    gateway = await openLiveGateway(service.database, late);
    const ids = newEvent();
    await service.post([{ topic: 'event.created', value: eventCreated(ids) }]);
    const watching = watch(open(ids.storeId), WatchCountDocument, {
      eventId: ids.eventId,
      afterVersion: null,
    });
    await watching.until(() => true, 'the first value');
    await service.post([{ topic: 'participant.registered', value: participantRegistered(ids.eventId) }]);
    begin();
    await watching.until(({ participantCount: { count } }) => count === 1, 'what changed in between');
  });

  it('is re-authorised when they bring a fresh token before their first value', async () => {
    gateway = await openLiveGateway(service.database, slowToSubscribe(notifications));
    const ids = newEvent();
    const { eventId } = ids;
    await service.post([{ topic: 'event.created', value: eventCreated(ids) }]);
    const client = open(ids.storeId);
    const watching = watch(client, WatchCountDocument, { eventId, afterVersion: null });
    await waitFor(() => gateway.live.size.subscribers === 1, { what: 'the subscription', timeoutMs: 5_000 });
    await notifications.publish([{ event: eventId as EventId }]);
    await watching.until(() => true, 'the first value');
    const { socket } = client;
    if (socket === undefined) throw new Error('There is no socket.');
    const pong = once(socket, 'message');
    client.refresh(tokenFor(newEvent().storeId));
    await pong;
    await service.post([{ topic: 'participant.registered', value: participantRegistered(eventId) }]);
    await notifications.publish([{ event: eventId as EventId }]);
    await waitFor(() => client.closed, { what: 'the socket to be closed', timeoutMs: 5_000 });
    expect(client.closed?.code).toBe(4403);
    expect(watching.values).toHaveLength(1);
  });
});
