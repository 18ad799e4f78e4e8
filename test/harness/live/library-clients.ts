import { ApolloClient, type ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { createClient as createUrqlClient, subscriptionExchange } from '@urql/core';
import type { FormattedExecutionResult } from 'graphql';
import { createClient as createSseClient } from 'graphql-sse';
import { type Client as WebSocketClient, createClient as createWebSocketClient } from 'graphql-ws';
import { Network, Observable } from 'relay-runtime';
import WebSocket from 'ws';
import type { SubscribingClient } from './watching';

/** A client as an application makes it of its libraries. */
export type OpenLibraryClient = (
  origin: string,
  token: string,
) => SubscribingClient & { readonly dispose: () => void };

type Sink = Parameters<SubscribingClient['subscribe']>[1];

const NO_RETRIES = { retryAttempts: 0 };
const authorization = (token: string): { authorization: string } => ({ authorization: `Bearer ${token}` });

const webSocketTo = (origin: string, token: string): WebSocketClient =>
  createWebSocketClient({
    url: `${origin.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    // As Apollo's and Hasura's examples have it.
    connectionParams: { headers: { Authorization: `Bearer ${token}` } },
    ...NO_RETRIES,
  });

function throughApollo(link: ApolloLink, dispose: () => void = () => undefined) {
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  return {
    subscribe({ query, variables }: Parameters<SubscribingClient['subscribe']>[0], sink: Sink) {
      const subscription = client.subscribe({ query: gql(query), variables }).subscribe({
        next({ data, error }) {
          if (error === undefined) sink.next({ data: data as Record<string, unknown> });
          else sink.error(error);
        },
        error: (error: unknown) => sink.error(error),
        complete: () => sink.complete(),
      });
      return () => subscription.unsubscribe();
    },
    dispose() {
      client.stop();
      dispose();
    },
  };
}

/** What graphql-ws's client and graphql-sse's have in common, and urql and Relay need. */
type LibraryTransport = Pick<WebSocketClient, 'subscribe' | 'dispose'> | ReturnType<typeof createSseClient>;

function throughUrql(origin: string, transport: LibraryTransport) {
  const client = createUrqlClient({
    url: `${origin}/graphql`,
    preferGetMethod: false,
    exchanges: [
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: transport.subscribe(
              { query, ...(variables && { variables }) },
              {
                next: (value: object) => sink.next(value as FormattedExecutionResult),
                error: (error: unknown) => sink.error(error),
                complete: () => sink.complete(),
              },
            ),
          }),
        }),
      }),
    ],
  });
  return {
    subscribe({ query, variables }: Parameters<SubscribingClient['subscribe']>[0], sink: Sink) {
      const subscription = client.subscription(query, variables).subscribe(({ data, error }) => {
        if (error === undefined) sink.next({ data: data as Record<string, unknown> });
        else sink.error(error);
      });
      return () => subscription.unsubscribe();
    },
    dispose: () => void transport.dispose(),
  };
}

function throughRelay(transport: WebSocketClient) {
  const network = Network.create(
    () => Promise.reject(new Error('Only subscriptions are asked for.')),
    ({ text }, variables) =>
      Observable.create((sink) =>
        transport.subscribe(
          { query: text ?? '', variables },
          {
            next: (value) => sink.next(value as never),
            error: (error) => sink.error(error as Error),
            complete: () => sink.complete(),
          },
        ),
      ),
  );
  return {
    subscribe({ query: text, variables }: Parameters<SubscribingClient['subscribe']>[0], sink: Sink) {
      const params = {
        id: null,
        cacheID: text,
        name: 'WatchCount',
        operationKind: 'subscription' as const,
        text,
        metadata: {},
      };
      const subscription = network.execute(params, variables, {}, null).subscribe({
        next: (value) => sink.next(value as FormattedExecutionResult),
        error: (error: unknown) => sink.error(error),
        complete: () => sink.complete(),
      });
      return () => subscription.unsubscribe();
    },
    dispose: () => void transport.dispose(),
  };
}

const sseTo = (origin: string, token: string, singleConnection: boolean) =>
  createSseClient({
    url: `${origin}/graphql`,
    headers: () => authorization(token),
    singleConnection: singleConnection as true,
    ...NO_RETRIES,
  });

const throughGraphqlSse =
  (singleConnection: boolean): OpenLibraryClient =>
  (origin, token) => {
    const client = sseTo(origin, token, singleConnection);
    return {
      subscribe: (payload, sink) =>
        client.subscribe(payload, {
          next: (value) => sink.next(value as FormattedExecutionResult),
          error: (error) => sink.error(error),
          complete: () => sink.complete(),
        }),
      dispose: () => client.dispose(),
    };
  };

/** Each with the transports that its users choose from. */
export const LIBRARY_CLIENTS = {
  'Apollo Client over multipart HTTP': (origin, token) =>
    throughApollo(new HttpLink({ uri: `${origin}/graphql`, headers: authorization(token) })),
  'Apollo Client over graphql-ws': (origin, token) => {
    const transport = webSocketTo(origin, token);
    return throughApollo(new GraphQLWsLink(transport), () => void transport.dispose());
  },
  'urql over graphql-ws': (origin, token) => throughUrql(origin, webSocketTo(origin, token)),
  'urql over graphql-sse': (origin, token) => throughUrql(origin, sseTo(origin, token, false)),
  'graphql-sse, distinct connections': throughGraphqlSse(false),
  'graphql-sse, single connection': throughGraphqlSse(true),
  'Relay over graphql-ws': (origin, token) => throughRelay(webSocketTo(origin, token)),
} as const satisfies Record<string, OpenLibraryClient>;
