import {
  connect,
  type ClientHttp2Session,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2';
import { buffer } from 'node:stream/consumers';

export interface Http2Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

/** A client that speaks HTTP/2 alone, over one connection. */
export interface Http2Client {
  readonly session: ClientHttp2Session;
  ask(path: string, headers?: OutgoingHttpHeaders, body?: string): Promise<Http2Answer>;
  close(): void;
}

/** @param ca the certificate to trust, in PEM */
export function openHttp2(origin: string, ca: string): Http2Client {
  const session = connect(origin, { ca, servername: 'localhost' });
  session.on('error', () => undefined);
  return {
    session,
    async ask(path, headers = {}, body) {
      const method = body === undefined ? 'GET' : 'POST';
      const stream = session.request({ ':path': path, ':method': method, ...headers });
      const answered = new Promise<IncomingHttpHeaders & { ':status'?: number }>((resolve, reject) => {
        stream.once('response', resolve);
        stream.once('error', reject);
        stream.once('close', () => reject(new Error(`The stream of ${path} was closed: ${stream.rstCode}`)));
      });
      stream.end(body);
      const received = await answered;
      return { status: received[':status'] ?? 0, headers: received, bytes: await buffer(stream) };
    },
    close: () => session.destroy(),
  };
}
