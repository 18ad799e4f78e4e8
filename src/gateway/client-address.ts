import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { all as addressesOf } from 'proxy-addr';
import type { TrustsProxy } from './trusted-proxies';

/** From where a request comes. */
export interface ClientAddress {
  /** In its one canonical spelling; an IPv4 address that is mapped into IPv6 as IPv4. `unknown` for who has none. */
  readonly address: string;
  /**
   * By what a rate limiter tells clients apart: the address, or the /64 around an IPv6 address, since each subscriber
   * of a network has one whole to choose from (RFC 6177).
   */
  readonly network: string;
}

export type ClientAddressOf = (request: Pick<IncomingMessage, 'headers' | 'socket'>) => ClientAddress;

const UNKNOWN: ClientAddress = { address: 'unknown', network: 'unknown' };

/**
 * The address at the other end of the connection; where that is a trusted proxy's, the one that it names in
 * X-Forwarded-For, and so on until somebody is named who is not trusted: what stands beyond, a client can make up.
 */
export function createClientAddressOf(trusts: TrustsProxy): ClientAddressOf {
  return (request) => {
    // The nearest comes first. A proxy may name what is no address (RFC 7239, 6): then it answers for it.
    const known = addressesOf(request as IncomingMessage, (address) => trusts(withoutPort(address)))
      .map(withoutPort)
      .findLast(isIP);
    return known === undefined ? UNKNOWN : toClientAddress(known);
  };
}

/** Some proxies tell the port as well, which differs from connection to connection. */
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
