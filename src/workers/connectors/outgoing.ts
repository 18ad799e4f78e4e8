import type { PlatformConfig } from '../../config/platforms';
import type { PlatformRequest } from './connector';

/** A request as it is sent, credentials and all: not to be logged. */
export interface Outgoing {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly headers: Headers;
  readonly body: string | undefined;
}

/** Turns a connector's request into an HTTP request with credentials. */
export function toOutgoing(request: PlatformRequest, config: PlatformConfig): Outgoing {
  const url = new URL(config.baseUrl + request.path);
  for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value);
  const headers = new Headers({ accept: 'application/json', ...config.headers });
  if (request.body !== undefined) headers.set('content-type', 'application/json');
  identify(url, headers, config);
  return {
    url,
    headers,
    method: request.body === undefined ? 'GET' : 'POST',
    body: request.body && JSON.stringify(request.body),
  };
}

function identify(url: URL, headers: Headers, { credentials }: PlatformConfig): void {
  switch (credentials.type) {
    case 'none':
      return;
    case 'bearer':
      return headers.set('authorization', `Bearer ${credentials.token}`);
    case 'header':
      return headers.set(credentials.name, credentials.value);
    case 'query':
      return url.searchParams.set(credentials.name, credentials.value);
  }
}
