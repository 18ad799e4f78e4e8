import type { WebSocket } from 'ws';

/** Below the half minute after which proxies close idle connections. */
const PING_INTERVAL_MS = 12_000;

/**
 * Pings all sockets together and terminates those that have not answered the previous ping. A paused socket may have
 * answered unread: it is judged once it is read again.
 */
export function createHeartbeat(
  sockets: ReadonlySet<WebSocket>,
  intervalMs = PING_INTERVAL_MS,
): { stop(): void } {
  const unanswered = new WeakSet<WebSocket>();
  const listening = new WeakSet<WebSocket>();

  const timer = setInterval(() => {
    for (const socket of sockets) {
      if (unanswered.has(socket) && !socket.isPaused) {
        socket.terminate();
        continue;
      }
      if (!listening.has(socket)) socket.on('pong', () => unanswered.delete(socket));
      listening.add(socket);
      unanswered.add(socket);
      socket.ping();
    }
  }, intervalMs).unref();

  return { stop: () => clearInterval(timer) };
}
