import { ApolloServer, type ApolloServerPlugin, type GraphQLRequest, HeaderMap } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { expressMiddleware } from '@as-integrations/express5';
import express, { type RequestHandler, type Router } from 'express';
import {
  type DocumentNode,
  type ExecutionResult,
  type FormattedExecutionResult,
  type GraphQLSchema,
  parse,
} from 'graphql';
import type { Admission } from '../auth/admission';
import type { Viewer } from '../auth/viewer';
import type { Logger } from '../platform/log';
import { createErrorFormatter } from './graphql-errors';
import { answerInGraphQL, asGraphQLError } from './graphql-http-errors';
import { askerOf } from './operations/asker';
import { type Answer, type AnswerOperations, extrasOf } from './operations/answer';
import type { Asker, Operations } from './operations/operations';
import { MAX_GRAPHQL_BYTES } from './limits';
import type { PersistedTexts } from './documents/persisted';
import { createStrictRouter } from './strict-router';
import { subscriptionsElsewhere } from './subscriptions-elsewhere';

export interface GraphQLOptions {
  readonly schema: GraphQLSchema;
  readonly admission: Pick<Admission, 'admit'>;
  readonly operations: Pick<Operations, 'read'>;
  readonly answers: AnswerOperations;
  readonly persisted: PersistedTexts;
  readonly log: Logger;
  /** Answers what asks for server-sent events, ahead of Apollo. */
  readonly sse: RequestHandler;
}

export interface GraphQLEndpoint {
  readonly router: Router;
  stop(): Promise<void>;
}

/** Who asks by this request, and waits. */
export interface HttpAsked {
  readonly viewer: Viewer;
  readonly asker: Asker;
}

/**
 * `/graphql` over HTTP. Every operation, introspection too, wants a valid bearer token. Apollo speaks the protocol
 * (methods, media types, persisted queries); reading and executing goes the way that operations of every transport go.
 */
export async function createGraphQLEndpoint(options: GraphQLOptions): Promise<GraphQLEndpoint> {
  const { schema, admission, persisted, log } = options;
  const server = new ApolloServer<HttpAsked>({
    schema,
    formatError: createErrorFormatter(log),
    includeStacktraceInErrorResponses: false,
    persistedQueries: { cache: persisted },
    // Apollo's own of what it has parsed, which it does not do here.
    documentStore: null,
    plugins: [ApolloServerPluginLandingPageDisabled(), subscriptionsElsewhere, ownWay(options)],
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
      context: async ({ req, res }) => ({
        viewer: await admission.admit(req, res).catch(asGraphQLError),
        asker: askerOf(res),
      }),
    }),
    answerInGraphQL(log),
  );
  return { router, stop: () => server.stop() };
}

/** What stands for a document that cannot be read, until it is answered with what is wrong with it. */
const UNREADABLE: DocumentNode = parse('{ __typename }');

/** Takes from Apollo what it would parse, validate and execute by itself, with limits of its own. */
function ownWay({ operations, answers }: GraphQLOptions): ApolloServerPlugin<HttpAsked> {
  /** Why it cannot be read, or may not be at the moment: Apollo knows no way to tell of it before it is to be executed. */
  const unread = new WeakMap<HttpAsked, { readonly why: unknown }>();

  async function read(text: string, asked: HttpAsked): Promise<DocumentNode> {
    try {
      return (await operations.read(text, asked.viewer)).document;
    } catch (why) {
      unread.set(asked, { why });
      return UNREADABLE;
    }
  }

  async function answer(
    { viewer, asker }: HttpAsked,
    source: string,
    { operationName, variables, extensions }: GraphQLRequest,
  ): Promise<Answer> {
    const asked = { text: source, operationName, variables, viewer };
    return answers.asked(asked, asker, extrasOf(extensions));
  }

  return {
    requestDidStart: () =>
      Promise.resolve({
        async didResolveSource(context) {
          // Apollo parses and validates what has no document yet.
          Object.assign(context, { document: await read(context.source, context.contextValue) });
        },
        async responseForOperation({ source, request, contextValue }) {
          const refused = unread.get(contextValue);
          const { result, status, headers } =
            refused === undefined
              ? await answer(contextValue, source, request)
              : answers.refusal(refused.why);
          return {
            http: { status, headers: new HeaderMap(Object.entries(headers)) },
            body: { kind: 'single', singleResult: formatted(result) },
          };
        },
      }),
  };
}

function formatted({ errors, data, extensions }: ExecutionResult): FormattedExecutionResult {
  return {
    ...(errors !== undefined && { errors: errors.map((error) => error.toJSON()) }),
    ...(data !== undefined && { data }),
    ...(extensions !== undefined && { extensions }),
  };
}

/** Express 5 leaves the body undefined where there is none; Apollo wants to be asked all the same (GET, for one). */
const emptyBodyAsNone: RequestHandler = (request, _response, next) => {
  request.body ??= {};
  next();
};
