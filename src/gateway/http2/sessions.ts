import type { Http2SecureServer, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';

/** In milliseconds. */
export interface SessionTimeouts {
  /** How long a client may read nothing of what is sent to it. */
  readonly reading: number;
  /** How long a connection without a request is kept. */
  readonly keepAlive: number;
}

/** The HTTP/2 connections of a server. */
export interface Sessions {
  /** Nothing went either way for a while. */
  timedOut(session: ServerHttp2Session): void;
  /** Lets running answers finish, and tells clients that no further ones will be made here (GOAWAY). */
  close(): void;
}

interface OpenSession {
  readonly streams: Set<ServerHttp2Stream>;
  /** Since when it has no stream, by `performance.now()`. */
  idleSince: number;
}

/** Closes HTTP/2 connections where those of HTTP/1.1 are closed: Node has limits of time only for the latter. */
export function watchSessions(server: Http2SecureServer, { reading, keepAlive }: SessionTimeouts): Sessions {
  const sessions = new Map<ServerHttp2Session, OpenSession>();
  let isClosing = false;

  server.on('session', (session) => {
    const open: OpenSession = { streams: new Set(), idleSince: performance.now() };
    sessions.set(session, open);
    session.once('close', () => sessions.delete(session));
    // Its handshake had begun before the server closed.
    if (isClosing) session.close();
    session.on('stream', (stream) => {
      open.streams.add(stream);
      stream.once('close', () => {
        open.streams.delete(stream);
        open.idleSince = performance.now();
      });
    });
  });

  function waitAgain(session: ServerHttp2Session, timeoutMs: number): void {
    session.setTimeout(timeoutMs, () => timedOut(session));
  }

  function timedOut(session: ServerHttp2Session): void {
    const open = sessions.get(session);
    if (open === undefined) return;
    const { streams, idleSince } = open;
    const leftMs = keepAlive - (performance.now() - idleSince);
    if ([...streams].some(({ writableLength }) => writableLength > 0)) session.destroy();
    else if (streams.size > 0) waitAgain(session, reading);
    else if (leftMs > 0) waitAgain(session, Math.min(reading, Math.ceil(leftMs)));
    else session.close();
  }

  return {
    timedOut,
    close() {
      isClosing = true;
      for (const session of sessions.keys()) session.close();
    },
  };
}
