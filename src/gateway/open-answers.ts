import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The answers of a server that are not finished. */
export interface OpenAnswers {
  on(socket: Socket): Iterable<ServerResponse>;
  countOn(socket: Socket): number;
  all(): Iterable<ServerResponse>;
  /** Connections on which the body of a request still comes that has been answered. */
  answeredEarly(): Iterable<Socket>;
}

export function watchOpenAnswers(server: Server): OpenAnswers {
  const bySocket = new Map<Socket, Set<ServerResponse>>();
  /** The last request of a connection that was answered ahead of its body's end. */
  const early = new Map<Socket, IncomingMessage>();

  function end(socket: Socket, request: IncomingMessage, response: ServerResponse): void {
    const open = bySocket.get(socket);
    open?.delete(response);
    if (open?.size === 0) bySocket.delete(socket);
    if (request.complete || socket.destroyed) return;
    early.set(socket, request);
  }

  /**
   * Of the end of its connection Node tells the answer whose turn it is to be sent. Those that wait behind it would never end:
   * whoever sends requests ahead of the answers and leaves would leave all of them in memory, and whatever waits for their end.
   */
  function leave(socket: Socket): void {
    early.delete(socket);
    for (const response of [...(bySocket.get(socket) ?? [])]) {
      if (response.socket !== null) continue;
      response.destroy();
      response.emit('close');
    }
  }

  server.on('connection', (socket: Socket) => void socket.once('close', () => leave(socket)));

  // Listened to ahead of the answer itself, which may be finished before the next listener hears of it.
  server.prependListener('request', (request, response: ServerResponse) => {
    const { socket } = request;
    const open = bySocket.get(socket) ?? new Set();
    bySocket.set(socket, open.add(response));
    response.once('close', () => end(socket, request, response));
  });
  return {
    on: (socket) => bySocket.get(socket) ?? [],
    countOn: (socket) => bySocket.get(socket)?.size ?? 0,
    *all() {
      for (const open of bySocket.values()) yield* open;
    },
    *answeredEarly() {
      for (const [socket, { complete }] of early) if (!complete) yield socket;
    },
  };
}
