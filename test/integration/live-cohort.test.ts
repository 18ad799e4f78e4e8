import { WatchCountDocument, type WatchCountSubscription } from '../../src/generated/test-operations';
import { createInProcessNotifications } from '../../src/messaging/notifications/in-process';
import { buildSchema } from '../../src/resolvers/build-schema';
import type { EventId } from '../../src/domain/values';
import { openSseClient, openWebSocketClient } from '../harness/live/clients';
import { type LiveGateway, openLiveGateway } from '../harness/live/live-gateway';
import { watch, type Watching } from '../harness/live/watching';
import { eventCreated, newEvent, participantRegistered } from '../harness/messages';
import { startTestService, type TestService } from '../harness/service';

const EACH = 40;

/** The schema of the service, counting how often the count is resolved. */
function countingSchema() {
  const schema = buildSchema();
  const field = schema.getSubscriptionType()?.getFields()['participantCount'];
  const resolve = field?.resolve;
  if (field === undefined || resolve === undefined) throw new Error('There is no participantCount.');
  let executions = 0;
  field.resolve = (...asked) => {
    executions += 1;
    return resolve(...asked);
  };
  return { schema, executions: () => executions };
}

describe('a cohort', () => {
  const notifications = createInProcessNotifications();
  const { schema, executions } = countingSchema();
  const clients: { dispose(): void }[] = [];
  let service: TestService;
  let gateway: LiveGateway;

  beforeAll(async () => {
    service = await startTestService();
    gateway = await openLiveGateway(service.database, notifications, { schema });
  });
  afterAll(async () => {
    for (const client of clients) client.dispose();
    await gateway.stop();
    await service.stop();
  });

  function watchNew(eventId: string): Watching<WatchCountSubscription>[] {
    const token = service.token();
    return Array.from({ length: EACH }, () => [
      openWebSocketClient(gateway.origin, { token }),
      openSseClient(gateway.origin, { token }),
    ])
      .flat()
      .map((client, index) => {
        clients.push(client);
        return watch(client, WatchCountDocument, { eventId, afterVersion: index % 3 === 0 ? null : 0 });
      });
  }

  it('executes its operation once for each change, however many subscribers there are', async () => {
    const event = newEvent();
    await service.post([{ topic: 'event.created', value: eventCreated(event) }]);
    const watchings = watchNew(event.eventId);
    const reach = (count: number) =>
      Promise.all(
        watchings.map((each) =>
          each.until(({ participantCount }) => participantCount.count === count, `a count of ${count}`),
        ),
      );
    await reach(0);
    for (const count of [1, 2, 3]) {
      await service.post([{ topic: 'participant.registered', value: participantRegistered(event.eventId) }]);
      const before = executions();
      await notifications.publish([{ event: event.eventId as EventId }]);
      await reach(count);
      // One for the change; the first time, the execution for the first value may still be due.
      expect(executions() - before).toBeLessThanOrEqual(count === 1 ? 2 : 1);
    }
  });
});
