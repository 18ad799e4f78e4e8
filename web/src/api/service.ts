import { signal } from '@preact/signals';
import {
  type AnalyticsClient,
  type ClientState,
  createClient,
  type TypedDocument,
} from 'event-analytics-client';
import { session } from '../session/session';

const NOTHING_KNOWN: ClientState = { connection: 'idle', reconnections: 0, isDatabaseAway: false };

/** What is known of the service by the client of the present token. */
export const serviceState = signal<ClientState>(NOTHING_KNOWN);

/** How often a lost connection has come back: what was not watched may have changed. */
export const reconnections = signal(0);

let current: { readonly token: string; readonly client: AnalyticsClient } | undefined;

/**
 * One client for the whole page, with one socket; replaced with the token. What is still asked for with a token that has been
 * replaced has a client of its own.
 */
export function serviceFor(token: string): AnalyticsClient {
  if (current?.token === token) return current.client;
  const client = createClient({ url: location.origin, token });
  if (session.peek()?.token === token) replaceCurrent(token, client);
  return client;
}

function replaceCurrent(token: string, client: AnalyticsClient): void {
  current?.client.dispose();
  current = { token, client };
  serviceState.value = client.state.current;
  client.state.subscribe((state) => {
    if (current?.client !== client) return;
    if (state.reconnections > serviceState.peek().reconnections) reconnections.value += 1;
    serviceState.value = state;
  });
}

/**
 * Asks the service once.
 *
 * @param aborted aborts the request; it then rejects with the signal's reason
 * @throws AnalyticsError when there is no data at all; a list's missing items are null
 */
export async function ask<Result, Variables>(
  token: string,
  document: TypedDocument<Result, Variables>,
  variables: Variables,
  aborted?: AbortSignal,
): Promise<Result> {
  const options = aborted && { signal: aborted };
  const { data } = await serviceFor(token).graphql.query(document, variables, options);
  return data;
}
