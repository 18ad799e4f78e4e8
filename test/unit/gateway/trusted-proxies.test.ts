import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { createClientAddressOf, createTrust, isSecure } from '../../../src/gateway/trusted-proxies';

type Headers = IncomingMessage['headers'];

/** A request as it comes over a connection from that address. */
function requestFrom(
  remoteAddress: string | undefined,
  headers: Headers = {},
  socket: Socket = new Socket(),
): IncomingMessage {
  Object.defineProperty(socket, 'remoteAddress', { value: remoteAddress });
  return { headers, socket } as IncomingMessage;
}

const behind = (...proxies: string[]) => createClientAddressOf(createTrust(proxies));
const forwarded = (addresses: string): Headers => ({ 'x-forwarded-for': addresses });

describe('the address of a client', () => {
  it('is the one at the other end, whatever it says itself, where no proxy is trusted', () => {
    const addressOf = behind();
    expect(addressOf(requestFrom('203.0.113.9', forwarded('198.51.100.1'))).address).toBe('203.0.113.9');
    expect(addressOf(requestFrom('::1')).address).toBe('::1');
  });

  it('is what a trusted proxy names, up to the first who is not trusted', () => {
    const addressOf = behind('10.0.0.0/8', 'loopback');
    const named = (from: string, names: string) => addressOf(requestFrom(from, forwarded(names))).address;
    expect(named('10.1.2.3', '198.51.100.1')).toBe('198.51.100.1');
    expect(named('127.0.0.1', '198.51.100.1, 10.9.9.9')).toBe('198.51.100.1');
    // The first is what the client made up.
    expect(named('10.1.2.3', '127.0.0.1, 198.51.100.1')).toBe('198.51.100.1');
    expect(named('192.0.2.1', '198.51.100.1')).toBe('192.0.2.1');
  });

  it('is the proxy’s own where it names no client, or no address', () => {
    const addressOf = behind('10.0.0.1');
    for (const headers of [{}, forwarded(''), forwarded('unknown'), forwarded('_hidden'), forwarded('1')])
      expect(addressOf(requestFrom('10.0.0.1', headers)).address).toBe('10.0.0.1');
  });

  it('has no port, and one spelling', () => {
    const addressOf = behind('10.0.0.1', '::ffff:10.0.0.2');
    const named = (name: string) => addressOf(requestFrom('10.0.0.1', forwarded(name))).address;
    expect(named('198.51.100.1:4711')).toBe('198.51.100.1');
    expect(named('[2001:DB8::1]:4711')).toBe('2001:db8::1');
    expect(named('2001:db8:0:0::0:1')).toBe('2001:db8::1');
    expect(named('::ffff:198.51.100.1')).toBe('198.51.100.1');
    expect(addressOf(requestFrom('::ffff:10.0.0.1', forwarded('198.51.100.1'))).address).toBe('198.51.100.1');
    expect(addressOf(requestFrom('fe80::1%eth0')).address).toBe('fe80::1');
  });

  it('is counted by the /64 around it where it is of IPv6', () => {
    const networkOf = (from: string) => behind()(requestFrom(from)).network;
    expect(networkOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
    expect(networkOf('2001:db8:1:2:ffff::1')).toBe('2001:db8:1:2::/64');
    expect(networkOf('2001:db8:1:3::1')).toBe('2001:db8:1:3::/64');
    expect(networkOf('::ffff:198.51.100.1')).toBe('198.51.100.1');
  });

  it('is unknown for who comes by no network', () => {
    expect(behind('loopback')(requestFrom(undefined))).toEqual({ address: 'unknown', network: 'unknown' });
  });
});

describe('a connection of a client', () => {
  const proto = (value: string): Headers => ({ 'x-forwarded-proto': value });

  it('is secure where a trusted proxy says so, and where it is TLS by itself', () => {
    const trusts = createTrust(['10.0.0.1']);
    expect(isSecure(requestFrom('10.0.0.1', proto('https')), trusts)).toBe(true);
    expect(isSecure(requestFrom('10.0.0.1', proto('HTTPS, http')), trusts)).toBe(true);
    expect(isSecure(requestFrom('10.0.0.1', proto('http, https')), trusts)).toBe(false);
    expect(isSecure(requestFrom('10.0.0.1'), trusts)).toBe(false);
    expect(isSecure(requestFrom('10.0.0.2', proto('https')), trusts)).toBe(false);
    expect(isSecure(requestFrom('10.0.0.2', {}, new TLSSocket(new Socket())), trusts)).toBe(true);
  });
});

it('refuses a proxy that is no address', () => {
  expect(() => createTrust(['proxy.example'])).toThrow(TypeError);
});
