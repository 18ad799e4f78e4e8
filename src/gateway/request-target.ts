import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** `host [":" port]` of RFC 3986: a name in any of its characters, or an address in brackets. */
const HOST = /^(?:\[[\da-f:.]+\]|[\w\-.~%!$&'()*+,;=]*)(?::\d*)?$/i;

/**
 * What is wrong with the Host of a request, for its client; undefined for one valid Host, or none before HTTP/1.1. Of two that
 * differ, a proxy may use one and this gateway the other (RFC 9112, 3.2).
 */
export function hostProblem({ rawHeaders, headers, httpVersion }: IncomingMessage): string | undefined {
  if (httpVersion === '2.0') return authorityProblem(headers);
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  if (hosts > 1 || (hosts === 0 && httpVersion === '1.1')) return 'Host 헤더가 하나여야 합니다.';
  return HOST.test(headers.host ?? '') ? undefined : 'Host 헤더가 올바르지 않습니다.';
}

/** Over HTTP/2 it is called :authority, with which a Host beside it has to agree (RFC 9113, 8.3.1). */
function authorityProblem(headers: IncomingHttpHeaders): string | undefined {
  const hosts = new Set([headers[':authority'], headers.host].filter((host) => host !== undefined));
  const [host] = hosts;
  if (host === undefined || hosts.size > 1) return 'Host 헤더가 하나여야 합니다.';
  return HOST.test(String(host)) ? undefined : 'Host 헤더가 올바르지 않습니다.';
}

const ABSOLUTE_FORM = /^https?:\/\/[^/?#]*/i;

/**
 * Takes `GET http://host/path`, as it is sent to proxies, for `GET /path` (RFC 9112, 3.2.2), whatever
 * host it names.
 */
export function takeOriginForm(request: IncomingMessage): void {
  const { url = '/' } = request;
  if (url.startsWith('/')) return;
  const below = url.replace(ABSOLUTE_FORM, '');
  if (below === url) return;
  request.url = below.startsWith('/') ? below : `/${below}`;
}

/** The path of a request, as it was sent. */
export function pathOf({ url = '/' }: IncomingMessage): string {
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
}

/** `/graphql`, and `/graphql/`, which some clients make of the address that they are given. */
export function isForGraphQL(request: IncomingMessage): boolean {
  const path = pathOf(request);
  return path === '/graphql' || path === '/graphql/';
}

/** The rest, from the question mark on. */
export const searchOf = (request: IncomingMessage): string =>
  (request.url ?? '').slice(pathOf(request).length);
