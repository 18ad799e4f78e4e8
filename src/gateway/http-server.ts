import {
  createServer,
  type RequestListener,
  type Server,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { ServerHttp2Session } from 'node:http2';
import { Socket } from 'node:net';
import type { TlsPair } from '../config/tls';
import { AppError } from '../errors';
import type { Clock } from '../runtime/clock';
import { type Address, listen } from '../runtime/listen';
import { sendError } from '../rest/respond';
import { clientErrorListener } from './client-errors';
import type { Cors } from './cors';
import { createSecure, type Http1Options } from './http2/secure-server';
import type { Sessions } from './http2/sessions';
import { createHttpIntake, type HttpIntakeOptions } from './http-intake';
import { IncomingRequest } from './incoming-request';
import { watchUnfinishedAnswers, type UnfinishedAnswers } from './unfinished-answers';
import { watchUnusedConnections } from './unused-connections';
import { hostProblem, takeOriginForm } from './request-target';
import { type TrustsProxy, isSecure } from './trusted-proxies';

/**
 * Room for a token that is far too long, so that it gets a 401. Longer headers get a 431.
 */
const MAX_HEADER_BYTES = 128 * 1024;

/** In milliseconds. */
export interface HttpTimeouts {
  /** From the first byte of a request to the end of its headers: 408. */
  readonly headers: number;
  /** From the first byte of a request to the end of its body: 408. */
  readonly request: number;
  /** How often these two are checked. */
  readonly lookEvery: number;
  /** How long a connection is kept for the next request: longer than the proxies ahead of us keep theirs. */
  readonly keepAlive: number;
  /** How long a client may read nothing of what is sent to it. */
  readonly reading: number;
}

const TIMEOUTS: HttpTimeouts = {
  headers: 10_000,
  request: 30_000,
  lookEvery: 5_000,
  keepAlive: 65_000,
  reading: 15_000,
};

export interface HttpServerOptions {
  readonly clock: Clock;
  readonly trusts: TrustsProxy;
  readonly cors: Cors;
  /** Undefined for plain HTTP. */
  readonly tls?: TlsPair | undefined;
  readonly weightOf: HttpIntakeOptions['weightOf'];
  readonly timeouts?: Partial<HttpTimeouts>;
}

export interface HttpServer {
  readonly server: Server;
  /** Resolves with the port once connections are taken. */
  listen(address: Address): Promise<number>;
  /** Over TLS: connections that come from then on are shown this one. */
  readonly renewCertificate: (pair: TlsPair) => void;
  /** Accepts no new connection, lets running answers finish, and closes idle connections. */
  close(): Promise<void>;
}

export function createHttpServer(
  listener: RequestListener,
  { clock, trusts, cors, tls, weightOf, timeouts }: HttpServerOptions,
): HttpServer {
  const limits = { ...TIMEOUTS, ...timeouts };
  const http1: Http1Options = {
    // Checked in this gateway, to answer in the contract's shape.
    requireHostHeader: false,
    maxHeaderSize: MAX_HEADER_BYTES,
    keepAliveTimeout: limits.keepAlive,
    headersTimeout: limits.headers,
    requestTimeout: limits.request,
    connectionsCheckingInterval: limits.lookEvery,
  };
  const plain = (): Server => createServer({ ...http1, IncomingMessage: IncomingRequest });
  const secure =
    tls === undefined
      ? undefined
      : createSecure({
          ...http1,
          tls,
          readingTimeout: limits.reading,
          answerLate: (request, response) =>
            sendError(request, response, new AppError('REQUEST_TIMEOUT'), clock.now()),
        });
  const { server = plain(), sessions } = secure ?? {};
  const answers = watchUnfinishedAnswers(server);
  const intake = createHttpIntake(listener, { answers, clock, weightOf });
  server.on('request', withHttpRules(intake.take, { clock, trusts, cors }));
  server.prependListener('upgrade', takeOriginForm);
  // What is expected beside 100-continue may be ignored (RFC 9110, section 10.1.1); Node would refuse it, in a shape of its own.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  const unusedConnections = watchUnusedConnections(server);
  server.on('clientError', clientErrorListener(clock, answers));
  closeSlowConsumers(server, { answers, sessions, timeoutMs: limits.reading });
  return {
    server,
    listen: (address) => listen(server, address),
    renewCertificate: (pair) => secure?.renewCertificate(pair),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        sessions?.close();
        // A client may keep its connection for later, and closing would wait for as long.
        for (const response of answers.all()) response.shouldKeepAlive = false;
        // These clients have their answers, and the rest of their bodies may take as long as a body may.
        for (const socket of answers.answeredEarly()) socket.destroySoon();
        for (const socket of unusedConnections()) socket.destroy();
      }),
  };
}

/** What HTTP requires of every request and every answer. */
function withHttpRules(
  listener: RequestListener,
  { clock, trusts, cors }: Pick<HttpServerOptions, 'clock' | 'trusts' | 'cors'>,
): RequestListener {
  return (request, response) => {
    setSecurityHeaders(request, response, trusts);
    const problem = hostProblem(request);
    if (problem !== undefined) {
      const error = new AppError('BAD_USER_INPUT', { message: problem, headers: { Connection: 'close' } });
      return sendError(request, response, error, clock.now());
    }
    takeOriginForm(request);
    if (!cors(request, response)) listener(request, response);
  };
}

interface SlowConsumersOptions {
  readonly answers: UnfinishedAnswers;
  readonly sessions: Sessions | undefined;
  /** For how long a client may read nothing; up to twice that, since Node compares from one check to the next. */
  readonly timeoutMs: number;
}

/**
 * Closes the connections of slow consumers: each would keep its answer in memory for as long as it likes. The time starts
 * again when a client reads anything (Node looks at the rest of a pending write before it emits a timeout), and while its
 * answer is being made. Sockets that have become WebSockets have their own limit.
 *
 * Of HTTP/2 the connection times out as a whole, and `sessions` decides.
 */
function closeSlowConsumers(server: Server, { answers, sessions, timeoutMs }: SlowConsumersOptions): void {
  server.setTimeout(timeoutMs, (socket: Socket | ServerHttp2Session) => {
    if (!(socket instanceof Socket)) return sessions?.timedOut(socket);
    const [open] = answers.on(socket);
    // Nothing waits to be read yet: the answer takes long, or a stream is between two values.
    if (open !== undefined && socket.writableLength === 0) socket.setTimeout(timeoutMs);
    else socket.destroy();
  });
}

/** A year, as in the examples of RFC 6797. Without includeSubDomains, which would bind other services of the domain. */
const STRICT_TRANSPORT_SECURITY = 'max-age=31536000';

/** The security headers of every answer, errors too: nosniff, and HSTS over TLS. */
function setSecurityHeaders(request: IncomingMessage, response: ServerResponse, trusts: TrustsProxy): void {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  // Over plain HTTP browsers must ignore it (RFC 6797, 7.2).
  if (isSecure(request, trusts)) response.setHeader('Strict-Transport-Security', STRICT_TRANSPORT_SECURITY);
}
