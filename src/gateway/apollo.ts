import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApolloServer, type ApolloServerPlugin, type GraphQLRequest, HeaderMap } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import {
  type DocumentNode,
  type ExecutionResult,
  type FormattedExecutionResult,
  type GraphQLSchema,
  parse,
  GraphQLError,
  OperationTypeNode,
} from 'graphql';
import type { Viewer } from '../auth/viewer';
import type { Logger } from '../observability/log';
import { createErrorFormatter, asGraphQLError } from './graphql-errors';
import { type Asker, askerOf } from './operations/asker';
import { type Answer, type AnswerOperations, extrasOf } from './operations/answer';
import type { Operations } from './operations/operations';
import type { PersistedTexts } from './documents/persisted';
import { compress } from '../rest/content-coding';
import { createSendResponse } from './graphql-response';
import { searchOf } from './request-target';

export interface GraphQLOptions {
  readonly schema: GraphQLSchema;
  readonly operations: Pick<Operations, 'read'>;
  readonly answers: AnswerOperations;
  readonly persisted: PersistedTexts;
  readonly log: Logger;
}

/** The parsed body of a request, and its authentication. */
export interface Posed {
  /** Parsed JSON. Apollo requires an empty object where there is none (GET, for one). */
  readonly body: unknown;
  /** @throws AppError when the request is refused */
  readonly admit: () => Promise<Viewer>;
}

export interface GraphQLServer {
  answer(request: IncomingMessage, response: ServerResponse, posed: Posed): Promise<void>;
  stop(): Promise<void>;
}

/** The viewer of the request, and its client. */
export interface HttpAsked {
  readonly viewer: Viewer;
  readonly asker: Asker;
}

/**
 * Apollo does GraphQL over HTTP (methods, media types, persisted queries). Operations are read and executed as those of every
 * transport are.
 */
export async function createGraphQLServer(options: GraphQLOptions): Promise<GraphQLServer> {
  const { schema, persisted, log } = options;
  const server = new ApolloServer<HttpAsked>({
    schema,
    formatError: createErrorFormatter(log),
    includeStacktraceInErrorResponses: false,
    // Apollo's own appends a line break, for which it copies the whole text again.
    stringifyResult: (result) => JSON.stringify(result),
    persistedQueries: { cache: persisted },
    // Apollo's cache of parsed documents: it does not parse here.
    documentStore: null,
    plugins: [ApolloServerPluginLandingPageDisabled(), subscriptionsElsewhere, ownWay(options)],
    stopOnTerminationSignals: false,
    // Neither Apollo's telemetry nor its log messages about it.
    logger: {
      debug: () => undefined,
      info: () => undefined,
      warn: (text) => log.warn(text),
      error: (text) => log.error(text),
    },
  });
  await server.start();
  const send = createSendResponse(compress);
  return {
    async answer(request, response, { body, admit }) {
      const answer = await server.executeHTTPGraphQLRequest({
        httpGraphQLRequest: {
          method: request.method ?? '',
          headers: toHeaderMap(request),
          search: searchOf(request),
          body,
        },
        context: async () => ({
          viewer: await admit().catch(asGraphQLError),
          asker: askerOf(response),
        }),
      });
      await send(request, response, answer);
    },
    stop: () => server.stop(),
  };
}

function toHeaderMap({ headers }: IncomingMessage): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}

/** The placeholder of an unreadable document, until its error is answered. */
const UNREADABLE: DocumentNode = parse('{ __typename }');

/** Replaces Apollo's own parsing, validation and execution, which have limits of their own. */
function ownWay({ operations, answers }: GraphQLOptions): ApolloServerPlugin<HttpAsked> {
  /** Why the document cannot be read, or may not be now: Apollo can only report it when the operation is to be executed. */
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

const ADVICE =
  'A subscription is not answered over plain HTTP. Send it over WebSocket (graphql-transport-ws), or with the header Accept: text/event-stream, or multipart/mixed;subscriptionSpec=1.0.';

/**
 * Some clients send subscriptions by HTTP unless they are configured otherwise. graphql-js would execute the resolvers of
 * their fields without there being a value, and fail.
 */
const subscriptionsElsewhere: ApolloServerPlugin = {
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
