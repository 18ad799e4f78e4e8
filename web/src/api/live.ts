import { computed, signal } from '@preact/signals';
import { type Client, createClient } from 'graphql-ws';
import type { TypedDocumentString } from '../../generated/operations';
import { session, tokenRefused } from '../session/session';
import { isDatabaseAway } from './database';
import { waitAfter, failuresIn, graphqlErrors } from './failure';
import { untilWorthRetrying, whenWorthRetrying } from './patience';

type SocketState = 'idle' | 'connecting' | 'open' | 'lost' | 'refused';

const socket = signal<SocketState>('idle');
const isOnline = signal(navigator.onLine);
addEventListener('online', () => (isOnline.value = true));
addEventListener('offline', () => (isOnline.value = false));

/** How often a lost connection has come back: what was not watched may have changed. */
export const reconnections = signal(0);

/** What the live dot says; undefined while nothing is watched. */
export const connection = computed<'live' | 'connecting' | 'reconnecting' | 'busy' | 'offline' | undefined>(
  () => {
    if (!isOnline.value) return 'offline';
    if (socket.value === 'idle') return undefined;
    if (socket.value === 'open') return 'live';
    if (socket.value === 'refused') return 'busy';
    return socket.value === 'lost' ? 'reconnecting' : 'connecting';
  },
);

/** Of the ways in which the service closes a socket (docs/live.md), the one that another token mends. */
const UNAUTHORIZED = 4401;
/** And the ones by which it says that there is too much of something: come again later. */
const TOO_MUCH: readonly number[] = [1013, 4429];
/** Unasked, a half-open connection would be taken for a quiet one. */
const PING_EVERY_MS = 10_000;
const PONG_WITHIN_MS = 5_000;

let current: { readonly token: string; readonly client: Client } | undefined;

/** One socket for the whole page, opened when something is first watched and replaced with the token. */
function clientFor(token: string): Client {
  if (current?.token === token) return current.client;
  void current?.client.dispose();
  const client = connect(token);
  current = { token, client };
  return client;
}

function connect(token: string): Client {
  let pongDue: ReturnType<typeof setTimeout> | undefined;
  const client = createClient({
    url: new URL('/graphql', location.href.replace(/^http/, 'ws')).href,
    connectionParams: { authorization: `Bearer ${token}` },
    lazyCloseTimeout: 3_000,
    keepAlive: PING_EVERY_MS,
    shouldRetry: () => true,
    retryAttempts: Infinity,
    retryWait: untilWorthRetrying,
    on: {
      connecting(isRetry) {
        if (!wasClosed()) socket.value = isRetry ? 'lost' : 'connecting';
      },
      connected() {
        if (wasClosed()) reconnections.value += 1;
        socket.value = 'open';
      },
      ping(wasReceived) {
        if (!wasReceived) pongDue = setTimeout(() => client.terminate(), PONG_WITHIN_MS);
      },
      pong(wasReceived, payload) {
        if (!wasReceived) return;
        clearTimeout(pongDue);
        isDatabaseAway.value = isNamed('database', payload?.['unavailable']);
      },
      closed(event) {
        clearTimeout(pongDue);
        if (current?.client !== client) return;
        socket.value = stateAfter(event);
      },
    },
  });
  return client;
}

/** A pong names what the service cannot reach. */
const isNamed = (part: string, unavailable: unknown): boolean =>
  Array.isArray(unavailable) && unavailable.includes(part);

function stateAfter(event: unknown): SocketState {
  if (!(event instanceof CloseEvent)) return 'lost';
  if (event.code === 1000) return 'idle';
  return TOO_MUCH.includes(event.code) ? 'refused' : 'lost';
}

/** Until there is a connection again it is said why there is none, also where graphql-ws does not take it up by itself. */
const wasClosed = (): boolean => socket.peek() === 'lost' || socket.peek() === 'refused';

/**
 * Watches a subscription for as long as it is wanted, over lost connections and restarts of the service.
 *
 * @param variables are read anew at each connection
 * @param next is given every value; one that could not be made is left out, and the next one tried
 * @returns ends it
 */
export function watch<Result, Variables extends Record<string, unknown>>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  next: (value: Result) => void,
): () => void {
  const token = session.peek()?.token;
  if (token === undefined) return () => undefined;
  let leave: () => void = () => undefined;
  let isOver = false;

  function subscribe(): void {
    let refusal: unknown;
    leave = clientFor(token!).subscribe<Result>(
      { query: document.toString(), variables },
      {
        next({ data, errors }) {
          if (data) next(data);
          else refusal = errors;
        },
        error: (error) => void resume(error),
        // The service ends none by itself but one that it had no room for, or could not begin: its only value says why.
        complete() {
          if (!isOver) void resume(refusal);
        },
      },
    );
  }

  /** What graphql-ws does not retry by itself: an ended token, a failure of the service's own, a refused operation. */
  async function resume(error: unknown): Promise<void> {
    if (error instanceof CloseEvent && error.code === UNAUTHORIZED) return tokenRefused(token!);
    await untilToldTo(error);
    if (!isOver && session.peek()?.token === token) subscribe();
  }

  subscribe();
  return () => {
    isOver = true;
    leave();
  };
}

/** As patient as after so many attempts. */
const RETRY_AFTER_REFUSAL = 4;

function untilToldTo(error: unknown): Promise<void> {
  const [told] = failuresIn(graphqlErrors.safeParse(error).data ?? []);
  if (told?.retryAfterMs === undefined) return untilWorthRetrying(RETRY_AFTER_REFUSAL);
  return new Promise((resolve) => void whenWorthRetrying(waitAfter(told), resolve));
}
