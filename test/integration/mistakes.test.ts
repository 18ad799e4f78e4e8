import { createHash, randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { type ServiceUnderContract, startUnderContract } from '../harness/contract/service';
import { type Params, type Told, TRANSPORTS } from '../harness/operations/transports';
import { waitFor } from '../harness/wait-for';

const OTHERS = ['HTTP POST', 'HTTP GET', 'an event stream'] as const;
const WITH_BODY = ['HTTP POST', 'an event stream'] as const;
const HTTP_ALONE = ['HTTP POST', 'HTTP GET'] as const;
type TransportName = keyof typeof TRANSPORTS;
const ALL = Object.keys(TRANSPORTS) as TransportName[];

const repeated = (open: string, close: string, times: number): string =>
  `${open.repeat(times)} 1 ${close.repeat(times)}`;
const event = (id: string): string => `{ event(id: ${id}) { eventId } }`;
const BY_ID = 'query ($id: UUID!) { event(id: $id) { eventId } }';
const COUNT = `subscription ($id: UUID!) { participantCount(eventId: $id) { count } }`;
const unknownId = randomUUID();
const persisted = (sha256Hash: string, version = 1) => ({ persistedQuery: { version, sha256Hash } });
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What a client does wrong, the code that it is told, and over which transports it can be done. */
const MISTAKES: readonly (readonly [string, Params, string, readonly TransportName[]])[] = [
  ['what is no GraphQL', { query: '{' }, 'GRAPHQL_PARSE_FAILED', ALL],
  ['lists in lists in lists', { query: event(repeated('[', ']', 2_400)) }, 'OPERATION_TOO_LARGE', ALL],
  ['objects in objects', { query: event(repeated('{a:', '}', 1_200)) }, 'OPERATION_TOO_LARGE', ALL],
  ['fields in fields', { query: `{a${repeated('{a', '}', 2_000)}}` }, 'OPERATION_TOO_LARGE', ALL],
  ['a text that is too fine', { query: `{ ${'a '.repeat(6_000)} }` }, 'OPERATION_TOO_LARGE', ALL],
  ['a field that there is not', { query: '{ nothing }' }, 'GRAPHQL_VALIDATION_FAILED', ALL],
  ['an id that is no uuid', { query: event('"x"') }, 'GRAPHQL_VALIDATION_FAILED', ALL],
  ['a mutation', { query: 'mutation { x }' }, 'GRAPHQL_VALIDATION_FAILED', ALL],
  [
    'an operation of another name',
    { query: '{ __typename }', operationName: 'x' },
    'OPERATION_RESOLUTION_FAILURE',
    ALL,
  ],
  [
    'two operations, and no name',
    { query: 'query a { __typename } query b { __typename }' },
    'OPERATION_RESOLUTION_FAILURE',
    ALL,
  ],
  ['a variable that is missing', { query: BY_ID }, 'BAD_USER_INPUT', ALL],
  ['a variable of another kind', { query: BY_ID, variables: { id: 'x' } }, 'BAD_USER_INPUT', ALL],
  ['an event that is not there', { query: event(`"${unknownId}"`) }, 'EVENT_NOT_FOUND', ALL],
  ['an empty operation', { query: '' }, 'BAD_REQUEST', ALL],
  ['no operation', { variables: {} }, 'BAD_REQUEST', OTHERS],
  ['an operation that is no text', { query: 7 }, 'BAD_REQUEST', WITH_BODY],
  ['variables that are no object', { query: '{ __typename }', variables: 7 }, 'BAD_REQUEST', OTHERS],
  [
    'a hash of another operation',
    { query: '{ __typename }', extensions: persisted(hashOf('{ x }')) },
    'BAD_REQUEST',
    HTTP_ALONE,
  ],
  [
    'a hash of a kind to come',
    { query: '{ __typename }', extensions: persisted('x', 2) },
    'BAD_REQUEST',
    HTTP_ALONE,
  ],
  [
    'a body that is too large',
    { query: '{ __typename }', variables: { padding: 'x'.repeat(110_000) } },
    'PAYLOAD_TOO_LARGE',
    WITH_BODY,
  ],
  [
    'a subscription over plain HTTP',
    { query: COUNT, variables: { id: unknownId } },
    'BAD_REQUEST',
    HTTP_ALONE,
  ],
];

describe('a mistake of a client', () => {
  const lines: string[] = [];
  let service: ServiceUnderContract;
  beforeAll(async () => {
    service = await startUnderContract({
      env: { LOG_LEVEL: 'info' },
      onLog: (line) => void lines.push(line),
    });
    lines.length = 0;
  });
  afterAll(() => service.stop());
  afterEach(() => {
    // That tokens are refused is told once a minute, and expected here.
    const isExpected = (line: string): boolean =>
      line.includes('"level":30') || line.includes('"msg":"no token was accepted: ');
    expect(lines.filter((line) => !isExpected(line))).toEqual([]);
  });

  const toldOver = (transport: TransportName, params: Params, token?: string): Promise<Told> =>
    TRANSPORTS[transport](service.origin, token, params);

  it.each(MISTAKES)('is told under the same code everywhere: %s', async (_what, params, code, transports) => {
    for (const transport of transports) {
      const told = await toldOver(transport, params, service.token());
      expect({ transport, code: told.code }).toEqual({ transport, code });
      expect(told.status ?? 400).toBeLessThan(500);
    }
  });

  it.each([undefined, 'nonsense'])('is to come with the token %s', async (token) => {
    for (const transport of OTHERS) {
      const { status, code } = await toldOver(transport, { query: '{ __typename }' }, token);
      expect([status, code]).toEqual([401, 'UNAUTHENTICATED']);
    }
    const { status } = await toldOver('WebSocket', { query: '{ __typename }' }, token);
    expect(status).toBe(4401);
  });

  it('is told with what to do: a subscription, and a body that is too large', async () => {
    const subscription = { query: COUNT, variables: { id: unknownId } };
    const { status, message } = await toldOver('HTTP POST', subscription, service.token());
    expect(status).toBe(400);
    expect(message).toContain('graphql-transport-ws');
    expect(message).toContain('Accept: text/event-stream');
    const large = { query: '{ __typename }', variables: { padding: 'x'.repeat(110_000) } };
    for (const transport of WITH_BODY)
      expect((await toldOver(transport, large, service.token())).message).toContain('102400');
  });

  it.each([
    ['no JSON', '{'],
    ['what only a server sends', '{"type":"connection_ack"}'],
    ['a value', '{"type":"next","id":"1","payload":{}}'],
    ['no message of the protocol', '{"type":"hello"}'],
    ['an operation without an id', '{"type":"subscribe","payload":{"query":"{ __typename }"}}'],
    ['an operation that is no text', '{"type":"subscribe","id":"1","payload":{"query":7}}'],
  ])('closes a socket with 4400, before any token came and after: %s', async (_what, text) => {
    for (const token of [undefined, service.token()]) {
      const socket = new WebSocket(`${service.origin.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
      const closed = new Promise<number>((resolve) => socket.once('close', resolve));
      socket.once('open', () => {
        if (token !== undefined)
          socket.send(
            JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }),
          );
        socket.send(text);
      });
      expect(await closed).toBe(4400);
    }
  });

  it('leaves no token behind: a pong sends nothing back of what a ping brought', async () => {
    const socket = new WebSocket(`${service.origin.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const received: string[] = [];
    socket.on('message', (data: Buffer) => void received.push(data.toString()));
    const payload = { authorization: `Bearer ${service.token()}` };
    socket.once('open', () => {
      socket.send(JSON.stringify({ type: 'connection_init', payload }));
      socket.send(JSON.stringify({ type: 'ping', payload: { ...payload, mine: 1 } }));
    });
    await waitFor(() => received.length === 2, { what: 'an acknowledgement and a pong', timeoutMs: 5_000 });
    expect(received).toEqual(['{"type":"connection_ack"}', '{"type":"pong"}']);
    socket.terminate();
  });
});
