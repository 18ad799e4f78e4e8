import type { WebSocket } from 'ws';

/** Often enough for proxies that close what has been idle for half a minute. */
const BEAT_MS = 12_000;

/**
 * Pings all sockets together and ends those that have not answered the ping before. One that is not read from at the
 * moment, its messages waiting for their turn, may have answered: it is judged once it is read from again.
 */
export function createHeartbeat(sockets: ReadonlySet<WebSocket>, everyMs = BEAT_MS): { stop(): void } {
  const silent = new WeakSet<WebSocket>();
  const listening = new WeakSet<WebSocket>();

  const timer = setInterval(() => {
    for (const socket of sockets) {
      if (silent.has(socket) && !socket.isPaused) {
        socket.terminate();
        continue;
      }
      if (!listening.has(socket)) socket.on('pong', () => silent.delete(socket));
      listening.add(socket);
      silent.add(socket);
      socket.ping();
    }
  }, everyMs).unref();

  return { stop: () => clearInterval(timer) };
}
