import { WatchCountDocument } from '../../src/generated/test-operations';
import { routeOf } from '../../src/gateway/request-metrics';
import { systemClock } from '../../src/runtime/clock';
import { analyticsPath, type ServiceUnderContract, startUnderContract } from '../harness/contract/service';
import { openSseClient } from '../harness/live/clients';
import { watch } from '../harness/live/watching';
import { distributionCompleted, participantRegistered, viewsMeasured } from '../harness/messages';
import { askAny } from '../harness/operations/client';
import { createScriptedPlatform, failure } from '../harness/scripted-platform';
import { waitFor } from '../harness/wait-for';

describe('the metrics page', () => {
  const platform = createScriptedPlatform('지니TV', systemClock);
  let service: ServiceUnderContract;

  beforeAll(async () => {
    platform.follow(() => failure('TIMEOUT'));
    service = await startUnderContract({ platforms: [platform.polled({ intervalMs: 1_000 })] });
  });
  afterAll(() => service.stop());

  async function page(): Promise<string> {
    const { status, headers, body } = await service.http.get('/metrics');
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
      'no-store',
    ]);
    return body;
  }

  /** The value of one line; 0 where there is none yet. */
  async function metric(name: string, ...labels: readonly string[]): Promise<number> {
    const line = (await page())
      .split('\n')
      .find((text) => text.startsWith(name) && labels.every((label) => text.includes(label)));
    return Number(line?.split(' ').at(-1) ?? 0);
  }

  it('are the requests by route and status, however the client wrote the path', async () => {
    const { eventId } = await service.event();
    const name = 'http_request_duration_seconds_count';
    await service.http.get(analyticsPath(eventId), service.token());
    await service.http.get(analyticsPath(eventId, '/analytics/v1'), service.token());
    await service.http.get(analyticsPath(eventId));
    await service.http.get('/api/nowhere');
    await askAny(service.origin, service.token(), { query: '{ __typename }' });
    const route = 'route="/events/{eventId}/analytics"';
    // A request is counted when its answer has gone out, which its client may hear of first.
    await waitFor(async () => (await metric(name, route, 'status="200"')) === 2, {
      what: 'both answers to be counted',
      timeoutMs: 5_000,
    });
    expect(await metric(name, route, 'status="401"')).toBe(1);
    expect(await metric(name, 'route="other"', 'status="404"')).toBe(1);
    expect(await metric(name, 'route="/graphql"', 'status="200"')).toBe(1);
    expect(await page()).not.toContain(eventId);
  });

  it('are 0 until something is counted: Prometheus does not see that a counter has grown which begins with 1', async () => {
    const text = await page();
    expect(text).toContain('\nanalytics_messages_total{topic="sales.recorded",outcome="rejected"} 0\n');
    expect(text).toContain('\nanalytics_operations_refused_total{code="SERVICE_OVERLOADED"} 0\n');
  });

  it('are batches, messages by what became of them, and with that the dead letters', async () => {
    const { eventId } = await service.event();
    const message = participantRegistered(eventId);
    await service.post([
      { topic: 'participant.registered', value: message },
      { topic: 'participant.registered', value: message },
      { topic: 'participant.registered', value: {} },
    ]);
    const topic = 'topic="participant.registered"';
    expect(await metric('analytics_batches_total', topic)).toBe(1);
    for (const outcome of ['applied', 'duplicate', 'rejected'])
      expect(await metric('analytics_messages_total', topic, `outcome="${outcome}"`)).toBe(1);
  });

  it('are how each platform does, what came of asking it, and how far asking lags behind', async () => {
    const channel = 'channel="지니TV"';
    expect(await metric('analytics_platform_failing', channel)).toBe(0);
    const { eventId } = await service.event();
    const channels = [{ channel: '지니TV', status: 'SUCCESS', cost: 1 }];
    await service.send('distribution.completed', distributionCompleted(eventId, channels));
    await waitFor(async () => (await metric('analytics_platform_failing', channel)) === 1, {
      what: 'the platform to fail',
      timeoutMs: 10_000,
    });
    expect(
      await metric('analytics_platform_polls_total', channel, 'outcome="timeout"'),
    ).toBeGreaterThanOrEqual(1);
    await service.database.execute("UPDATE platform_states SET channel = '없는TV'");
    await service.database.execute(
      `INSERT INTO channel_polls (event_id, channel, due_at) VALUES ($1::uuid, '없는TV', now() - interval '1 hour')`,
      eventId,
    );
    // That channel is not polled here, so it goes on being late.
    const lag = await metric('analytics_platform_poll_lag_seconds', 'channel="없는TV"');
    expect(lag).toBeGreaterThanOrEqual(3_600);
    expect(lag).toBeLessThan(3_700);
  });

  it('are those who watch, and how late the event loop is', async () => {
    const text = await page();
    expect(text).toContain('\nanalytics_live_subscribers 0\n');
    expect(text).toContain('\nanalytics_live_refused_total{limit="connections_per_token"} 0\n');
    expect(text).toContain('\nnodejs_eventloop_lag_p99_seconds ');
  });

  it('is told of measurements that came by themselves as well', async () => {
    const { eventId } = await service.event();
    await service.send('channel.views-measured', viewsMeasured(eventId, 'Instagram', 5));
    expect(await metric('analytics_messages_total', 'topic="channel.views-measured"')).toBe(1);
  });

  it('are event streams by a type of their own: they last as long as their subscriptions', async () => {
    const { eventId } = await service.event();
    const client = openSseClient(service.origin, { token: service.token() });
    await watch(client, WatchCountDocument, { eventId, afterVersion: null }).until(() => true, 'the count');
    client.dispose();
    const name = 'http_request_duration_seconds_count';
    await waitFor(async () => (await metric(name, 'route="/graphql"', 'type="event_stream"')) === 1, {
      what: 'the stream to be counted',
      timeoutMs: 5_000,
    });
  });

  it('keep to the conventions of Prometheus: what is counted ends in _total, and labels of ours are snake case', async () => {
    const text = await page();
    const counters = [...text.matchAll(/^# TYPE (\S+) counter$/gm)].map(([, name]) => name);
    expect(counters.filter((name) => !name?.endsWith('_total'))).toEqual([]);
    const labels = [...text.matchAll(/[{,](outcome|reason|limit|state|type)="([^"]*)"/g)];
    const values = [...new Set(labels.map(([, name = '', value = '']) => `${name}=${value}`))];
    expect(values).toEqual(
      expect.arrayContaining(['outcome=timeout', 'reason=critical_extension', 'type=response']),
    );
    // Node's own labels name its classes.
    const ours = values.filter((value) => !/^type=[A-Z]/.test(value));
    expect(ours.filter((value) => !/^[a-z]+=[a-z]+(_[a-z]+)*$/.test(value))).toEqual([]);
  });

  it.each([
    ['/api/docs/swagger-ui.css', '/docs'],
    ['/api/events/x', 'other'],
    ['/docs', 'other'],
    ['/graphql?query=x', '/graphql'],
  ])('calls %s the route %s', (url, route) => {
    expect(routeOf(url, ['/api'])).toBe(route);
  });
});
