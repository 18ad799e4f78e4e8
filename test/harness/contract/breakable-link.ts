import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A proxy to a server that can be interrupted and restored while the server keeps running. */
export interface BreakableLink {
  readonly url: string;
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** Stops forwarding on the open connections without closing them: both ends still consider them open. */
  silence(): void;
  /** The same for all connections, those to come as well, until the link is cut. */
  freeze(): void;
  /** Leads the connections that are made from now on to another server, as an address does after a fail-over. */
  leadTo(target: string): void;
}

export async function linkTo(target: string): Promise<BreakableLink> {
  let to = new URL(target);
  const open = new Set<Socket>();
  const silencing = new Set<() => void>();
  let server: Server | undefined;
  let port = 0;
  let isFrozen = false;

  function join(near: Socket): void {
    if (isFrozen) {
      open.add(near.on('error', () => undefined).resume());
      return;
    }
    const far = connect(Number(to.port), to.hostname);
    for (const [from, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from.on('error', () => other.destroy());
      from.on('close', () => {
        open.delete(from);
        other.destroy();
      });
    }
    near.pipe(far).pipe(near);
    silencing.add(() => {
      for (const socket of [near, far]) socket.unpipe().resume();
    });
  }

  function silence(): void {
    for (const silenceOne of silencing) silenceOne();
    silencing.clear();
  }

  async function mend(): Promise<void> {
    server = createServer(join).listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address !== null && typeof address !== 'string') port = address.port;
  }

  await mend();
  const url = new URL(target);
  url.port = String(port);
  return {
    url: url.href,
    mend,
    silence,
    leadTo: (other) => void (to = new URL(other)),
    freeze() {
      isFrozen = true;
      silence();
    },
    async cut() {
      isFrozen = false;
      const closed = server?.listening ? once(server, 'close') : undefined;
      server?.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
