import { isIPv4 } from 'node:net';

/** What is wrong with an address of keys that does not come safely. */
export const UNSAFE_KEYS =
  'fetches the keys over http from another machine, where they can be replaced on the way (https, or http from a loopback address, with NODE_ENV=production)';

/** An attacker who can change an http response can make the service accept tokens signed by the attacker's keys. */
export function comesSafely(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || isLoopback(hostname);
}

/** @param hostname as URL normalises it: lower case, IPv4 in four parts, IPv6 shortened and in brackets */
const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'));

export const isHttpUrl = (text: string): boolean => /^https?:\/\//i.test(text) && URL.canParse(text);
