import { WatchCountDocument } from '../../src/generated/test-operations';
import { type BreakableLink, linkTo } from '../harness/contract/breakable-link';
import { freshDatabase, type Own } from '../harness/isolation';
import { openWebSocketClient } from '../harness/live/clients';
import { watch } from '../harness/live/watching';
import { eventCreated, newEvent } from '../harness/messages';
import { startTestService, type TestService } from '../harness/service';
import { waitFor } from '../harness/wait-for';

describe('a socket while the database is unavailable', () => {
  let own: Own;
  let link: BreakableLink;
  let service: TestService;
  beforeAll(async () => {
    own = await freshDatabase();
    link = await linkTo(own.url);
    service = await startTestService({ env: { DATABASE_URL: link.url } });
  });
  afterAll(async () => {
    await service.stop();
    await link.cut();
    await own.drop();
  });

  it('gets this in each pong, until it is available again', async () => {
    const ids = newEvent();
    await service.post([{ topic: 'event.created', value: eventCreated(ids) }]);
    const client = openWebSocketClient(service.origin, { token: service.token() });
    const watching = watch(client, WatchCountDocument, { eventId: ids.eventId, afterVersion: null });
    await waitFor(() => watching.values.length > 0, { what: 'the first value', timeoutMs: 10_000 });
    let pong: unknown;
    client.socket?.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as { readonly type: string };
      if (message.type === 'pong') pong = message;
    });
    /** Pings until the answer is as expected. */
    const until = (expected: unknown): Promise<unknown> =>
      waitFor(
        () => {
          client.socket?.send('{"type":"ping","payload":{"mine":1}}');
          return JSON.stringify(pong) === JSON.stringify(expected);
        },
        { what: `the pong ${JSON.stringify(expected)}`, timeoutMs: 10_000, everyMs: 200 },
      );
    await until({ type: 'pong' });
    await link.cut();
    await until({ type: 'pong', payload: { unavailable: ['database'] } });
    await link.mend();
    await until({ type: 'pong' });
    expect(client.connections).toBe(1);
    client.dispose();
  });
});
