import type * as GraphqlWs from 'graphql-ws';
import type { Database } from '../../../../src/database/database';
import { createInProcessNotifications } from '../../../../src/messaging/notifications/in-process';
import { openLiveGateway } from '../../../harness/live/live-gateway';
import { enterPlainSocket } from '../../../harness/live/plain-socket';
import { tokenOf } from '../../../harness/service';

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
  it('leaves no token in the context that graphql-ws keeps for each socket', async () => {
    const database = {} as Database;
    const gateway = await openLiveGateway(database, createInProcessNotifications());
    const token = tokenOf('one');
    const socket = await enterPlainSocket(gateway.origin, token);
    expect(mockContexts).toHaveLength(1);
    expect(mockContexts[0]).toMatchObject({ connectionInitReceived: true, acknowledged: true });
    expect(mockContexts[0]).not.toHaveProperty('connectionParams');
    socket.end();
    await gateway.stop();
  });
});
