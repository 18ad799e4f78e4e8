import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A proxy that can fall silent, like a network that lost a host: connections stay open, but carry nothing. */
export interface Relay {
  readonly url: string;
  /** Silences the open connections, or also all later ones. */
  silence(which: 'open' | 'all'): void;
  /** New connections get through again. Silenced ones stay silent. */
  restore(): void;
  close(): Promise<void>;
}

export async function openRelay(target: string): Promise<Relay> {
  const to = new URL(target);
  const sockets = new Set<Socket>();
  const silenced = new WeakSet<Socket>();
  let isSilent = false;

  const server = createServer((near) => {
    keep(near);
    if (isSilent) return mute(near);
    const far = connect(Number(to.port), to.hostname);
    keep(far);
    for (const [from, other] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (bytes) => !silenced.has(from) && !other.destroyed && other.write(bytes));
      from.on('close', () => !silenced.has(from) && other.destroy());
    }
  });

  function keep(socket: Socket): void {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  }

  /** Reads and discards its data, so that it gets no backpressure. */
  function mute(socket: Socket): void {
    silenced.add(socket);
    socket.resume();
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = new URL(target);
  if (address !== null && typeof address !== 'string') url.port = String(address.port);
  return {
    url: url.href,
    silence(which) {
      sockets.forEach(mute);
      isSilent = which === 'all';
    },
    restore() {
      isSilent = false;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      sockets.forEach((socket) => socket.destroy());
      await closed;
    },
  };
}
