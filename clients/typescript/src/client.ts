import { createGraphQL, type GraphQL } from './graphql';
import { createHttp, type Fetch } from './http';
import { createLive, type Live } from './live/live';
import type { WebSocketClass } from './live/sockets';
import { createPatience, type Patience } from './patience';
import { createRest, type Rest } from './rest';
import { createRetries } from './retry-after';
import { createState, type ObservableState } from './state';
import type { TokenSource } from './token';

export interface ClientOptions {
  /** Where the service is, such as `https://analytics.example`; with the path that a proxy has put before all of its own. */
  readonly url: string;
  readonly token: TokenSource;
  /** What the REST paths begin with, the service's BASE_PATH: `/api` where it is left out. */
  readonly basePath?: string;
  /** In place of the global one. */
  readonly fetch?: Fetch;
  /** In place of the global one, which Node has from 22 on. */
  readonly webSocket?: WebSocketClass;
  /**
   * What is refused with a `Retry-After` of at most so long is asked for once more after it. Left out, it is not: the error
   * says after how long that is worth it.
   */
  readonly longestRetryAfterMs?: number;
}

export interface AnalyticsClient {
  readonly rest: Rest;
  readonly graphql: GraphQL;
  readonly live: Live;
  readonly state: ObservableState;
  /** For those who ask again and again: sooner where there is a reason to. See Patience. */
  readonly whenWorthRetrying: Patience['whenWorthRetrying'];
  /** Closes the socket, and calls off what waits. Loops over what is watched end. */
  dispose(): void;
}

/** @throws TypeError for an address or an option that cannot work */
export function createClient(options: ClientOptions): AnalyticsClient {
  const { token, fetch, webSocket, longestRetryAfterMs = 0 } = options;
  if (!isTokenSource(token)) {
    throw new TypeError(
      'createClient needs a token: a text that is not empty, or a function that returns one.',
    );
  }
  const url = addressOf(options.url);
  const state = createState();
  const patience = createPatience(state);
  const retries = createRetries(longestRetryAfterMs);
  const http = createHttp({ url, token, fetch });
  const socketUrl = `${url.replace(/^http/, 'ws')}/graphql`;
  const live = createLive({ url: socketUrl, token, webSocket, state, patience });
  return {
    rest: createRest({ http, basePath: pathOf(options.basePath ?? '/api'), retries }),
    graphql: createGraphQL({ http, state, retries }),
    live,
    state,
    whenWorthRetrying: patience.whenWorthRetrying,
    dispose() {
      live.dispose();
      patience.end();
      retries.end();
    },
  };
}

/** Who writes no TypeScript may have given anything. */
const isTokenSource = (token: unknown): boolean =>
  typeof token === 'function' || (typeof token === 'string' && token.trim() !== '');

/** Without a slash at its end. */
function addressOf(url: string): string {
  const { protocol, username, password, search, hash, origin, pathname } = parse(url);
  if (username !== '' || password !== '') {
    throw new TypeError('createClient takes no name and no password in url: the token says who asks.');
  }
  if (!/^https?:$/.test(protocol) || search !== '' || hash !== '') throw wrongAddress(url);
  // An empty ? or # is in no part of it.
  return `${origin}${pathname}`.replace(/\/+$/, '');
}

function parse(url: string): URL {
  try {
    return new URL(url);
  } catch {
    throw wrongAddress(url);
  }
}

const wrongAddress = (url: unknown): TypeError =>
  new TypeError(
    `createClient needs the service's address as url, like https://analytics.example, without ? and #; it is ${String(url)}`,
  );

/** With a slash before it and none behind; empty for none. */
const pathOf = (path: string): string => path.replace(/^\/*(?=.)/, '/').replace(/\/+$/, '');
