import { createServer, type RequestListener } from 'node:http';
import { type Address, listen } from '../runtime/listen';
import type { Probes } from './probes';

export interface ProbeServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Probes are short: a client that sends no request within this time, in milliseconds, is none. */
const REQUEST_MS = 10_000;

/**
 * The HTTP server of a process that is no gateway: it answers probes, and nothing else. Plain HTTP: what asks it stands beside it.
 *
 * @throws Error where the address is taken
 */
export async function openProbeServer(probes: Probes, address: Address): Promise<ProbeServer> {
  const answer: RequestListener = (request, response) => {
    if (probes(request, response)) return;
    response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' });
    response.end("A worker answers GET /livez, /readyz and /metrics. Data is a gateway's to tell.\n");
  };
  const server = createServer({ headersTimeout: REQUEST_MS, requestTimeout: REQUEST_MS }, answer);
  const port = await listen(server, address);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
