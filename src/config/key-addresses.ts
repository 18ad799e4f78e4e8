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

/** What is wrong with an address that has credentials: fetch refuses it, and names it in doing so. */
export const WITH_CREDENTIALS = 'has a user or a password in it (an address without them)';

/** Whether a URL has a user or a password. */
export function hasCredentials(url: string): boolean {
  const { username, password } = new URL(url);
  return username !== '' || password !== '';
}

/** What is wrong with the name of an issuer that metadata cannot be looked up by (OpenID Connect Discovery 1.0, 3). */
export const WITH_QUERY =
  'has a query or a fragment, so that its keys cannot be looked up by it (a URL without, or the address of its keys)';

export const hasQuery = (url: string): boolean => /[?#]/.test(url);
