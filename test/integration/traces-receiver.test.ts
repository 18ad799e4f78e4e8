import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { analyticsPath } from '../harness/contract/service';
import { eventCreated, newEvent } from '../harness/messages';
import { startTestService, type TestService } from '../harness/service';
import { openTraceReceiver, type TraceReceiver } from '../harness/traces/receiver';
import { newTraceparent } from '../harness/traces/traceparent';
import { waitFor } from '../harness/wait-for';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

interface Line {
  readonly msg: string;
  readonly level: number;
}

describe('a receiver of traces', () => {
  const cleanUp: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const step of cleanUp.splice(0).reverse()) await step();
  });

  async function start(endpoint: string) {
    const log: Line[] = [];
    const service = await startTestService({
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, LOG_LEVEL: 'info' },
      onLog: (line) => log.push(JSON.parse(line) as Line),
    });
    const ids = newEvent();
    await service.post([{ topic: 'event.created', value: eventCreated(ids) }]);
    const told = (text: string): readonly Line[] => log.filter(({ msg }) => msg.startsWith(text));
    return { service, eventId: ids.eventId, told };
  }

  async function receiving(port?: number): Promise<TraceReceiver> {
    const receiver = await openTraceReceiver(port);
    cleanUp.push(() => receiver.close());
    return receiver;
  }

  async function ask(
    service: TestService,
    eventId: string,
    more: Record<string, string> = {},
  ): Promise<void> {
    const headers = { authorization: `Bearer ${service.token()}`, ...more };
    const answer = await fetch(service.origin + analyticsPath(eventId), { headers });
    expect(answer.status).toBe(200);
    await answer.arrayBuffer();
  }

  it('that is away disturbs no request, and is told of once when that begins and once when it ends', async () => {
    const port = await freePort();
    const { service, eventId, told } = await start(`http://127.0.0.1:${port}`);
    cleanUp.push(() => service.stop());
    await ask(service, eventId);
    await waitFor(() => told('traces cannot be sent').length > 0, { what: 'the fault', timeoutMs: 20_000 });
    const receiver = await receiving(port);
    await ask(service, eventId);
    await receiver.spanOf(({ name }) => name.startsWith('GET'), 'once it is back');
    await waitFor(() => told('traces are sent again').length > 0, { what: 'its end', timeoutMs: 20_000 });
    expect(told('traces cannot be sent')).toHaveLength(1);
    expect(told('traces are sent again')).toHaveLength(1);
  }, 60_000);

  it('that refuses is told of once, too', async () => {
    const receiver = await receiving();
    receiver.answersWith = (response) => response.writeHead(401).end('who are you?');
    const { service, eventId, told } = await start(receiver.endpoint);
    cleanUp.push(() => service.stop());
    for (const requests of [1, 2]) {
      await ask(service, eventId);
      await waitFor(() => receiver.requests >= requests, { what: 'a try', timeoutMs: 10_000 });
    }
    await waitFor(() => told('traces cannot be sent').length > 0, { what: 'the fault', timeoutMs: 10_000 });
    expect(told('traces cannot be sent')).toHaveLength(1);
  }, 60_000);

  it('has all that was done once the service has stopped', async () => {
    const receiver = await receiving();
    const { service, eventId } = await start(receiver.endpoint);
    await ask(service, eventId);
    await service.stop();
    expect(receiver.spans.filter(({ name }) => name.startsWith('GET'))).toHaveLength(1);
  });

  it('hears of all that the sampler keeps, whatever clients wish whom no proxy vouches for', async () => {
    const receiver = await receiving();
    const { service, eventId } = await start(receiver.endpoint);
    for (const sampled of [true, false])
      await ask(service, eventId, { traceparent: newTraceparent(sampled).header });
    await service.stop();
    const requests = receiver.spans.filter(({ name }) => name.startsWith('GET'));
    expect(requests.map(({ parentId }) => parentId)).toEqual(['', '']);
  });

  it('that answers nothing keeps the service from stopping for a part of its time only', async () => {
    const receiver = await receiving();
    receiver.answersWith = () => undefined;
    const { service, eventId, told } = await start(receiver.endpoint);
    await ask(service, eventId);
    // Fails where a part did not end in time.
    await service.stop();
    expect(told('a part did not end in time')).toEqual([]);
  }, 30_000);
});
