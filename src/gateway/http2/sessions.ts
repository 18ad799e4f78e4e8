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

/** Closes HTTP/2 connections where those of HTTP/1.1 are closed: Node has limits of time only for the latter. */
export function watchSessions(server: Http2SecureServer, { reading, keepAlive }: SessionTimeouts): Sessions {
  const sessions = new Map<ServerHttp2Session, Set<ServerHttp2Stream>>();
  let isClosing = false;

  server.on('session', (session) => {
    const streams = new Set<ServerHttp2Stream>();
    sessions.set(session, streams);
    // By a timer of its own: pings keep the session's from ever ending.
    const idle = setTimeout(() => streams.size === 0 && session.close(), keepAlive).unref();
    session.once('close', () => {
      clearTimeout(idle);
      sessions.delete(session);
    });
    // Its handshake had begun before the server closed.
    if (isClosing) session.close();
    session.on('stream', (stream) => {
      streams.add(stream);
      stream.once('close', () => {
        streams.delete(stream);
        idle.refresh();
      });
    });
  });

  function timedOut(session: ServerHttp2Session): void {
    const streams = [...(sessions.get(session) ?? [])];
    if (streams.some(({ writableLength }) => writableLength > 0)) session.destroy();
    else session.setTimeout(reading, () => timedOut(session));
  }

  return {
    timedOut,
    close() {
      isClosing = true;
      for (const session of sessions.keys()) session.close();
    },
  };
}
