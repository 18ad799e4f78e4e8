import { WatchCountDocument } from '../../src/generated/test-operations';
import { analyticsPath } from '../harness/contract/service';
import { openSseClient } from '../harness/live/clients';
import { watch } from '../harness/live/watching';
import { eventCreated, newEvent, participantRegistered } from '../harness/messages';
import { type RealService, startRealService } from '../harness/real-service';
import type { ReceivedSpan } from '../harness/traces/otlp';
import { openTraceReceiver, type TraceReceiver } from '../harness/traces/receiver';
import { newTraceparent } from '../harness/traces/traceparent';

/** Where what has no sender is traced: a sender's decision against it is all that keeps its work from being recorded. */
describe('work whose sender decided against its trace', () => {
  let receiver: TraceReceiver;
  let service: RealService;
  const clients: { dispose(): void }[] = [];
  beforeAll(async () => {
    receiver = await openTraceReceiver();
    service = await startRealService({
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
        OTEL_TRACES_SAMPLER: 'parentbased_always_on',
        TRUSTED_PROXIES: 'loopback',
      },
    });
  }, 60_000);
  afterEach(() => {
    for (const client of clients.splice(0)) client.dispose();
  });
  afterAll(async () => {
    await service.stop();
    await receiver.close();
  });

  const register = (eventId: string, traceparent: string) =>
    service.topics.send('participant.registered', [participantRegistered(eventId)], {
      key: eventId,
      headers: { traceparent },
    });

  async function createCounted(): Promise<string> {
    const ids = newEvent();
    const headers = { traceparent: newTraceparent(false).header };
    await service.topics.send('event.created', [eventCreated(ids)], { key: ids.eventId, headers });
    await register(ids.eventId, newTraceparent(false).header);
    await service.counted(ids.eventId, 1);
    return ids.eventId;
  }

  function watchNow(eventId: string, traceparent: string) {
    const client = openSseClient(service.origin, { token: service.token(), headers: { traceparent } });
    clients.push(client);
    const watching = watch(client, WatchCountDocument, { eventId, afterVersion: null });
    return (total: number) =>
      watching.until(({ participantCount }) => participantCount.count === total, `${total}`, 20_000);
  }

  /** What began since a moment, and is not due to what is known. */
  function rootsSince(known: ReadonlySet<string>): readonly ReceivedSpan[] {
    return receiver.spans.filter(
      ({ traceId, parentId, links }) => parentId === '' && links.length === 0 && !known.has(traceId),
    );
  }

  it('is not recorded from its stream or message on to the sockets that show it', async () => {
    const eventId = await createCounted();
    // The event is watched from here on: where Redis is slow to subscribe, a tick without a cause makes up for it, ahead of what is
    // shown next. And who watches what others watch already has a tick as well.
    const showsAhead = watchNow(eventId, newTraceparent(false).header);
    await showsAhead(1);
    await register(eventId, newTraceparent(false).header);
    await showsAhead(2);
    const fence = newTraceparent();
    await register(eventId, fence.header);
    await showsAhead(3);
    // Whatever ended before this has been received with it.
    await receiver.spanOf(
      ({ traceId, name }) => traceId === fence.traceId && name === 'publish change',
      'of publishing',
    );
    const known = new Set(receiver.spans.map(({ traceId }) => traceId));
    const shows = watchNow(eventId, newTraceparent(false).header);
    await shows(3);
    const declined = newTraceparent(false);
    await register(eventId, declined.header);
    await shows(4);
    const sent = newTraceparent();
    await register(eventId, sent.header);
    await shows(5);
    await receiver.spanOf(
      ({ traceId, name }) => traceId === sent.traceId && name === 'tick',
      'of showing the next',
    );
    expect(receiver.spans.filter(({ traceId }) => traceId === declined.traceId)).toEqual([]);
    expect(rootsSince(known).map(({ name }) => name)).toEqual([]);
  });

  it('is not recorded for a request over REST', async () => {
    const eventId = await createCounted();
    const ask = async ({ header }: ReturnType<typeof newTraceparent>): Promise<void> => {
      const headers = { authorization: `Bearer ${service.token()}`, traceparent: header };
      await (await fetch(service.origin + analyticsPath(eventId), { headers })).arrayBuffer();
    };
    const [declined, sent] = [newTraceparent(false), newTraceparent()];
    await ask(declined);
    await ask(sent);
    await receiver.spanOf(({ traceId }) => traceId === sent.traceId, 'of the request after it');
    expect(receiver.spans.filter(({ traceId }) => traceId === declined.traceId)).toEqual([]);
    expect(receiver.spans.filter(({ name }) => name.startsWith('GET'))).toHaveLength(1);
  });
});
