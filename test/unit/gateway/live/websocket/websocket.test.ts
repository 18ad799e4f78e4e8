import type * as GraphqlWs from 'graphql-ws';
import type { Database } from '../../../../../src/database/database';
import { createInProcessNotifications } from '../../../../../src/messaging/notifications/in-process';
import { type LiveGateway, openLiveGateway } from '../../../../harness/live/live-gateway';
import { enterPlainSocket, openPlainSocket } from '../../../../harness/live/plain-socket';
import { tokenOf } from '../../../../harness/service';
import { waitFor } from '../../../../harness/wait-for';

type MakeServer = typeof GraphqlWs.makeServer;

/** The contexts that graphql-ws keeps, one for each socket. */
const mockContexts: object[] = [];

jest.mock('graphql-ws', () => {
  const library = jest.requireActual<typeof GraphqlWs>('graphql-ws');
  const makeServer = ((options: Parameters<MakeServer>[0]) =>
    library.makeServer({
      ...options,
      onConnect(context) {
        mockContexts.push(context);
        return options.onConnect?.(context);
      },
    })) as MakeServer;
  return { ...library, makeServer };
});

describe('the WebSocket transport', () => {
  let gateway: LiveGateway;
  beforeAll(async () => {
    gateway = await openLiveGateway({} as Database, createInProcessNotifications());
  });
  afterAll(() => gateway.stop());

  it('leaves no token in the context that graphql-ws keeps for each socket', async () => {
    const token = tokenOf('one');
    const socket = await enterPlainSocket(gateway.origin, token);
    expect(mockContexts).toHaveLength(1);
    expect(mockContexts[0]).toMatchObject({ connectionInitReceived: true, acknowledged: true });
    expect(mockContexts[0]).not.toHaveProperty('connectionParams');
    socket.end();
  });

  it('answers each ping frame once, in order with the messages', async () => {
    const plain = await enterPlainSocket(gateway.origin, tokenOf('two'));
    const pongs: string[] = [];
    plain.socket.on('pong', (data: Buffer) => pongs.push(data.toString()));
    for (const data of ['first', 'second']) plain.socket.ping(data);
    plain.send({ type: 'ping' });
    await plain.until('pong');
    expect(pongs).toEqual(['first', 'second']);
    plain.end();
  });

  it('closes a socket with 4401 whose token is not a text', async () => {
    const socket = await openPlainSocket(gateway.origin);
    socket.send({ type: 'connection_init', payload: { authorization: [`Bearer ${tokenOf('one')}`] } });
    await waitFor(() => socket.closed, { what: 'the socket to be closed', timeoutMs: 5_000 });
    expect(socket.closed?.code).toBe(4401);
  });
});
