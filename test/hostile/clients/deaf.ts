import { once } from 'node:events';
import { connect } from 'node:net';
import WebSocket from 'ws';

/** A client that sends and never reads the answers. */
export interface DeafClient {
  close(): void;
}

/** Sends raw bytes, as many as the server accepts. */
export async function openDeafConnection(origin: string, bytes: string): Promise<DeafClient> {
  const { hostname, port } = new URL(origin);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.pause();
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(bytes);
  return { close: () => socket.destroy() };
}

/** Sends messages on a WebSocket once its token is acknowledged. */
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
