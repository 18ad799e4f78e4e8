import { readFileSync } from 'node:fs';

/** As Linux numbers the states of a connection. */
const ESTABLISHED = '01';

/**
 * How many connections a server on the loopback has open, as the kernel tells: whoever does not read does not hear that
 * he has been hung up on, either.
 */
export function connectionsOf(origin: string): number {
  const port = Number(new URL(origin).port).toString(16).toUpperCase().padStart(4, '0');
  const rows = readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1, -1);
  return rows.filter((row) => {
    const [, local, , state] = row.trim().split(/\s+/);
    return local?.endsWith(`:${port}`) === true && state === ESTABLISHED;
  }).length;
}
