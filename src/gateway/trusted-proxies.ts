import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { compile } from 'proxy-addr';

/** Whether the proxy at this address is trusted to name its client. */
export type TrustsProxy = (address: string) => boolean;

/**
 * @param proxies addresses, ranges such as 10.0.0.0/8, or `loopback`, `linklocal`, `uniquelocal`; none: no proxy is trusted
 * @throws TypeError for what is none of these
 */
export function createTrust(proxies: readonly string[]): TrustsProxy {
  const trust = compile([...proxies]);
  // Its second parameter, how far from here the proxy is, plays no part in ranges.
  return (address) => trust(address, 0);
}

/** Whether the client asked over TLS: this server speaks it, or a trusted proxy says that it does. */
export function isSecure(request: IncomingMessage, trusts: TrustsProxy): boolean {
  const { socket, headers } = request;
  if (socket instanceof TLSSocket) return true;
  if (socket.remoteAddress === undefined || !trusts(socket.remoteAddress)) return false;
  // Where several proxies have each added theirs, the first is what the client spoke.
  const [proto = ''] = String(headers['x-forwarded-proto'] ?? '').split(',');
  return proto.trim().toLowerCase() === 'https';
}
