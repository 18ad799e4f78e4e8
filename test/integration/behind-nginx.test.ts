import { openSseClient, openWebSocketClient } from '../harness/live/clients';
import { watch } from '../harness/live/watching';
import { analyticsPath } from '../harness/contract/service';
import { createHttpClient, type HttpClient } from '../harness/http';
import { freshDatabase, freshRedis, type Own } from '../harness/isolation';
import { eventCreated, newEvent, participantRegistered } from '../harness/messages';
import { createNginx, type Nginx } from '../harness/servers/nginx';
import { startTestService, type TestService } from '../harness/service';

const LIVE = 'subscription ($eventId: UUID!) { participantCount(eventId: $eventId) { count } }';

describe('two gateways behind nginx, as deploy/nginx has it', () => {
  let owned: readonly Own[];
  let gateways: readonly [TestService, TestService];
  let nginx: Nginx;
  let http: HttpClient;
  const events = Array.from({ length: 12 }, () => newEvent());

  beforeAll(async () => {
    const [database, redis] = [await freshDatabase(), await freshRedis()];
    owned = [database, redis];
    const env = { DATABASE_URL: database.url, REDIS_URL: redis.url, TRUSTED_PROXIES: '127.0.0.1' };
    gateways = [await startTestService({ env }), await startTestService({ env })];
    const [one] = gateways;
    await one.post(events.map((ids) => ({ topic: 'event.created', value: eventCreated(ids) })));
    nginx = await createNginx(gateways.map(({ origin }) => new URL(origin).host));
    await nginx.start();
    http = createHttpClient(nginx.url);
  });
  afterAll(async () => {
    await nginx.remove();
    for (const gateway of gateways) await gateway.stop();
    for (const own of owned) await own.drop();
  });

  const readAll = async (): Promise<void> => {
    for (const { eventId } of events) {
      const answer = await http.get(analyticsPath(eventId), gateways[0].token());
      expect(answer.status).toBe(200);
    }
  };

  it('are asked for an event always the same one, and for different events both', async () => {
    await readAll();
    await readAll();
    const asked = nginx.asked();
    const ofEvents = events.map(({ eventId }) => [...(asked.get(analyticsPath(eventId)) ?? [])]);
    expect(ofEvents.map(({ length }) => length)).toEqual(events.map(() => 1));
    expect(new Set(ofEvents.flat()).size).toBe(2);
  });

  it.each([
    ['a WebSocket', (token: string) => openWebSocketClient(nginx.url, { token })],
    ['an event stream', (token: string) => openSseClient(nginx.url, { token })],
  ])('send what changes as it comes, over %s', async (_what, open) => {
    const { eventId } = newEvent();
    const [one] = gateways;
    await one.post([{ topic: 'event.created', value: eventCreated({ ...newEvent(), eventId }) }]);
    const client = open(one.token());
    const watching = watch<{ participantCount: { count: number } }, { eventId: string }>(client, LIVE, {
      eventId,
    });
    const until = (count: number) =>
      watching.until((value) => value.participantCount.count === count, `${count}`);
    await until(0);
    for (const count of [1, 2]) {
      await one.post([{ topic: 'participant.registered', value: participantRegistered(eventId) }]);
      await until(count);
    }
    watching.stop();
    client.dispose();
  });

  it('answer all requests while one of them is gone', async () => {
    const [, gone] = gateways;
    await gone.stop();
    await readAll();
  });
});
