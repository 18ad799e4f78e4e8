import { analyticsPath } from '../harness/contract/service';
import { eventCreated, newEvent } from '../harness/messages';
import { startTestService, type TestService } from '../harness/service';
import type { ReceivedSpan } from '../harness/traces/otlp';
import { openTraceReceiver, type TraceReceiver } from '../harness/traces/receiver';
import { newTraceparent } from '../harness/traces/traceparent';

describe('a request', () => {
  const ids = newEvent();
  const log: string[] = [];
  let receiver: TraceReceiver;
  let service: TestService;
  beforeAll(async () => {
    receiver = await openTraceReceiver();
    service = await startTestService({
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
        OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=shops%20of%20korea',
        OTEL_SERVICE_NAME: 'shop-analytics',
        OTEL_TRACES_SAMPLER: 'parentbased_always_off',
        TRUSTED_PROXIES: 'loopback',
        LOG_LEVEL: 'debug',
      },
      onLog: (line) => log.push(line),
    });
    await service.post([{ topic: 'event.created', value: eventCreated(ids) }]);
  });
  afterAll(async () => {
    await service.stop();
    await receiver.close();
  });

  const ask = (path: string, traceparent: string, body?: object): Promise<Response> =>
    fetch(service.origin + path, {
      headers: {
        authorization: `Bearer ${service.token()}`,
        'content-type': 'application/json',
        traceparent,
      },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });

  /** From the first span of the trace down, by their names. */
  function pathTo(span: ReceivedSpan): readonly string[] {
    const parent = receiver.spans.find(({ spanId }) => spanId === span.parentId);
    return [...(parent === undefined ? [] : pathTo(parent)), span.name];
  }

  it('over REST is a part of its sender’s trace, down to its statement and up to its answer', async () => {
    const sent = newTraceparent();
    expect((await ask(analyticsPath(ids.eventId), sent.header)).status).toBe(200);
    const ofTrace = ({ traceId }: ReceivedSpan): boolean => traceId === sent.traceId;
    const server = await receiver.spanOf(
      (span) => ofTrace(span) && span.name.startsWith('GET'),
      'of the request',
    );
    expect(server).toMatchObject({
      name: 'GET /events/{eventId}/analytics',
      service: 'shop-analytics',
      parentId: sent.spanId,
      hasFailed: false,
      attributes: {
        'http.request.method': 'GET',
        'http.route': '/events/{eventId}/analytics',
        'http.response.status_code': 200,
        'analytics.answer': 'miss',
      },
    });
    const statement = receiver.spans.find((span) => ofTrace(span) && span.name.startsWith('facts_'));
    expect(pathTo(statement!)).toEqual([server.name, 'query', statement!.name]);
    expect(statement!.attributes).toMatchObject({
      'db.system.name': 'postgresql',
      'db.operation.name': 'SELECT',
    });
    expect(receiver.headers['x-tenant']).toBe('shops of korea');
  });

  it('that is answered by a hit says so, and has no part', async () => {
    const sent = newTraceparent();
    await ask(analyticsPath(ids.eventId), sent.header);
    await ask(analyticsPath(ids.eventId), sent.header);
    await receiver.spanOf(
      ({ traceId, attributes }) => traceId === sent.traceId && attributes['analytics.answer'] === 'hit',
      'of a hit',
    );
  });

  it('over GraphQL is traced to its statement, and names its operation', async () => {
    const sent = newTraceparent();
    const query =
      'query Watched($id: UUID!) { dashboard(eventId: $id) { eventTitle summaryCards { totalViews { count } } } }';
    const answer = await ask('/graphql', sent.header, { query, variables: { id: ids.eventId } });
    expect(await answer.json()).toMatchObject({ data: { dashboard: {} } });
    const operation = await receiver.spanOf(
      ({ traceId, name }) => traceId === sent.traceId && name === 'query',
      'of the operation',
    );
    expect(operation.attributes).toEqual({
      'graphql.operation.type': 'query',
      'graphql.operation.name': 'Watched',
    });
    const statement = await receiver.spanOf(
      ({ traceId, name }) => traceId === sent.traceId && name.startsWith('facts_'),
      'of the statement',
    );
    expect(statement.parentId).toBe(operation.spanId);
    const server = await receiver.spanOf(
      ({ traceId, name }) => traceId === sent.traceId && name === 'POST /graphql',
      'of the request',
    );
    expect(pathTo(statement)).toEqual([server.name, 'query', statement.name]);
  });

  it('tells little of what its client makes up', async () => {
    const [long, odd] = [newTraceparent(), newTraceparent()];
    const query = `query ${'W'.repeat(300)}($id: UUID!) { dashboard(eventId: $id) { eventTitle } }`;
    await ask('/graphql', long.header, { query, variables: { id: ids.eventId } });
    const operation = await receiver.spanOf(
      ({ traceId, name }) => traceId === long.traceId && name === 'query',
      'of the operation',
    );
    expect(operation.attributes['graphql.operation.name']).toBe('W'.repeat(128));
    await fetch(`${service.origin}/graphql`, { method: 'PROPFIND', headers: { traceparent: odd.header } });
    const server = await receiver.spanOf(({ traceId }) => traceId === odd.traceId, 'of the request');
    expect(server).toMatchObject({
      name: '_OTHER /graphql',
      attributes: { 'http.request.method': '_OTHER' },
    });
  });

  it('that is a probe is not traced', async () => {
    await fetch(`${service.origin}/api/health`);
    const sent = newTraceparent();
    await ask(analyticsPath(ids.eventId), sent.header);
    await receiver.spanOf(({ traceId }) => traceId === sent.traceId, 'of the request after it');
    expect(receiver.spans.filter(({ name }) => name.includes('health'))).toEqual([]);
  });

  it('tells no token, no id and no parameter', async () => {
    const sent = newTraceparent();
    await ask(analyticsPath(ids.eventId), sent.header);
    await receiver.spanOf(({ traceId }) => traceId === sent.traceId, 'of the request');
    const told = JSON.stringify(receiver.spans);
    expect(told).not.toContain(ids.eventId);
    expect(told).not.toContain(service.token().slice(-20));
    expect(told).not.toContain('somebody');
  });

  it('that fails says so with the kind of its error, and its trace is found from what is logged of it', async () => {
    const other = newEvent();
    await service.post([{ topic: 'event.created', value: eventCreated(other) }]);
    await service.database.prisma.$executeRawUnsafe('ALTER TABLE event_counts RENAME TO counts_elsewhere');
    const sent = newTraceparent();
    expect((await ask(analyticsPath(other.eventId), sent.header)).status).toBe(500);
    const ofTrace = ({ traceId }: ReceivedSpan): boolean => traceId === sent.traceId;
    const server = await receiver.spanOf(
      (span) => ofTrace(span) && span.name.startsWith('GET'),
      'of the request',
    );
    expect(server).toMatchObject({ hasFailed: true, attributes: { 'error.type': '500' } });
    const statement = receiver.spans.find((span) => ofTrace(span) && span.name.startsWith('facts_'));
    expect(statement).toMatchObject({ hasFailed: true });
    expect(statement!.attributes).toHaveProperty(['error.type']);
    const lines = log.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toContainEqual(
      expect.objectContaining({
        msg: 'a REST request failed',
        trace_id: sent.traceId,
        span_id: server.spanId,
      }),
    );
  });
});
