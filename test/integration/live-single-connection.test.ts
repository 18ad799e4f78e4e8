import type { Instant } from '../../src/domain/values';
import { createInProcessNotifications } from '../../src/messaging/notifications/in-process';
import { type LiveGateway, type LiveGatewayOptions, openLiveGateway } from '../harness/live/live-gateway';
import { createSettableTime } from '../harness/live/settable-time';
import { eventCreated, newEvent } from '../harness/messages';
import { signToken, startTestService, type TestService, tokenOf } from '../harness/service';
import { waitFor } from '../harness/wait-for';

const HOUR_MS = 3_600_000;

/** The single connection mode of graphql-sse's protocol, step by step: what its own client would not send. */
describe('a stream for many operations', () => {
  const event = newEvent();
  const { eventId, storeId } = event;
  let service: TestService;
  let gateway: LiveGateway;
  const streams: AbortController[] = [];

  beforeAll(async () => {
    service = await startTestService();
    await service.post([{ topic: 'event.created', value: eventCreated(event) }]);
  }, 90_000);
  afterEach(async () => {
    for (const stream of streams.splice(0)) stream.abort();
    await gateway.stop();
  });
  afterAll(() => service.stop());

  async function open(options: LiveGatewayOptions = {}): Promise<void> {
    gateway = await openLiveGateway(service.database, createInProcessNotifications(), options);
  }
  const mine = tokenOf('one', [storeId]);
  const query = `subscription { participantCount(eventId: "${eventId}") { count } }`;

  interface Step {
    readonly method: string;
    readonly search?: string;
    readonly token?: string;
    readonly stream?: string;
    readonly accept?: string;
    readonly body?: unknown;
    readonly signal?: AbortSignal;
  }
  const send = ({
    method,
    search = '',
    token = mine,
    stream,
    accept,
    body,
    signal,
  }: Step): Promise<Response> =>
    fetch(`${gateway.origin}/graphql${search}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(stream !== undefined && { 'X-GraphQL-Event-Stream-Token': stream }),
        ...(accept !== undefined && { accept }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal !== undefined && { signal }),
    });
  const reserve = async (token = mine): Promise<string> => {
    const reserved = await send({ method: 'PUT', token });
    expect([reserved.status, reserved.headers.get('content-type')]).toEqual([
      201,
      'text/plain; charset=utf-8',
    ]);
    return reserved.text();
  };
  /** @returns what has come so far, and whether the stream has ended */
  const listen = async (step: Partial<Step>): Promise<{ text: string; isOver: boolean }> => {
    const aborting = new AbortController();
    streams.push(aborting);
    const { signal } = aborting;
    const response = await send({ method: 'GET', accept: 'text/event-stream', signal, ...step });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
    ]);
    const heard = { text: '', isOver: false };
    const read = async (): Promise<void> => {
      for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) heard.text += chunk;
    };
    void read()
      .catch(() => undefined)
      .then(() => (heard.isOver = true));
    return heard;
  };
  const operate = (stream: string, operationId: unknown, step: Partial<Step> & { query?: string } = {}) =>
    send({
      method: 'POST',
      stream,
      body: { query: step.query ?? query, extensions: { operationId } },
      ...step,
    });
  const until = (holds: () => boolean, what: string) => waitFor(holds, { what, timeoutMs: 20_000 });
  const codeOf = async (response: Response): Promise<unknown> => {
    const { errors } = (await response.json()) as { errors: [{ extensions: { code: string } }] };
    return [response.status, errors[0].extensions.code];
  };

  it('carries the results of each operation by its id, and stops one alone', async () => {
    await open();
    const stream = await reserve();
    const heard = await listen({ stream });
    const sent = await Promise.all(['a', 'b'].map((id) => operate(stream, id)));
    expect(sent.map(({ status }) => status)).toEqual([202, 202]);
    const asked = await operate(stream, 'c', { query: `{ event(id: "${eventId}") { eventId } }` });
    expect(asked.status).toBe(202);
    for (const id of ['a', 'b'])
      await until(
        () => heard.text.includes(`data: {"id":"${id}","payload":{"data":{"participantCount":{"count":0}}}}`),
        `the value of ${id}`,
      );
    await until(() => heard.text.includes('event: complete\ndata: {"id":"c"}'), 'the end of the query');
    expect(heard.text).toContain(`data: {"id":"c","payload":{"data":{"event":{"eventId":"${eventId}"}}}}`);
    expect((await send({ method: 'DELETE', stream, search: '?operationId=a' })).status).toBe(200);
    await until(() => gateway.live.size.subscribers === 1, 'the one to end');
    expect(heard.isOver).toBe(false);
    streams[0]!.abort();
    await until(() => gateway.live.size.subscribers === 0, 'the other to end with the stream');
    expect(await codeOf(await operate(stream, 'd'))).toEqual([404, 'NOT_FOUND']);
  });

  it('is named by the parameter as well, and takes operations before it is opened', async () => {
    await open();
    const stream = await reserve();
    const posted = await send({
      method: 'POST',
      search: `?token=${stream}`,
      body: { query, extensions: { operationId: 'early' } },
    });
    expect(posted.status).toBe(202);
    const heard = await listen({ search: `?token=${stream}` });
    await until(() => heard.text.includes('"id":"early"'), 'the value');
  });

  it("is its viewer's alone: every step of another one is refused as if there were no stream", async () => {
    await open();
    const stream = await reserve();
    const token = tokenOf('other', [storeId]);
    const steps = [
      { method: 'GET', accept: 'text/event-stream' },
      { method: 'POST', body: { query, extensions: { operationId: 'a' } } },
      { method: 'DELETE', search: '?operationId=a' },
    ];
    for (const step of steps) {
      expect(await codeOf(await send({ ...step, stream, token }))).toEqual([404, 'NOT_FOUND']);
      expect(await codeOf(await send({ ...step, stream, token: 'nonsense' }))).toEqual([
        401,
        'UNAUTHENTICATED',
      ]);
    }
    expect(await codeOf(await send({ method: 'PUT', token: 'nonsense' }))).toEqual([401, 'UNAUTHENTICATED']);
    await listen({ stream });
  });

  it('refuses what cannot be meant', async () => {
    await open({ limits: { subscriptionsPerConnection: 1 } });
    const [stream, another] = [await reserve(), await reserve()];
    await listen({ stream });
    expect(await codeOf(await send({ method: 'GET', accept: 'text/event-stream', stream }))).toEqual([
      409,
      'CONFLICT',
    ]);
    for (const id of [undefined, '', 5, 'x'.repeat(129)])
      expect(await codeOf(await operate(stream, id))).toEqual([400, 'BAD_REQUEST']);
    expect(await codeOf(await operate(stream, 'a', { search: `?token=${another}` }))).toEqual([
      400,
      'BAD_REQUEST',
    ]);
    expect(await codeOf(await operate(stream, 'a', { query: '{ nothing }' }))).toEqual([
      400,
      'GRAPHQL_VALIDATION_FAILED',
    ]);
    expect(await codeOf(await send({ method: 'DELETE', stream }))).toEqual([400, 'BAD_REQUEST']);
    const patched = await send({ method: 'PATCH', stream });
    expect([patched.status, patched.headers.get('allow')]).toEqual([405, 'GET, POST, PUT, DELETE']);
    expect((await operate(stream, 'a')).status).toBe(202);
    expect(await codeOf(await operate(stream, 'a'))).toEqual([409, 'CONFLICT']);
    expect(await codeOf(await operate(stream, 'b'))).toEqual([429, 'TOO_MANY_REQUESTS']);
  });

  it('keeps so many bytes of its operations, undeclared variables as well, and no more', async () => {
    await open({ reservationLimits: { operationBytes: 4_000 } });
    const stream = await reserve();
    const heard = await listen({ stream });
    const large = (operationId: string): Promise<Response> =>
      operate(stream, operationId, {
        body: { query, variables: { nobody: 'x'.repeat(1_500) }, extensions: { operationId } },
      });
    for (const id of ['a', 'b']) expect((await large(id)).status).toBe(202);
    const refused = await large('c');
    expect(refused.status).toBe(429);
    expect(await refused.text()).toContain('may have 4000 bytes together: complete one first');
    expect(gateway.live.refusals.of('bytes_per_connection')).toBe(1);
    // Those that it has go on, and what ends leaves room.
    await until(() => heard.text.includes('{"id":"b"'), 'the value of one that it has');
    await send({ method: 'DELETE', stream, search: '?operationId=a' });
    expect((await large('c')).status).toBe(202);
  });

  it('counts as a connection from its reservation on, which ends when it is not opened', async () => {
    await open({ limits: { connectionsPerToken: 1 }, reservationLimits: { reservationMs: 5_000 } });
    const stream = await reserve();
    expect((await operate(stream, 'a')).status).toBe(202);
    const again = await send({ method: 'PUT' });
    expect([again.status, again.headers.get('retry-after')]).toEqual([429, '10']);
    await waitFor(async () => (await send({ method: 'PUT' })).status === 201, {
      what: 'the reservation to end',
      timeoutMs: 30_000,
      everyMs: 200,
    });
    expect(await codeOf(await operate(stream, 'b'))).toEqual([404, 'NOT_FOUND']);
    expect(gateway.live.size.subscribers).toBe(0);
  });

  it('lasts as long as the last token that came with a step, and says when it has expired', async () => {
    const time = createSettableTime();
    await open({ time });
    const short = signToken(time.clock.now(), [storeId]);
    const [renewed, left] = [await reserve(short), await reserve(short)];
    const [kept, ending] = [
      await listen({ stream: renewed, token: short }),
      await listen({ stream: left, token: short }),
    ];
    expect((await operate(left, 'a', { token: short })).status).toBe(202);
    time.advance(HOUR_MS / 2);
    const token = signToken(time.clock.now(), [storeId]);
    expect((await operate(renewed, 'a', { token })).status).toBe(202);
    time.advance(HOUR_MS * 0.75);
    await until(() => ending.isOver, 'the end');
    expect(ending.text).toMatch(
      /data: \{"id":"a","payload":\{"errors":\[\{.*"code":"UNAUTHENTICATED".*\n\nevent: complete\ndata: \{"id":"a"\}\n\n$/,
    );
    expect((await operate(renewed, 'b', { token })).status).toBe(202);
    await until(() => kept.text.includes('data: {"id":"b","payload":{"data"'), 'a value of the other one');
    expect(kept.isOver).toBe(false);
  });

  it('looks at its operations again when a token that lasts longer may read less', async () => {
    const time = createSettableTime();
    await open({ time });
    const token = signToken(time.clock.now(), [storeId]);
    const stream = await reserve(token);
    const heard = await listen({ stream, token });
    expect((await operate(stream, 'a', { token })).status).toBe(202);
    await until(() => heard.text.includes('data: {"id":"a","payload":{"data"'), 'the value');
    const stop = (id: string, by: string): Promise<Response> =>
      send({ method: 'DELETE', stream, search: `?operationId=${id}`, token: by });
    time.advance(1_000);
    // One that lasts no longer takes nothing away.
    const shorter = signToken((time.clock.now() - 2_000) as Instant, []);
    expect((await operate(stream, 'c', { query: '{ __typename }', token: shorter })).status).toBe(202);
    await until(() => heard.text.includes('event: complete\ndata: {"id":"c"}'), 'the end of a query');
    expect(heard.text).not.toContain('FORBIDDEN');
    // A token ends with a whole second.
    time.advance(HOUR_MS - 5_000);
    const same = signToken(time.clock.now(), [storeId]);
    expect((await operate(stream, 'b', { token: same })).status).toBe(202);
    await until(() => heard.text.includes('data: {"id":"b","payload":{"data"'), 'the value of another one');
    expect(gateway.live.size.subscribers).toBe(2);
    // By then the first token has ended.
    time.advance(6_000);
    expect((await stop('nothing', signToken(time.clock.now(), [newEvent().storeId]))).status).toBe(200);
    for (const id of ['a', 'b'])
      await until(
        () => new RegExp(`"id":"${id}","payload":\\{"errors":.*"FORBIDDEN"`).test(heard.text),
        `the end of ${id}`,
      );
    await until(() => gateway.live.size.subscribers === 0, 'them to end');
    expect(heard.isOver).toBe(false);
  });

  it('is cut when the gateway stops, so that its client reconnects elsewhere', async () => {
    await open();
    const stream = await reserve();
    const heard = await listen({ stream });
    expect((await operate(stream, 'a')).status).toBe(202);
    gateway.live.stop();
    await until(() => heard.isOver, 'the end');
    expect(heard.text).not.toContain('event: complete');
    expect(gateway.live.size.subscribers).toBe(0);
  });
});
