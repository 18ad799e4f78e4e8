import type { Request, RequestHandler, Response } from 'express';
import {
  type ExecutionResult,
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  OperationTypeNode,
} from 'graphql';
import type { RequestParams } from 'graphql-sse';
import { createHandler } from 'graphql-sse/lib/use/express';
import { mayRead } from '../../auth/may-read';
import type { TokenVerifier } from '../../auth/token';
import type { Viewer } from '../../auth/viewer';
import { AppError, badUserInput } from '../../errors';
import type { Clock } from '../../platform/clock';
import type { OperationContext } from '../../resolvers/context';
import { createLatest } from './latest';
import type { LiveHub } from './live-hub';
import type { ReadDocument, ReadQuery } from './live-operation';
import { createSession } from './session';
import { untilTakenIn } from './taken-in';

export interface SseOptions {
  readonly schema: GraphQLSchema;
  readonly hub: LiveHub;
  readonly readQuery: ReadQuery;
  readonly tokens: TokenVerifier;
  readonly contextFor: (viewer: Viewer) => OperationContext;
  readonly formatErrors: (errors: readonly GraphQLError[]) => readonly GraphQLError[];
  readonly clock: Clock;
}

/**
 * `/graphql` over server-sent events, for what asks for `text/event-stream`: one stream for one operation (the
 * "distinct connections mode" of graphql-sse). The token comes in the Authorization header. When it expires, the stream
 * says so in a last value and completes.
 */
export function sseTransport(options: SseOptions): RequestHandler {
  const { schema, tokens, contextFor, formatErrors } = options;
  const handle = createHandler({
    schema,
    // No token of graphql-sse's own: each stream stands for itself.
    authenticate: () => null,
    async onSubscribe({ raw, context: { res } }, params) {
      const read = readDocument(options, params);
      if (read.errors.length > 0) return { errors: formatErrors(read.errors) };
      const isLive =
        getOperationAST(read.document, params.operationName)?.operation === OperationTypeNode.SUBSCRIPTION;
      const viewer = await tokens.verify(raw.headers.authorization);
      if (isLive) return stream(options, viewer, read, params, raw, res);
      const { operationName, variables: variableValues } = params;
      return {
        schema,
        document: read.document,
        operationName,
        variableValues,
        contextValue: { ...contextFor(viewer) },
      };
    },
  });
  return (request, response, next) => {
    if (!request.accepts().includes('text/event-stream')) return next();
    tokens
      .verify(request.headers.authorization)
      .then(() => handle(request, response))
      .catch(next);
  };
}

function readDocument({ readQuery }: SseOptions, { query }: RequestParams): ReadDocument {
  try {
    return readQuery(query);
  } catch (error) {
    if (error instanceof GraphQLError) throw badUserInput(error.message, error);
    throw error;
  }
}

async function stream(
  { schema, hub, tokens, contextFor, formatErrors, clock }: SseOptions,
  viewer: Viewer,
  read: ReadDocument,
  { operationName, variables: variableValues }: RequestParams,
  request: Request,
  response: Response,
): Promise<ExecutionResult | AsyncGenerator<ExecutionResult>> {
  let leave: () => void = () => undefined;
  const values = createLatest<ExecutionResult>(
    () => {
      session.end();
      leave();
    },
    () => untilTakenIn(response),
  );
  const refuse = (code: 'UNAUTHORIZED' | 'FORBIDDEN'): void => {
    const refusal = new GraphQLError('', { originalError: new AppError(code) });
    values.put({ errors: formatErrors([refusal]) });
    values.end();
  };
  const session = createSession({ tokens, clock, onExpiry: () => refuse('UNAUTHORIZED') });
  await session.enter(request.headers.authorization);
  const contextValue = contextFor(viewer);
  const joined = await hub.join(
    read,
    { schema, document: read.document, operationName, variableValues, contextValue },
    {
      send: ({ result }) => values.put(result),
      mayRead: (storeId) => mayRead(viewer, storeId),
      dismiss: () => refuse('FORBIDDEN'),
    },
  );
  if (joined.kind === 'refused') {
    session.end();
    return joined.result;
  }
  leave = () => joined.leave();
  // Gone while it was joining.
  if (response.destroyed) leave();
  return values.stream;
}
