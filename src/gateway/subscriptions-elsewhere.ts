import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, OperationTypeNode } from 'graphql';

const ADVICE =
  'A subscription is not answered over plain HTTP. Send it over WebSocket (graphql-transport-ws), or with the header Accept: text/event-stream.';

/**
 * Some clients send subscriptions by HTTP unless they are configured otherwise. graphql-js would execute the resolvers of
 * their fields without there being a value, and fail.
 */
export const subscriptionsElsewhere: ApolloServerPlugin = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation({ operation }) {
        if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return Promise.resolve();
        throw new GraphQLError(ADVICE, {
          nodes: operation,
          extensions: { code: 'BAD_REQUEST', http: { status: 400 } },
        });
      },
    }),
};
