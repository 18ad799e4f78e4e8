import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** Node has let go of the connection: an error that nobody listens for would end the process. */
export function refuseUpgrade(socket: Duplex, status = 404): void {
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  // Why a server cannot be used at the moment may be over soon (RFC 9110, section 15.6.4).
  const retryAfter = status === 503 ? 'Retry-After: 1\r\n' : '';
  // Whoever knows another version of the protocol is told of ours (RFC 6455, section 4.2.2).
  const version = status === 400 ? 'Sec-WebSocket-Version: 13\r\n' : '';
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${retryAfter}${version}`;
  socket.end(`${head}X-Content-Type-Options: nosniff\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
}
