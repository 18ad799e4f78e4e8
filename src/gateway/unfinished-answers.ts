import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';

/** The unfinished answers of a server. */
export interface UnfinishedAnswers {
  on(socket: Socket): Iterable<ServerResponse>;
  countOn(socket: Socket): number;
  all(): Iterable<ServerResponse>;
  /** Connections that still receive the body of a request that has been answered. */
  answeredEarly(): Iterable<Socket>;
}

export function watchUnfinishedAnswers(server: Server): UnfinishedAnswers {
  const bySocket = new Map<Socket, Set<ServerResponse>>();
  /** The last request of a connection that was answered before the end of its body. */
  const early = new Map<Socket, IncomingMessage>();

  function end(socket: Socket, request: IncomingMessage, response: ServerResponse): void {
    const open = bySocket.get(socket);
    open?.delete(response);
    if (open?.size === 0) bySocket.delete(socket);
    if (request.complete || socket.destroyed) return;
    early.set(socket, request);
  }

  /**
   * When a connection closes, Node closes only the answer that is being sent. The pipelined ones behind it would never end: a
   * client that pipelines and disconnects would leave all of them in memory, with everything that waits for their end.
   */
  function leave(socket: Socket): void {
    early.delete(socket);
    for (const response of [...(bySocket.get(socket) ?? [])]) {
      if (response.socket !== null) continue;
      response.destroy();
      response.emit('close');
    }
  }

  const connected = server instanceof TlsServer ? 'secureConnection' : 'connection';
  server.on(connected, (socket: Socket) => void socket.once('close', () => leave(socket)));

  // Prepended: the answer may be finished before the next listener is called.
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
