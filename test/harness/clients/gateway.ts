import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { TypedDocument } from 'event-analytics-client';
import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { type WebSocket, WebSocketServer } from 'ws';

/** Any subscription of a test's gateway. */
export const NUMBERS: TypedDocument<{ numbers: number }, { from?: unknown }> =
  'subscription ($from: String) { numbers(from: $from) }';

/** A gateway of graphql-ws alone, which a test may have close its sockets in any way. */
export interface Gateway {
  readonly url: string;
  readonly sockets: ReadonlySet<WebSocket>;
  /** How many of its subscriptions go on. */
  readonly running: number;
  /** Calls back with each socket that is opened from now on. */
  onConnection(listener: (socket: WebSocket) => void): void;
  close(code: number): void;
  stop(): Promise<void>;
}

/** @param onSubscribe is told with which `from` one has begun, on which socket */
export async function startGateway(
  onSubscribe: (from: string | undefined, socket: WebSocket) => void = () => undefined,
): Promise<Gateway> {
  const schema = buildSchema('type Query { a: Int } type Subscription { numbers(from: String): Int! }');
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, path: '/graphql' });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  let running = 0;
  const roots = {
    numbers({ from }: { from?: string }, { extra }: { extra: { socket: WebSocket } }) {
      running += 1;
      onSubscribe(from, extra.socket);
      return onceThenOpen({ numbers: 1 }, () => (running -= 1));
    },
  };
  const gateway = useServer(
    { schema, roots: { subscription: roots }, context: (context) => context },
    server,
  );
  return {
    url: `http://127.0.0.1:${port}`,
    sockets: server.clients,
    get running() {
      return running;
    },
    onConnection: (listener) => void server.on('connection', listener),
    close(code) {
      for (const socket of server.clients) socket.close(code, 'as the test wants it');
    },
    stop: async () => gateway.dispose(),
  };
}

/** One value, and no other until it is left. */
function onceThenOpen<Value>(value: Value, onLeft: () => void): AsyncIterable<Value> {
  let isFirst = true;
  let finish: () => void = () => undefined;
  const left = new Promise<IteratorResult<Value>>((resolve) => {
    finish = () => resolve({ done: true, value: undefined });
  });
  return {
    [Symbol.asyncIterator]: () => ({
      next() {
        if (!isFirst) return left;
        isFirst = false;
        return Promise.resolve({ done: false, value });
      },
      return() {
        onLeft();
        finish();
        return left;
      },
    }),
  };
}
