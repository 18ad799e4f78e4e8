import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { expressMiddleware } from '@as-integrations/express5';
import express, { type RequestHandler, type Router } from 'express';
import type { GraphQLSchema } from 'graphql';
import type { TokenVerifier } from '../auth/token';
import type { Logger } from '../platform/log';
import type { OperationContext } from '../resolvers/context';
import type { ContextFor } from './execute';
import { createErrorFormatter } from './graphql-errors';
import { answerInGraphQL, asGraphQLError } from './graphql-http-errors';
import { MAX_GRAPHQL_BYTES, PARSE_OPTIONS, VALIDATION_RULES } from './limits';
import { createStrictRouter } from './strict-router';
import { subscriptionsElsewhere } from './subscriptions-elsewhere';

export interface GraphQLOptions {
  readonly schema: GraphQLSchema;
  readonly tokens: TokenVerifier;
  readonly contextFor: ContextFor;
  readonly log: Logger;
  /** Answers what asks for server-sent events, ahead of Apollo. */
  readonly sse: RequestHandler;
}

export interface GraphQLEndpoint {
  readonly router: Router;
  stop(): Promise<void>;
}

/** `/graphql` over HTTP. Every operation, introspection too, wants a valid bearer token. */
export async function createGraphQLEndpoint(options: GraphQLOptions): Promise<GraphQLEndpoint> {
  const { schema, tokens, contextFor, log } = options;
  const server = new ApolloServer<OperationContext>({
    schema,
    formatError: createErrorFormatter(log),
    includeStacktraceInErrorResponses: false,
    introspection: true,
    parseOptions: PARSE_OPTIONS,
    validationRules: [...VALIDATION_RULES],
    plugins: [ApolloServerPluginLandingPageDisabled(), closeContext, subscriptionsElsewhere],
    stopOnTerminationSignals: false,
    // Apollo's own telemetry and its words about it have no place here.
    logger: {
      debug: () => undefined,
      info: () => undefined,
      warn: (text) => log.warn(text),
      error: (text) => log.error(text),
    },
  });
  await server.start();
  const router = createStrictRouter();
  router.all(
    '/graphql',
    express.json({ limit: MAX_GRAPHQL_BYTES }),
    emptyBodyAsNone,
    options.sse,
    expressMiddleware(server, {
      context: async ({ req }) =>
        contextFor(await tokens.verify(req.headers.authorization).catch(asGraphQLError)),
    }),
    answerInGraphQL(log),
  );
  return { router, stop: () => server.stop() };
}

/** However an operation ends, it ends with its answer: then nothing more is read. */
const closeContext: ApolloServerPlugin<OperationContext> = {
  requestDidStart: () => Promise.resolve({ willSendResponse: ({ contextValue }) => contextValue.close() }),
};

/** Express 5 leaves the body undefined where there is none; Apollo wants to be asked all the same (GET, for one). */
const emptyBodyAsNone: RequestHandler = (request, _response, next) => {
  request.body ??= {};
  next();
};
