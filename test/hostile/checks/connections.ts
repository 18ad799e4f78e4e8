import { readFileSync } from 'node:fs';

/** Linux's numbers for the states of a connection. */
const ESTABLISHED = '01';

/** One end of a connection of IPv4, as /proc/net/tcp has it: ports, state, and unread bytes. */
interface End {
  readonly localPort: number;
  readonly remotePort: number;
  readonly state: string;
  readonly unreadBytes: number;
}

/**
 * How many connections a server on the loopback has open, according to the kernel: a client that does not read does not
 * notice that it was disconnected.
 */
export function connectionsOf(origin: string): number {
  const port = Number(new URL(origin).port);
  return readEnds().filter(({ localPort, state }) => localPort === port && state === ESTABLISHED).length;
}

/** How many clients have unread data. */
export function unreadOf(origin: string): number {
  const port = Number(new URL(origin).port);
  return readEnds().filter(({ remotePort, unreadBytes }) => remotePort === port && unreadBytes > 0).length;
}

function readEnds(): End[] {
  const rows = readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1, -1);
  return rows.map((row) => {
    const [, local = '', remote = '', state = '', queues = ''] = row.trim().split(/\s+/);
    const afterColon = (text: string): number => Number.parseInt(text.split(':')[1] ?? '', 16);
    return {
      localPort: afterColon(local),
      remotePort: afterColon(remote),
      state,
      unreadBytes: afterColon(queues),
    };
  });
}
