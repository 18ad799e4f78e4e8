import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { compile, all as addressesOf } from 'proxy-addr';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

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

/** The address that a request comes from. */
export interface ClientAddress {
  /** In its one canonical spelling; an IPv4 address that is mapped into IPv6 as IPv4. `unknown` for none. */
  readonly address: string;
  /**
   * The rate limiter's key: the address, or the /64 of an IPv6 address, since each subscriber of a network has a whole /64
   * (RFC 6177).
   */
  readonly network: string;
}

export type ClientAddressOf = (request: Pick<IncomingMessage, 'headers' | 'socket'>) => ClientAddress;

const UNKNOWN: ClientAddress = { address: 'unknown', network: 'unknown' };

/**
 * The address of the connection's peer; if that is a trusted proxy, the one that it names in X-Forwarded-For, and so on up
 * to the first one that is not trusted: a client can make up all further ones.
 */
export function createClientAddressOf(trusts: TrustsProxy): ClientAddressOf {
  return (request) => {
    // The nearest comes first. A proxy may name what is no address (RFC 7239, 6): then its own address counts.
    const known = addressesOf(request as IncomingMessage, (address) => trusts(withoutPort(address)))
      .map(withoutPort)
      .findLast(isIP);
    return known === undefined ? UNKNOWN : toClientAddress(known);
  };
}

/** Some proxies add the port, which differs for each connection. */
function withoutPort(address: string): string {
  const [, v4, v6] = /^(\d+(?:\.\d+){3}):\d+$|^\[([^\]]+)\](?::\d+)?$/.exec(address) ?? [];
  return v4 ?? v6 ?? address;
}

function toClientAddress(text: string): ClientAddress {
  const [withoutZone = text] = text.split('%');
  const address = ipaddr.process(withoutZone);
  if (!(address instanceof ipaddr.IPv6)) return { address: address.toString(), network: address.toString() };
  return {
    address: address.toString(),
    network: `${ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/64`).toString()}/64`,
  };
}
