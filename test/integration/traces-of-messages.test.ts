import { WatchCountDocument } from '../../src/generated/test-operations';
import { openWebSocketClient } from '../harness/live/clients';
import { watch } from '../harness/live/watching';
import { eventCreated, newEvent, participantRegistered } from '../harness/messages';
import { type RealService, startRealService } from '../harness/real-service';
import { connectRedis } from '../harness/servers/redis';
import type { ReceivedSpan } from '../harness/traces/otlp';
import { openTraceReceiver, type TraceReceiver } from '../harness/traces/receiver';
import { newTraceparent } from '../harness/traces/traceparent';
import { waitFor } from '../harness/wait-for';

describe('a message with a traceparent', () => {
  let receiver: TraceReceiver;
  let service: RealService;
  const clients: { dispose(): void }[] = [];
  beforeAll(async () => {
    receiver = await openTraceReceiver();
    service = await startRealService({
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, OTEL_TRACES_SAMPLER: 'parentbased_always_off' },
    });
  }, 60_000);
  afterEach(() => {
    for (const client of clients.splice(0)) client.dispose();
  });
  afterAll(async () => {
    await service.stop();
    await receiver.close();
  });

  async function watchNew() {
    const ids = newEvent();
    const { eventId } = ids;
    await service.topics.send('event.created', [eventCreated(ids)], { key: eventId });
    await service.topics.send('participant.registered', [participantRegistered(eventId)], { key: eventId });
    await service.counted(eventId, 1);
    const client = openWebSocketClient(service.origin, { token: service.token() });
    clients.push(client);
    const watching = watch(client, WatchCountDocument, { eventId, afterVersion: null });
    const shows = (total: number) =>
      watching.until(({ participantCount }) => participantCount.count === total, `${total}`, 20_000);
    await shows(1);
    const register = (traceparent: string) =>
      service.topics.send('participant.registered', [participantRegistered(eventId)], {
        key: eventId,
        headers: { traceparent },
      });
    return { eventId, shows, register };
  }

  const named = (traceId: string, name: string) => (span: ReceivedSpan) =>
    span.traceId === traceId && span.name === name;

  /** From the first span that was received of the trace down, by their names. */
  function pathTo(span: ReceivedSpan): readonly string[] {
    const parent = receiver.spans.find(({ spanId }) => spanId === span.parentId);
    return [...(parent === undefined ? [] : pathTo(parent)), span.name];
  }

  it('is one trace from its sender to the socket that shows it', async () => {
    const { eventId, shows, register } = await watchNew();
    const sent = newTraceparent();
    await register(sent.header);
    await shows(2);
    const send = await receiver.spanOf(named(sent.traceId, 'send'), 'of sending');
    expect(send.attributes).toEqual({ 'analytics.recipients': 1 });
    expect(pathTo(send)).toEqual(['process participant.registered', 'publish change', 'tick', 'send']);
    const batch = await receiver.spanOf(
      named(sent.traceId, 'process participant.registered'),
      'of the batch',
    );
    expect(batch).toMatchObject({
      parentId: sent.spanId,
      attributes: { 'messaging.system': 'kafka', 'messaging.batch.message_count': 1 },
    });
    const commit = await receiver.spanOf(named(sent.traceId, 'commit'), 'of the commit');
    expect(pathTo(commit)).toEqual([batch.name, 'transaction', 'commit']);
    // What the tick read is a part of it.
    const read = await receiver.spanOf(
      (span) => span.traceId === sent.traceId && span.name.startsWith('facts_'),
      'of the statement',
    );
    expect(pathTo(read)).toEqual([batch.name, 'publish change', 'tick', read.name]);
    expect(JSON.stringify(receiver.spans)).not.toContain(eventId);
  });

  it('that shares its batch with others is linked to by it, as each of them is', async () => {
    const { eventId, shows } = await watchNew();
    const sent = [newTraceparent(), newTraceparent(), newTraceparent(false)];
    const producer = service.topics.kafka.producer();
    await producer.connect();
    await producer.send({
      topic: service.topics.nameOf('participant.registered'),
      messages: sent.map(({ header }) => ({
        key: eventId,
        value: JSON.stringify(participantRegistered(eventId)),
        headers: { traceparent: header },
      })),
    });
    await producer.disconnect();
    await shows(4);
    const [one, other] = sent.map(({ traceId, spanId }) => ({ traceId, spanId }));
    const batch = await receiver.spanOf(
      ({ links }) => links.some(({ spanId }) => spanId === one?.spanId),
      'with links',
    );
    expect(batch).toMatchObject({ name: 'process participant.registered', parentId: '' });
    expect(batch.links).toEqual([one, other]);
    expect(pathTo(await receiver.spanOf(named(batch.traceId, 'send'), 'of sending'))).toEqual([
      batch.name,
      'publish change',
      'tick',
      'send',
    ]);
  });

  it('is told of between releases: what is published says nothing where they say nothing, and JSON else', async () => {
    const { eventId, shows, register } = await watchNew();
    const redis = connectRedis(service.env['REDIS_URL']!);
    const heard: { readonly channel: string; readonly text: string }[] = [];
    try {
      redis.on('pmessage', (_pattern: string, channel: string, text: string) =>
        heard.push({ channel, text }),
      );
      await redis.psubscribe(`*changed:${eventId}`);
      await register(newTraceparent().header);
      await shows(2);
      await waitFor(() => heard.length > 0, { what: 'a notification', timeoutMs: 10_000 });
      expect(heard[0]!.text).toMatch(/^\{"traceparent":"00-.{32}-.{16}-01"\}$/);
      // A release that traces nothing writes this, and one of tomorrow perhaps that.
      for (const text of ['null', '{"traceparent":7}', '[]', '{"more":true}']) {
        const publisher = connectRedis(service.env['REDIS_URL']!);
        await publisher.publish(heard[0]!.channel, text);
        publisher.disconnect();
      }
      await register(newTraceparent().header);
      await shows(3);
    } finally {
      redis.disconnect();
    }
  });
});
