import { once } from 'node:events';
import { connect } from 'node:net';
import WebSocket from 'ws';

/** Somebody who says something and never reads what comes back. */
export interface DeafClient {
  close(): void;
}

/** Says bytes as they are, as far as the other side takes them. */
export async function openDeafConnection(origin: string, bytes: string): Promise<DeafClient> {
  const { hostname, port } = new URL(origin);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.pause();
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(bytes);
  return { close: () => socket.destroy() };
}

/** Says messages on a WebSocket, once its token is acknowledged. */
export async function openDeafSocket(
  origin: string,
  token: string,
  messages: readonly unknown[],
): Promise<DeafClient> {
  const socket = new WebSocket(`${origin.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.on('error', () => undefined);
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
  await once(socket, 'message');
  socket.pause();
  for (const message of messages) socket.send(JSON.stringify(message), () => undefined);
  return { close: () => socket.terminate() };
}
