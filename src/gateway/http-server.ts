import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../platform/clock';
import { clientErrorListener } from './http-errors';

/**
 * Room for a token that is far too long, so that its sender hears a clean 401. What is longer still is told 431.
 */
const MAX_HEADER_BYTES = 128 * 1024;

export interface HttpServer {
  readonly server: Server;
  /** Resolves with the port once connections are taken. */
  listen(host: string, port: number): Promise<number>;
  /** Takes no new connection, lets running answers finish, and closes what idles. */
  close(): Promise<void>;
}

export function createHttpServer(listener: RequestListener, clock: Clock): HttpServer {
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      keepAliveTimeout: 65_000,
      headersTimeout: 10_000,
      requestTimeout: 30_000,
    },
    listener,
  );
  server.on('clientError', clientErrorListener(clock));
  // Listened to ahead of the answer itself, which may be finished before the next listener hears of it.
  const answering = new Set<ServerResponse>();
  server.prependListener('request', (_request, response: ServerResponse) => {
    answering.add(response);
    response.once('close', () => answering.delete(response));
  });
  return {
    server,
    listen: (host, port) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.off('error', reject);
          resolve((server.address() as AddressInfo).port);
        });
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        // The client would keep these for later; closing would wait for that as long as they are kept.
        for (const response of answering) response.shouldKeepAlive = false;
      }),
  };
}
