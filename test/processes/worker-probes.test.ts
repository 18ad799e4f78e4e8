import { addresses } from '../harness/addresses';
import { type BreakableLink, linkTo } from '../harness/contract/breakable-link';
import { type ServiceProcess, startProcess } from '../harness/contract/service-process';
import { freshDatabase, freshRedis, freshTopicPrefix, type Own } from '../harness/isolation';
import { freePort } from '../harness/machine/ports';
import { eventCreated, newEvent } from '../harness/messages';
import { openTopics, type TestTopics } from '../harness/topics';
import { waitFor } from '../harness/wait-for';

const WITHIN_MS = 60_000;

describe('the probes of a worker alone', () => {
  let own: readonly [Own, Own];
  let link: BreakableLink;
  let topics: TestTopics;
  let env: NodeJS.ProcessEnv;
  const started: ServiceProcess[] = [];
  const start = (): ServiceProcess => {
    const service = startProcess(env);
    started.push(service);
    return service;
  };

  beforeAll(async () => {
    own = await Promise.all([freshDatabase(), freshRedis()]);
    link = await linkTo(own[0].url);
    const topicPrefix = freshTopicPrefix();
    const { kafkaBrokers } = addresses();
    topics = await openTopics(kafkaBrokers, topicPrefix);
    env = {
      ROLES: 'worker',
      PORT: String(await freePort()),
      DATABASE_URL: link.url,
      REDIS_URL: own[1].url,
      KAFKA_BROKERS: kafkaBrokers.join(),
      KAFKA_TOPIC_PREFIX: topicPrefix,
      KAFKA_GROUP_ID: topicPrefix,
    };
  });
  afterAll(async () => {
    await Promise.all(started.map((service) => service.terminate('SIGKILL')));
    await Promise.all([link.cut(), topics.close()]);
    await Promise.all(own.map((each) => each.drop()));
  });

  it('say that it lives while it waits for its database, and that it is ready once it works', async () => {
    const ask = (path: string, method = 'GET'): Promise<Response> =>
      fetch(`http://127.0.0.1:${env['PORT']}${path}`, { method });
    const statusOf = (path: string): Promise<number | undefined> =>
      ask(path).then(
        ({ status }) => status,
        () => undefined,
      );
    await link.cut();
    const worker = start();
    await waitFor(async () => (await statusOf('/livez')) === 200, {
      what: 'it to live',
      timeoutMs: WITHIN_MS,
    });
    const waiting = await ask('/readyz');
    expect([waiting.status, await waiting.json()]).toMatchObject([503, { status: 'starting', ready: false }]);

    await link.mend();
    await waitFor(async () => (await statusOf('/readyz')) === 200, {
      what: 'it to work',
      timeoutMs: WITHIN_MS,
    });
    expect(await (await ask('/readyz')).json()).toMatchObject({
      parts: expect.arrayContaining([{ name: 'consumer', ready: true }]) as unknown,
    });
    await topics.send('event.created', [eventCreated(newEvent())]);
    await waitFor(
      async () =>
        (await (await ask('/metrics')).text()).includes(
          'analytics_messages_total{topic="event.created",outcome="applied"} 1',
        ),
      { what: 'the message to be counted', timeoutMs: WITHIN_MS },
    );

    // What it is not asked for here.
    expect(await statusOf('/api/health')).toBe(404);
    expect(await statusOf('/livez/')).toBe(404);
    expect((await ask('/livez', 'HEAD')).status).toBe(200);
    expect((await ask('/livez', 'DELETE')).status).toBe(404);

    const second = start();
    expect(await second.ended()).toBe(1);
    expect(second.said()).toContain(`HOST and PORT: 127.0.0.1:${env['PORT']} cannot be listened on`);
    expect(await statusOf('/readyz')).toBe(200);
    expect(await worker.terminate()).toBe(0);
    expect(await statusOf('/livez')).toBeUndefined();
  });
});
