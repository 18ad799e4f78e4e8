import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The answers of a server that are not finished. */
export interface OpenAnswers {
  on(socket: Socket): Iterable<ServerResponse>;
  countOn(socket: Socket): number;
  all(): Iterable<ServerResponse>;
}

export function watchOpenAnswers(server: Server): OpenAnswers {
  const bySocket = new Map<Socket, Set<ServerResponse>>();

  function end(socket: Socket, response: ServerResponse): void {
    const open = bySocket.get(socket);
    open?.delete(response);
    if (open?.size === 0) bySocket.delete(socket);
  }

  // Listened to ahead of the answer itself, which may be finished before the next listener hears of it.
  server.prependListener('request', ({ socket }, response: ServerResponse) => {
    const open = bySocket.get(socket) ?? new Set();
    bySocket.set(socket, open.add(response));
    response.once('close', () => end(socket, response));
  });
  return {
    on: (socket) => bySocket.get(socket) ?? [],
    countOn: (socket) => bySocket.get(socket)?.size ?? 0,
    *all() {
      for (const open of bySocket.values()) yield* open;
    },
  };
}
