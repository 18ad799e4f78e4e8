import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** Node has let go of the connection: an error that nobody listens for would end the process. */
export function refuseUpgrade(socket: Duplex, status = 404): void {
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`);
}
