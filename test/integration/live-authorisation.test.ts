import { setTimeout as pause } from 'node:timers/promises';
import { WatchCountDocument, type WatchCountSubscription } from '../../src/generated/test-operations';
import type { Instant } from '../../src/domain/values';
import { openSseClient, openWebSocketClient, type WebSocketClient } from '../harness/live/clients';
import { createSettableTime } from '../harness/live/settable-time';
import { watch } from '../harness/live/watching';
import { eventCreated, newEvent, participantRegistered } from '../harness/messages';
import { signToken, startTestService, type TestService } from '../harness/service';
import { waitFor } from '../harness/wait-for';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const time = createSettableTime();
/** A token that is valid for so long from now on. */
const lastingFor = (ms: number, stores?: readonly string[]): string =>
  signToken((time.clock.now() + ms - HOUR_MS) as Instant, stores);

describe('the authorisation of subscriptions', () => {
  let service: TestService;
  const ids = newEvent();
  const { eventId, storeId } = ids;
  const clients: { dispose(): void }[] = [];

  beforeAll(async () => {
    service = await startTestService({ ...time, env: { JWT_CLOCK_TOLERANCE_SECONDS: '0' } });
    await service.post([{ topic: 'event.created', value: eventCreated(ids) }]);
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.dispose();
  });
  afterAll(() => service.stop());

  const open = (token?: string): WebSocketClient => {
    const client = openWebSocketClient(service.origin, { token });
    clients.push(client);
    return client;
  };
  const count = (client: WebSocketClient, id = eventId) =>
    watch(client, WatchCountDocument, { eventId: id, afterVersion: null });
  const register = () =>
    service.post([{ topic: 'participant.registered', value: participantRegistered(eventId) }]);
  const codeOf = async ({ errors }: { errors: readonly unknown[] }): Promise<unknown> => {
    await waitFor(() => errors.length > 0, { what: 'an error', timeoutMs: 30_000 });
    return errors[0];
  };
  const closing = (client: WebSocketClient, timeoutMs = 30_000) =>
    waitFor(() => client.closed, { what: 'the socket to be closed', timeoutMs });
  const anyValue = (watching: { values: readonly unknown[] }, least = 1) =>
    waitFor(() => watching.values.length >= least, { what: 'a value', timeoutMs: 30_000 });

  it.each([
    ['no token', undefined],
    ['no token at all in it', 'nonsense'],
    ['a token with a broken signature', `${lastingFor(HOUR_MS).slice(0, -4)}AAAA`],
    ['an expired token', lastingFor(-1_000)],
  ])('a socket with %s is closed with 4401 and a reason', async (_name, token) => {
    const client = open(token);
    count(client);
    const { code, reason } = await closing(client);
    expect(code).toBe(4401);
    expect(reason).toMatch(/^Unauthorized: /);
  });

  it('a socket is closed with 4401 when its token expires while it is open', async () => {
    const client = open(lastingFor(MINUTE_MS));
    await anyValue(count(client));
    time.advance(MINUTE_MS);
    expect(await closing(client)).toEqual({ code: 4401, reason: 'Unauthorized: the token has expired' });
  });

  it('a fresh token in a ping keeps the socket and what it has subscribed to', async () => {
    const client = open(lastingFor(MINUTE_MS));
    const watching = count(client);
    await anyValue(watching);
    const beside = open(lastingFor(MINUTE_MS));
    await anyValue(count(beside));
    client.refresh(lastingFor(HOUR_MS));
    await waitFor(() => client.pongs > 0, { what: 'the token to be in use', timeoutMs: 30_000 });
    time.advance(MINUTE_MS);
    expect(await closing(beside)).toMatchObject({ code: 4401 });
    expect(client.closed).toBeUndefined();
    await register();
    await anyValue(watching, 2);
    expect(client.connections).toBe(1);
  });

  it('a ping with an invalid token closes the socket with 4401', async () => {
    const client = open(lastingFor(HOUR_MS));
    await anyValue(count(client));
    client.refresh('nonsense');
    expect((await closing(client)).code).toBe(4401);
  });

  it('a fresh token that grants less revokes what it does not grant, before the next value', async () => {
    const client = open(lastingFor(HOUR_MS, [storeId]));
    const watching = count(client);
    await anyValue(watching);
    client.refresh(lastingFor(HOUR_MS, [newEvent().storeId]));
    await pause(100);
    await register();
    expect((await closing(client)).code).toBe(4403);
    expect(watching.values).toHaveLength(1);
  });

  it('a forbidden or invalid operation is answered by an error, and the socket stays', async () => {
    const other = newEvent();
    await service.post([{ topic: 'event.created', value: eventCreated(other) }]);
    const client = open(lastingFor(HOUR_MS, [storeId]));
    const kept = count(client);
    expect(await codeOf(count(client, other.eventId))).toMatchObject({ extensions: { code: 'FORBIDDEN' } });
    expect(await codeOf(count(client, newEvent().eventId))).toMatchObject({
      extensions: { code: 'EVENT_NOT_FOUND' },
    });
    expect(await codeOf(count(client, 'no-uuid'))).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
    await anyValue(kept);
    expect(client.closed).toBeUndefined();
  });

  it('subscribers who may not read an event that has moved to another store are revoked with 4403, others stay', async () => {
    const moving = newEvent();
    const next = { eventId: moving.eventId, storeId: newEvent().storeId };
    await service.post([{ topic: 'event.created', value: eventCreated(moving) }]);
    const before = open(lastingFor(HOUR_MS, [moving.storeId]));
    const both = open(lastingFor(HOUR_MS, [moving.storeId, next.storeId]));
    const stream = openSseClient(service.origin, { token: lastingFor(HOUR_MS, [moving.storeId]) });
    clients.push(stream);
    const [revoked, staying] = [count(before, moving.eventId), count(both, moving.eventId)];
    const streamed = watch(stream, WatchCountDocument, { eventId: moving.eventId, afterVersion: null });
    await Promise.all([revoked, staying, streamed].map((watching) => anyValue(watching)));
    await service.post([
      { topic: 'event.created', value: eventCreated(next, { occurredAt: new Date().toISOString() }) },
    ]);
    expect(await closing(before)).toEqual({
      code: 4403,
      reason: 'Forbidden: the event belongs to another store now',
    });
    expect(await codeOf(streamed)).toMatchObject({ extensions: { code: 'FORBIDDEN' } });
    await anyValue(staying, 2);
    expect(revoked.values).toHaveLength(1);
    expect(streamed.values).toHaveLength(1);
    expect(both.closed).toBeUndefined();
  });

  describe('over WebSocket, queries', () => {
    const askFor = (client: WebSocketClient, query: string, variables: Record<string, unknown> = {}) =>
      watch<Record<string, unknown>, Record<string, unknown>>(client, query, variables);

    it('are answered, and have the same errors as over HTTP', async () => {
      const client = open(lastingFor(HOUR_MS, [storeId]));
      const found = askFor(client, `{ event(id: "${eventId}") { eventId } }`);
      await anyValue(found);
      expect(found.values).toEqual([{ event: { eventId } }]);
      const missing = askFor(client, `{ event(id: "${newEvent().eventId}") { eventId } }`);
      expect(await codeOf(missing)).toMatchObject({ extensions: { code: 'EVENT_NOT_FOUND' } });
    });

    it.each([
      [
        'aliases',
        'GRAPHQL_VALIDATION_FAILED',
        `{ ${Array.from({ length: 31 }, (_, n) => `a${n}: event(id: "${eventId}") { eventId }`).join(' ')} }`,
      ],
      ['tokens', 'OPERATION_TOO_LARGE', `{ event(id: "${eventId}") { ${'eventId '.repeat(6_000)} } }`],
      ['a field that does not exist', 'GRAPHQL_VALIDATION_FAILED', '{ nothing }'],
      ['what is no GraphQL', 'GRAPHQL_PARSE_FAILED', '{{{'],
    ])('obey the limits: %s', async (_name, code, query) => {
      const client = open(lastingFor(HOUR_MS));
      expect(await codeOf(askFor(client, query))).toMatchObject({ extensions: { code } });
      const fine = askFor(client, `{ event(id: "${eventId}") { eventId } }`);
      await anyValue(fine);
    });

    it('that are larger than a body may be, close the socket with 1009', async () => {
      const client = open(lastingFor(HOUR_MS));
      askFor(client, `{ event(id: "${eventId}") { eventId } } # ${'x'.repeat(110 * 1024)}`);
      expect((await closing(client)).code).toBe(1009);
    });

    it('that select nothing are answered by an error', async () => {
      const client = open(lastingFor(HOUR_MS));
      const nothing = askFor(
        client,
        `subscription { participantCount(eventId: "${eventId}") @skip(if: true) { count } }`,
      );
      await codeOf(nothing);
      await anyValue(count(client));
    });
  });

  describe('over server-sent events', () => {
    const request = (token: string | undefined, query: string) =>
      fetch(`${service.origin}/graphql`, {
        method: 'POST',
        headers: {
          accept: 'text/event-stream',
          'content-type': 'application/json',
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({ query }),
      });
    const subscription = `subscription { participantCount(eventId: "${eventId}") { count } }`;

    it.each([
      ['without a token', undefined],
      ['with an expired token', lastingFor(-1_000)],
    ])('the answer %s is 401 in the shape of GraphQL', async (_name, token) => {
      const response = await request(token, subscription);
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    });

    it('the stream sends that the token has expired, and completes', async () => {
      const client = openSseClient(service.origin, { token: lastingFor(MINUTE_MS) });
      clients.push(client);
      const watching = watch<WatchCountSubscription, { eventId: string; afterVersion: null }>(
        client,
        WatchCountDocument,
        { eventId, afterVersion: null },
      );
      await anyValue(watching);
      time.advance(MINUTE_MS);
      expect(await codeOf(watching)).toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
      await waitFor(() => watching.isOver, { what: 'the end of the stream', timeoutMs: 30_000 });
      expect(watching.failure).toBeUndefined();
    });

    it('an event of another store is an error of the operation', async () => {
      const client = openSseClient(service.origin, { token: lastingFor(HOUR_MS, [newEvent().storeId]) });
      clients.push(client);
      const watching = watch(client, WatchCountDocument, { eventId, afterVersion: null });
      expect(await codeOf(watching)).toMatchObject({ extensions: { code: 'FORBIDDEN' } });
    });
  });
});
