import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** Node has let go of the connection: an error that nobody listens for would end the process. */
export function refuseUpgrade(socket: Duplex, status = 404): void {
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  // Why a server cannot be used at the moment may be over soon (RFC 9110, section 15.6.4).
  const retryAfter = status === 503 ? 'Retry-After: 1\r\n' : '';
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${retryAfter}Connection: close\r\n\r\n`);
}
