import { Socket } from 'node:net';
import { Client, type ClientBase, type ClientConfig, Pool } from 'pg';
import { settlesWithin } from '../../runtime/timeout';

/** A pool whose connections can be given up from outside. */
export interface Connections {
  readonly pool: Pool;
  /** Ends every connection: statements in hand fail at once for this reason, and the next ones get new connections. */
  endAll(reason: string): void;
  /** Ends the idle connections. */
  endIdle(): void;
  /** While it is closed to new connections, a request for one fails at once. */
  admit(isAdmitting: boolean): void;
  close(): Promise<void>;
}

export interface ConnectionsOptions {
  readonly session: ClientConfig;
  readonly max: number;
  /** A connection in use over which nothing has come for so long is half open, in milliseconds. */
  readonly silenceMs: number;
  /** Told of connections that the server or the network ended while they were idle, and of half-open ones. */
  readonly onLost: (error: Error) => void;
}

/** A connection that was ended on this side: the database cannot be asked over it. */
class ConnectionEnded extends Error {
  override readonly name = 'ConnectionEnded';
  /** A code by which errors are classified. */
  readonly code = 'ECONNABORTED';
}

/** A connection in use, and for how many looks in a row nothing has come over it. */
interface InUse {
  readonly client: TrackedClient;
  bytes: number;
  silentLooks: number;
}

/** A client whose socket is known: below TLS, pg itself forgets it. */
class TrackedClient extends Client {
  readonly socket: Socket;

  constructor(config: ClientConfig, socket: Socket) {
    super({ ...config, stream: () => socket });
    this.socket = socket;
  }

  get bytesRead(): number {
    const { stream } = this.connection;
    return stream instanceof Socket ? stream.bytesRead : 0;
  }
}

const LOOK_EVERY_MS = 250;
/** How long connections in use may take to be returned when the pool is closed. */
const GIVE_BACK_MS = 1_000;

export function createConnections({ session, max, silenceMs, onLost }: ConnectionsOptions): Connections {
  const sockets = new Set<Socket>();
  const inUse = new Map<ClientBase, InUse>();
  let isAdmitting = true;
  /** Idle connections that are ended from here are no news. */
  let isEnding = false;

  function openSocket(): Socket {
    const socket = new Socket();
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // Not before pg has begun to connect it: it would be opened anew.
    if (!isAdmitting) setImmediate(() => end(socket, 'No connection is made while the database is away.'));
    return socket;
  }

  function end(socket: Socket, reason: string): void {
    socket.destroy(new ConnectionEnded(reason));
  }

  function endEach(which: Iterable<Socket>, reason: string): void {
    isEnding = true;
    for (const socket of which) end(socket, reason);
    // Clients hear of it in one of the next turns.
    setTimeout(() => (isEnding = false), LOOK_EVERY_MS).unref();
  }

  function endIdle(): void {
    const used = new Set([...inUse.values()].map(({ client }) => client.socket));
    const idle = [...sockets].filter((socket) => !used.has(socket) && !socket.connecting);
    endEach(idle, 'An idle connection was given up along with another.');
  }

  class PooledClient extends TrackedClient {
    constructor() {
      super(session, openSocket());
    }
  }
  const pool = new Pool({ ...session, max, Client: PooledClient });
  pool.on('connect', (client) => {
    // Between the pool's listener and that of the client's user there is a gap, in which the server may end it.
    client.on('error', () => undefined);
  });
  pool.on('error', (error) => {
    // The pool hangs the whole client on it, with its secret key.
    Reflect.deleteProperty(error, 'client');
    if (!isEnding) onLost(error);
  });
  pool.on('acquire', (client) => {
    if (!(client instanceof TrackedClient)) return;
    inUse.set(client, { client, bytes: client.bytesRead, silentLooks: 0 });
  });
  pool.on('release', (_error, client) => inUse.delete(client));
  pool.on('remove', (client) => inUse.delete(client));

  /**
   * Counted in looks rather than by the clock: of the time in which this whole process stood still, and could not have
   * read an answer, one look counts.
   */
  function look(): void {
    for (const connection of inUse.values()) {
      const { bytesRead } = connection.client;
      connection.silentLooks = bytesRead === connection.bytes ? connection.silentLooks + 1 : 0;
      connection.bytes = bytesRead;
      if (connection.silentLooks * LOOK_EVERY_MS >= silenceMs) giveUp(connection);
    }
  }

  /** Where one connection is half open, those that are idle may be as well. */
  function giveUp({ client }: InUse): void {
    const reason = `Nothing has come over a connection in use for ${silenceMs} ms.`;
    onLost(new ConnectionEnded(reason));
    end(client.socket, reason);
    endIdle();
  }

  const looking = setInterval(look, LOOK_EVERY_MS).unref();

  return {
    pool,
    endIdle,
    endAll: (reason) => endEach(sockets, reason),
    admit(admitting) {
      isAdmitting = admitting;
    },
    async close() {
      isEnding = true;
      clearInterval(looking);
      const ending = pool.end();
      if (!(await settlesWithin(GIVE_BACK_MS, ending))) endEach(sockets, 'The pool is closed.');
      await ending;
    },
  };
}
