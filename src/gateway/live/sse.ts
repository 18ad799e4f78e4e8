import type { Request, RequestHandler, Response } from 'express';
import { type ExecutionArgs, type ExecutionResult, GraphQLError, type GraphQLSchema } from 'graphql';
import type { RequestParams } from 'graphql-sse';
import { createHandler } from 'graphql-sse/lib/use/express';
import { audienceOf } from '../../auth/audience';
import { mayRead } from '../../auth/may-read';
import type { TokenVerifier } from '../../auth/token';
import type { Viewer } from '../../auth/viewer';
import { AppError } from '../../errors';
import type { Clock } from '../../platform/clock';
import { type ContextFor, executeAndClose } from '../execute';
import type { ConnectionCount } from './connection-count';
import { COST_OF_A_TICK } from './cost-of-a-tick';
import { createLatest } from './latest';
import type { LiveHub } from './live-hub';
import { isSubscription, type ReadDocument, type ReadQuery } from './live-operation';
import { readOperation } from './read-operation';
import type { Refusals } from './refusals';
import { createSession } from './session';
import { requireParams } from './stream-params';
import { untilTakenIn } from './taken-in';

export interface SseOptions {
  readonly schema: GraphQLSchema;
  readonly hub: LiveHub;
  readonly readQuery: ReadQuery;
  readonly tokens: TokenVerifier;
  readonly contextFor: ContextFor;
  readonly formatErrors: (errors: readonly GraphQLError[]) => readonly GraphQLError[];
  readonly formatResult: (result: ExecutionResult) => ExecutionResult;
  readonly connections: ConnectionCount;
  readonly refusals: Refusals;
  readonly clock: Clock;
}

export interface SseTransport {
  readonly handler: RequestHandler;
  /** Breaks every stream off, so that clients take them up again elsewhere: completed, they would not. */
  close(): void;
}

const EVENT_STREAM = 'text/event-stream';

/**
 * `/graphql` over server-sent events, for what asks for `text/event-stream`: one stream for one operation (the
 * "distinct connections mode" of graphql-sse). The token comes in the Authorization header. When it expires, the stream
 * says so in a last value and completes.
 */
export function createSseTransport(options: SseOptions): SseTransport {
  const { schema, tokens, contextFor, formatErrors, formatResult } = options;
  const open = new Set<Response>();
  const handle = createHandler({
    schema,
    // No token of graphql-sse's own: each stream stands for itself.
    authenticate: () => null,
    // It has been validated, by our own rules, when it was read.
    validate: () => [],
    execute: async (args: ExecutionArgs) => formatResult(await executeAndClose(args)),
    async onSubscribe({ raw, context: { res } }, params) {
      const { read, errors } = readOperation(options.readQuery, params);
      if (errors !== undefined) return refused({ errors: formatErrors(errors) });
      const viewer = await tokens.verify(raw.headers.authorization);
      if (isSubscription(read, params.operationName)) return stream(options, viewer, read, params, raw, res);
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
  return {
    handler(request, response, next) {
      if (request.accepts(['application/json', EVENT_STREAM]) !== EVENT_STREAM) return next();
      // graphql-sse knows the bare type alone.
      request.headers.accept = EVENT_STREAM;
      open.add(response);
      response.once('close', () => open.delete(response));
      tokens
        .verify(request.headers.authorization)
        .then(({ subject }) => {
          requireParams(request);
          takePlace(options, subject, response);
          return handle(request, response);
        })
        .catch(next);
    },
    close() {
      for (const response of open) response.destroy();
    },
  };
}

/** @throws AppError TOO_MANY_REQUESTS when the token has as many connections as it may */
function takePlace({ connections, refusals }: SseOptions, subject: string, response: Response): void {
  // Gone while the token was being verified: nothing would tell of its end any more.
  if (response.closed) return;
  const leave = connections.take(subject);
  if (leave === undefined)
    throw refusals.tooMany(
      'connections_per_token',
      'Too many connections with this token: close another one.',
    );
  response.once('close', leave);
}

/** graphql-sse takes for a result only what has `data`. */
const refused = ({ errors = [] }: ExecutionResult): ExecutionResult => ({ data: null, errors });

async function stream(
  { schema, hub, tokens, contextFor, clock }: SseOptions,
  viewer: Viewer,
  read: ReadDocument,
  { operationName, variables: variableValues }: RequestParams,
  request: Request,
  response: Response,
): Promise<ExecutionResult | AsyncGenerator<ExecutionResult>> {
  let leave: () => void = () => undefined;
  let isOver = false as boolean;
  const values = createLatest<ExecutionResult>(
    () => {
      isOver = true;
      session.end();
      leave();
    },
    () => untilTakenIn(response),
  );
  const refuse = (code: 'UNAUTHORIZED' | 'FORBIDDEN'): void => {
    const { message, graphqlCode } = new AppError(code);
    values.put(refused({ errors: [new GraphQLError(message, { extensions: { code: graphqlCode } })] }));
    values.end();
  };
  const session = createSession({ tokens, clock, onExpiry: () => refuse('UNAUTHORIZED') });
  await session.enter(request.headers.authorization);
  const contextValue = contextFor(viewer, 'one statement');
  const joined = await hub.join(
    read,
    { schema, document: read.document, operationName, variableValues, contextValue },
    {
      send: ({ result }) => values.put(result),
      mayRead: (storeId) => mayRead(viewer, storeId),
      audience: () => audienceOf(viewer),
      dismiss: () => refuse('FORBIDDEN'),
    },
    COST_OF_A_TICK,
  );
  if (joined.kind === 'refused') {
    session.end();
    return refused(joined.result);
  }
  leave = () => joined.leave();
  // Gone while it was joining, or refused.
  if (response.destroyed) await values.stream.return();
  else if (isOver) leave();
  return values.stream;
}
