import type * as Jsonwebtoken from 'jsonwebtoken';
import { WatchCountDocument } from '../../src/generated/test-operations';
import { createInProcessNotifications } from '../../src/messaging/notifications/in-process';
import { openSseClient, openWebSocketClient } from '../harness/live/clients';
import { type LiveGateway, openLiveGateway } from '../harness/live/live-gateway';
import { watch } from '../harness/live/watching';
import { eventCreated, newEvent } from '../harness/messages';
import { startTestService, type TestService, tokenOf } from '../harness/service';
import { waitFor } from '../harness/wait-for';

/** The tokens whose signatures were verified, in order. The live gateway caches no verified token. */
const mockVerified: unknown[] = [];

jest.mock('jsonwebtoken', () => {
  const library = jest.requireActual<typeof Jsonwebtoken>('jsonwebtoken');
  const verify = (...args: Parameters<typeof Jsonwebtoken.verify>): unknown => {
    mockVerified.push(args[0]);
    return library.verify(...args);
  };
  return { ...library, verify };
});

describe('the token of a subscription', () => {
  const ids = newEvent();
  const variables = { eventId: ids.eventId, afterVersion: null };
  let service: TestService;
  let gateway: LiveGateway;

  beforeAll(async () => {
    service = await startTestService();
    await service.post([{ topic: 'event.created', value: eventCreated(ids) }]);
    gateway = await openLiveGateway(service.database, createInProcessNotifications());
  });
  beforeEach(() => mockVerified.splice(0));
  afterAll(async () => {
    await gateway.stop();
    await service.stop();
  });

  it('is verified once for a stream of server-sent events', async () => {
    const token = tokenOf('of a stream', [ids.storeId]);
    const client = openSseClient(gateway.origin, { token });
    await watch(client, WatchCountDocument, variables).until(() => true, 'the first value');
    client.dispose();
    expect(mockVerified).toEqual([token]);
  });

  it('is verified once for a socket, however many it subscribes to, and once more when it is renewed', async () => {
    const token = tokenOf('of a socket', [ids.storeId]);
    const client = openWebSocketClient(gateway.origin, { token });
    for (let n = 0; n < 2; n += 1)
      await watch(client, WatchCountDocument, variables).until(() => true, 'the first value');
    expect(mockVerified).toEqual([token]);
    client.refresh(token);
    await waitFor(() => mockVerified.length > 1, { what: 'the new token to be verified', timeoutMs: 10_000 });
    expect(mockVerified).toEqual([token, token]);
    client.dispose();
  });
});
