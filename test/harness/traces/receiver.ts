import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { waitFor } from '../wait-for';
import { type ReceivedSpan, spansIn } from './otlp';

/** A receiver of traces over OTLP/HTTP, as a collector is one. */
export interface TraceReceiver {
  /** What OTEL_EXPORTER_OTLP_ENDPOINT says. */
  readonly endpoint: string;
  readonly spans: readonly ReceivedSpan[];
  /** The headers of the last request. */
  readonly headers: IncomingHttpHeaders;
  readonly requests: number;
  /** What is answered from now on; takes what is sent when it is set to undefined. */
  answersWith: ((response: ServerResponse) => void) | undefined;
  /** Waits for a span. */
  spanOf(is: (span: ReceivedSpan) => boolean, what: string): Promise<ReceivedSpan>;
  close(): Promise<void>;
}

export async function openTraceReceiver(port = 0): Promise<TraceReceiver> {
  const spans: ReceivedSpan[] = [];
  let headers: IncomingHttpHeaders = {};
  let requests = 0;
  let unreadable: unknown;
  let answersWith: TraceReceiver['answersWith'];
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      requests += 1;
      headers = request.headers;
      if (answersWith !== undefined) return answersWith(response);
      if (request.url !== '/v1/traces' || headers['content-type'] !== 'application/x-protobuf')
        return response.writeHead(404).end();
      try {
        spans.push(...spansIn(body));
      } catch (error) {
        unreadable = error;
      }
      return response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    get headers() {
      return headers;
    },
    get requests() {
      return requests;
    },
    get answersWith() {
      return answersWith;
    },
    set answersWith(answer) {
      answersWith = answer;
    },
    async spanOf(is, what) {
      const find = (): boolean => {
        if (unreadable !== undefined) throw new Error('A request could not be read.', { cause: unreadable });
        return spans.some(is);
      };
      await waitFor(find, { what: `a span ${what}`, timeoutMs: 20_000 });
      return spans.find(is)!;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
