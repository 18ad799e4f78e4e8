import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Connections over which nothing has come yet: clients open them ahead of their requests, browsers and fetch among them. Node
 * does not count them among the idle ones.
 */
export function watchUnusedConnections(server: Server): () => readonly Socket[] {
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  return () => [...connections].filter(({ bytesRead }) => bytesRead === 0);
}
