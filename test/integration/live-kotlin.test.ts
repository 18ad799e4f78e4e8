import { createInProcessNotifications } from '../../src/messaging/notifications/in-process';
import { type LiveGateway, openLiveGateway } from '../harness/live/live-gateway';
import { createSettableTime } from '../harness/live/settable-time';
import { openPlainSocket, type PlainSocket, type UpgradeRequest } from '../harness/live/plain-socket';
import { eventCreated, newEvent, participantRegistered } from '../harness/messages';
import { signToken, startTestService, type TestService } from '../harness/service';
import { waitFor } from '../harness/wait-for';

const HOUR_MS = 3_600_000;

/** Requests as Apollo Kotlin 4 composes them; the client itself does not run here. */
describe('Apollo Kotlin', () => {
  const event = newEvent();
  const { eventId, storeId } = event;
  let service: TestService;
  const streams: AbortController[] = [];
  const sockets: PlainSocket[] = [];

  beforeAll(async () => {
    service = await startTestService();
    await service.post([{ topic: 'event.created', value: eventCreated(event) }]);
  }, 90_000);
  afterEach(() => {
    for (const stream of streams.splice(0)) stream.abort();
    for (const socket of sockets.splice(0)) socket.end();
  });
  afterAll(() => service.stop());

  const payload = {
    operationName: 'WatchCount',
    variables: { eventId },
    query: 'subscription WatchCount($eventId: UUID!) { participantCount(eventId: $eventId) { count } }',
  };
  const register = (id = eventId) =>
    service.post([{ topic: 'participant.registered', value: participantRegistered(id) }]);
  const until = (holds: () => boolean, what: string) => waitFor(holds, { what, timeoutMs: 20_000 });
  const valueOf = (count: number): object => ({ data: { participantCount: { count } } });

  describe('over multipart HTTP', () => {
    const post = (
      token: string,
      body: object = payload,
      path = '/graphql',
      { origin }: Pick<LiveGateway, 'origin'> = service,
    ): Promise<Response> => {
      const aborting = new AbortController();
      streams.push(aborting);
      return fetch(`${origin}${path}`, {
        method: 'POST',
        headers: {
          accept: 'multipart/mixed;subscriptionSpec=1.0, application/graphql-response+json, application/json',
          'content-type': 'application/json',
          authorization: `Bearer ${token}`,
        },
        body: JSON.stringify(body),
        signal: aborting.signal,
      });
    };

    /** Reads as its reader does: a part is handed out once the delimiter behind it is there. */
    function partsOf(response: Response): { readonly parts: unknown[]; isOver: boolean } {
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe(
        'multipart/mixed;boundary="graphql";subscriptionSpec="1.0"',
      );
      const read = { parts: [] as unknown[], isOver: false };
      void (async () => {
        let text = '\r\n';
        for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
          text += chunk;
          const pieces = text.split('\r\n--graphql');
          text = pieces.pop()!;
          for (const piece of pieces)
            if (piece !== '') read.parts.push(JSON.parse(piece.split('\r\n\r\n')[1]!));
        }
        read.isOver = text === '--\r\n';
      })().catch(() => undefined);
      return read;
    }

    it.each(['/graphql', '/graphql/'])('gets the first value and each change as a part: %s', async (path) => {
      const own = newEvent();
      await service.post([{ topic: 'event.created', value: eventCreated(own) }]);
      const body = { ...payload, variables: { eventId: own.eventId } };
      const read = partsOf(await post(service.token([own.storeId]), body, path));
      await until(() => read.parts.length === 1, 'the first value');
      await register(own.eventId);
      await until(() => read.parts.length === 2, 'the change');
      expect(read.parts).toEqual([{ payload: valueOf(0) }, { payload: valueOf(1) }]);
    });

    it('gets errors of the operation in a payload, and the end', async () => {
      const read = partsOf(await post(service.token([newEvent().storeId])));
      await until(() => read.isOver, 'the end');
      expect(read.parts).toMatchObject([{ payload: { errors: [{ extensions: { code: 'FORBIDDEN' } }] } }]);
      const invalid = partsOf(await post(service.token(), { query: 'subscription { nothing }' }));
      await until(() => invalid.isOver, 'the end');
      expect(invalid.parts).toMatchObject([
        { payload: { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] } },
      ]);
    });

    it('gets errors beside a payload of null when its token expires, and the end', async () => {
      const time = createSettableTime();
      const gateway = await openLiveGateway(service.database, createInProcessNotifications(), { time });
      const token = signToken(time.clock.now(), [storeId]);
      const read = partsOf(await post(token, payload, '/graphql', gateway));
      await until(() => read.parts.length === 1, 'the first value');
      time.advance(2 * HOUR_MS);
      await until(() => read.isOver, 'the end');
      await gateway.stop();
      expect(read.parts).toMatchObject([
        { payload: { data: {} } },
        { payload: null, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
      ]);
    });

    it('gets the same when the event moves to another store', async () => {
      const moving = newEvent();
      await service.post([{ topic: 'event.created', value: eventCreated(moving) }]);
      const body = { ...payload, variables: { eventId: moving.eventId } };
      const read = partsOf(await post(service.token([moving.storeId]), body));
      await until(() => read.parts.length === 1, 'the first value');
      const moved = { eventId: moving.eventId, storeId: newEvent().storeId };
      await service.post([
        { topic: 'event.created', value: eventCreated(moved, { occurredAt: new Date().toISOString() }) },
      ]);
      await until(() => read.isOver, 'the end');
      expect(read.parts[1]).toMatchObject({ payload: null, errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    });

    it('is answered 401 for a token that is not accepted', async () => {
      const response = await post('nonsense');
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    });
  });

  describe('over its GraphQLWsProtocol', () => {
    async function open(upgrade: UpgradeRequest, init?: unknown): Promise<PlainSocket> {
      const socket = await openPlainSocket(service.origin, upgrade);
      sockets.push(socket);
      socket.send({ type: 'connection_init', ...(init !== undefined && { payload: init }) });
      return socket;
    }
    const Authorization = (): string => `Bearer ${service.token([storeId])}`;

    it.each<[string, () => [UpgradeRequest, unknown?]]>([
      ['its connection payload', () => [{}, { Authorization: Authorization() }]],
      ['headers in its connection payload', () => [{}, { headers: { Authorization: Authorization() } }]],
      ['the headers of its transport', () => [{ headers: { Authorization: Authorization() } }]],
      [
        'all of them',
        () => {
          const token = { Authorization: Authorization() };
          return [{ headers: token }, { ...token, headers: token }];
        },
      ],
      ['its payload, at /graphql/', () => [{ path: '/graphql/' }, { Authorization: Authorization() }]],
    ])('signs in by %s, and gets values until it completes', async (_where, request) => {
      const socket = await open(...request());
      await socket.until('connection_ack');
      socket.send({ type: 'subscribe', id: '7f3b', payload });
      await socket.until('next', '7f3b');
      await register();
      await until(() => socket.received.filter(({ type }) => type === 'next').length === 2, 'the change');
      socket.complete('7f3b');
      socket.send({ type: 'ping' });
      await socket.until('pong');
      expect(socket.closed).toBeUndefined();
    });

    it.each<[string, () => [UpgradeRequest, unknown?]]>([
      [
        'payload and transport',
        () => [
          { headers: { Authorization: Authorization() } },
          { Authorization: `Bearer ${service.token()}` },
        ],
      ],
      [
        'payload and its headers',
        () => [
          {},
          { Authorization: Authorization(), headers: { authorization: `Bearer ${service.token()}` } },
        ],
      ],
    ])('is closed with 4400 when the tokens of %s differ', async (_where, request) => {
      const socket = await open(...request());
      await until(() => socket.closed !== undefined, 'the end');
      expect(socket.closed).toEqual({
        code: 4400,
        reason: 'Different tokens at once: in the payload, in its headers or in those of the upgrade',
      });
      expect(socket.received).toEqual([]);
    });

    it('leaves no token behind in the request that opened its socket', async () => {
      const gateway = await openLiveGateway(service.database, createInProcessNotifications());
      const token = service.token([storeId]);
      const socket = await openPlainSocket(gateway.origin, { headers: { Authorization: `Bearer ${token}` } });
      sockets.push(socket);
      const [request] = gateway.upgrades;
      const kept = (): string => JSON.stringify([request?.headers, request?.rawHeaders]);
      expect(kept()).toContain(token);
      socket.send({ type: 'connection_init' });
      await socket.until('connection_ack');
      expect(kept()).not.toContain(token);
      socket.end();
      await gateway.stop();
    });

    it('is closed with 4401 for a token that is not accepted', async () => {
      const socket = await open({ headers: { Authorization: 'Bearer nonsense' } });
      await until(() => socket.closed !== undefined, 'the end');
      expect(socket.closed?.code).toBe(4401);
    });
  });
});
