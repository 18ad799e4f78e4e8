import type { Server } from 'node:http';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { TlsPair } from '../../config/tls';
import { IncomingRequest } from '../incoming-request';
import { type AnswerLate, takeBodies } from './bodies';
import { closeWithStream, Http2Response } from './response';
import { type Sessions, watchSessions } from './sessions';

/** How many requests of one connection may be unanswered: as few as RFC 9113 advises. Further ones are refused. */
const MAX_STREAMS = 100;

/** The options of a server for HTTP/1.1 that are properties of it, by the names that Node has for them. */
export interface Http1Options {
  readonly maxHeaderSize: number;
  readonly requireHostHeader: boolean;
  readonly keepAliveTimeout: number;
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly connectionsCheckingInterval: number;
}

export interface SecureServerOptions extends Http1Options {
  readonly tls: TlsPair;
  /** In milliseconds: how long a client may read nothing. */
  readonly readingTimeout: number;
  readonly answerLate: AnswerLate;
}

export interface SecureServer {
  /** Speaks HTTP/1.1 and HTTP/2, whose requests and answers come in the shape of HTTP/1.1. */
  readonly server: Server;
  readonly sessions: Sessions;
  /** For the connections that come from then on. */
  renewCertificate(pair: TlsPair): void;
}

/** A server over TLS: HTTP/2 for clients that offer it (ALPN), HTTP/1.1 for all others, and for WebSockets. */
export function createSecure(options: SecureServerOptions): SecureServer {
  const { tls, readingTimeout, answerLate, ...http1 } = options;
  const secure = createSecureServer({
    ...ofPair(tls),
    allowHTTP1: true,
    Http1IncomingMessage: IncomingRequest,
    Http2ServerResponse: Http2Response,
    handshakeTimeout: http1.headersTimeout,
    settings: { maxConcurrentStreams: MAX_STREAMS, maxHeaderListSize: http1.maxHeaderSize },
  });
  // This server takes them as properties alone.
  Object.assign(secure, http1);
  // A handshake that fails is no request: Node would have it answered in HTTP.
  secure
    .removeAllListeners('tlsClientError')
    .on('tlsClientError', (_error, socket: TLSSocket) => socket.destroy());
  const sessions = watchSessions(secure, { reading: readingTimeout, keepAlive: http1.keepAliveTimeout });
  const server = asHttp1(secure);
  server.on('request', (_request, response) => {
    if (response instanceof Http2Response) closeWithStream(response);
  });
  takeBodies(server, http1.requestTimeout, answerLate);
  return { server, sessions, renewCertificate: (pair) => secure.setSecureContext(ofPair(pair)) };
}

/** Of what is given, nothing else may be taken for an option. */
const ofPair = ({ cert, key }: TlsPair): TlsPair => ({ cert, key });

/** Node's compatibility API is made to be used as that of HTTP/1.1; its types have no ancestor in common. */
const asHttp1 = (server: Http2SecureServer): Server => server as unknown as Server;
