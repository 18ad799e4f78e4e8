import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Lifecycle } from '../../src/lifecycle';

/** Takes all traces and looks at none, in this process: what is measured has another core. @returns the variables that name it */
export async function openTraceSink(lifecycle: Lifecycle): Promise<NodeJS.ProcessEnv> {
  const server = createServer((request, response) => {
    request
      .resume()
      .once('end', () => response.writeHead(200, { 'Content-Type': 'application/x-protobuf' }).end());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  lifecycle.own('the receiver of traces', () => {
    server.closeAllConnections();
    server.close();
  });
  return { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** The part of requests or batches that is traced, as its variables say it. */
export const tracedPart = (part: number): NodeJS.ProcessEnv => ({
  OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
  OTEL_TRACES_SAMPLER_ARG: String(part),
});
