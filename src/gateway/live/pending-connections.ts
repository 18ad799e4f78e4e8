import type { WebSocket } from 'ws';
import type { SocketLimits } from './socket-limits';

/** Sockets that have not said who they are: nobody's share is charged with them, so they are few. */
export interface PendingConnections {
  /** Whether one more may come; the oldest gives its place up when it has had its time. */
  makeRoom(): boolean;
  /** @returns to be called when it has said who it is, or is gone */
  add(socket: WebSocket): () => void;
}

/**
 * Whoever opens sockets and says nothing cannot keep others out for longer than one of them is given, and a crowd that
 * comes back at once, after a restart, does not push itself out: who comes too early is refused, and who is in goes on.
 *
 * @param now in milliseconds
 */
export function createPendingConnections(
  { pendingConnections: most, pendingMs }: Pick<SocketLimits, 'pendingConnections' | 'pendingMs'>,
  now: () => number = () => performance.now(),
): PendingConnections {
  /** Since when they are there, the oldest first. */
  const since = new Map<WebSocket, number>();

  return {
    makeRoom() {
      if (since.size < most) return true;
      const [oldest] = since;
      if (oldest === undefined) return false;
      const [socket, cameAt] = oldest;
      if (now() - cameAt < pendingMs) return false;
      since.delete(socket);
      socket.terminate();
      return true;
    },
    add(socket) {
      since.set(socket, now());
      return () => void since.delete(socket);
    },
  };
}
