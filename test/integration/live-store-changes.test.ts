import { createInProcessNotifications } from '../../src/messaging/notifications/in-process';
import type { Notifications, Subject } from '../../src/messaging/notifications/notifications';
import type { EventId, Instant, StoreId } from '../../src/domain/values';
import { openWebSocketClient, type WebSocketClient } from '../harness/live/clients';
import { type LiveGateway, openLiveGateway } from '../harness/live/live-gateway';
import { watch } from '../harness/live/watching';
import { eventCreated, newEvent, participantRegistered } from '../harness/messages';
import { signToken, startTestService, type TestService } from '../harness/service';
import { waitFor } from '../harness/wait-for';

interface Count {
  readonly participantCount: { readonly count: number };
}
interface Summary {
  readonly dashboardUpdated: {
    readonly summaryCards: { readonly totalParticipants: { readonly count: number } };
  };
}
const COUNT = 'subscription ($eventId: UUID!) { participantCount(eventId: $eventId) { count } }';
const SUMMARY =
  'subscription ($eventId: UUID!) { dashboardUpdated(eventId: $eventId) { summaryCards { totalParticipants { count } } } }';

/** The same notifications, and how often each subject is subscribed to. */
function counted(notifications: Notifications, active: Map<string, number>): Notifications {
  const add = (subject: Subject, by: number): void => {
    const name = subjectOf(subject);
    active.set(name, (active.get(name) ?? 0) + by);
    if (active.get(name) === 0) active.delete(name);
  };
  return {
    ...notifications,
    async subscribe(subject, onChange) {
      const unsubscribe = await notifications.subscribe(subject, onChange);
      add(subject, 1);
      return () => {
        add(subject, -1);
        unsubscribe();
      };
    },
  };
}

/** The test publishes the changes: the gateway does not receive those of the service. */
describe('a change of a store', () => {
  const notifications = createInProcessNotifications();
  const active = new Map<string, number>();
  let service: TestService;
  let gateway: LiveGateway;
  let client: WebSocketClient;
  const event = newEvent();
  const eventId = event.eventId as EventId;
  const storeId = event.storeId as StoreId;
  const nextStoreId = newEvent().storeId as StoreId;

  beforeAll(async () => {
    service = await startTestService();
    await service.post([{ topic: 'event.created', value: eventCreated(event) }]);
    gateway = await openLiveGateway(service.database, counted(notifications, active));
    client = openWebSocketClient(gateway.origin, {
      token: signToken(Date.now() as Instant, [storeId, nextStoreId]),
    });
  });
  afterAll(async () => {
    client.dispose();
    await gateway.stop();
    await service.stop();
  });

  const register = (): Promise<unknown> =>
    service.post([{ topic: 'participant.registered', value: participantRegistered(eventId) }]);
  const isCount =
    (count: number) =>
    ({ participantCount }: Count): boolean =>
      participantCount.count === count;
  const isSummaryOf =
    (count: number) =>
    ({ dashboardUpdated }: Summary): boolean =>
      dashboardUpdated.summaryCards.totalParticipants.count === count;

  it('refreshes the dashboards of its events, and not their counts, which do not depend on it', async () => {
    const counts = watch<Count, { eventId: EventId }>(client, COUNT, { eventId });
    const dashboards = watch<Summary, { eventId: EventId }>(client, SUMMARY, { eventId });
    await counts.until(isCount(0), 'the first count');
    await dashboards.until(isSummaryOf(0), 'the first dashboard');
    await register();
    await notifications.publish([{ store: storeId }]);
    await dashboards.until(isSummaryOf(1), 'the dashboard after the change of the store');
    await register();
    await notifications.publish([{ event: eventId }]);
    await counts.until(isCount(2), 'the count after the change of the event');
    await dashboards.until(isSummaryOf(2), 'the dashboard after the change of the event');
    expect(counts.values.map(({ participantCount }) => participantCount.count)).toEqual([0, 2]);
    counts.stop();
    dashboards.stop();
    await waitFor(() => active.size === 0, { what: 'the subscriptions to end', timeoutMs: 5_000 });
  });

  it('is received of the store that the event has moved to, and no more of the former one', async () => {
    const dashboards = watch<Summary, { eventId: EventId }>(client, SUMMARY, { eventId });
    await dashboards.until(isSummaryOf(2), 'the first dashboard');
    expect([...active.keys()].sort()).toEqual([subjectOf({ event: eventId }), subjectOf({ store: storeId })]);
    const moved = eventCreated({ eventId, storeId: nextStoreId }, { occurredAt: new Date().toISOString() });
    await service.post([{ topic: 'event.created', value: moved }]);
    await notifications.publish([{ event: eventId }]);
    const expected = [subjectOf({ event: eventId }), subjectOf({ store: nextStoreId })];
    await waitFor(() => JSON.stringify([...active.keys()].sort()) === JSON.stringify(expected), {
      what: 'the other store to be subscribed to, and the former one no more',
      timeoutMs: 5_000,
    });
    await register();
    await notifications.publish([{ store: nextStoreId }]);
    await dashboards.until(isSummaryOf(3), 'the dashboard after a change of the other store');
    dashboards.stop();
    await waitFor(() => active.size === 0, { what: 'the subscriptions to end', timeoutMs: 5_000 });
  });
});

const subjectOf = (subject: Subject): string => JSON.stringify(subject);
