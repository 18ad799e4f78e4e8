import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ExecutionResult, GraphQLError, type GraphQLSchema, OperationTypeNode } from 'graphql';
import { createHandler } from 'graphql-sse';
import Negotiator from 'negotiator';
import type { Admission } from '../../auth/admission';
import { audienceOf } from '../../auth/audience';
import { mayRead } from '../../auth/may-read';
import type { Viewer } from '../../auth/viewer';
import { AppError } from '../../errors';
import type { Clock } from '../../runtime/clock';
import type { ContextFor } from '../execute';
import { type Answer, type AnswerOperations, extrasOf } from '../operations/answer';
import { askerOf } from '../operations/asker';
import type { Operations, Prepared } from '../operations/operations';
import type { ConnectionCount } from './connection-count';
import { sendMade } from './event-stream';
import { createLatest } from './latest';
import type { LiveHub } from './live-hub';
import type { Refusals } from './refusals';
import { createSession } from './session';
import { requireParams } from './stream-params';
import { untilTakenIn } from './taken-in';

export interface SseOptions {
  readonly schema: GraphQLSchema;
  readonly hub: LiveHub;
  readonly operations: Operations;
  readonly answers: AnswerOperations;
  readonly admission: Pick<Admission, 'recognise' | 'admit'>;
  readonly contextFor: ContextFor;
  readonly connections: ConnectionCount;
  readonly refusals: Refusals;
  readonly clock: Clock;
}

export interface SseTransport {
  /** Whether it asks for events, rather than for one answer. */
  isFor(request: IncomingMessage): boolean;
  /**
   * Resolves when the stream is over.
   *
   * @param body as it was read
   * @throws AppError, GraphQLError for what is refused ahead of the operation
   */
  answer(request: IncomingMessage, response: ServerResponse, body: unknown): Promise<void>;
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
  const { schema, admission, operations, answers } = options;
  const open = new Set<ServerResponse>();
  const viewers = new WeakMap<IncomingMessage, Viewer>();
  const handle = createHandler<IncomingMessage, { readonly response: ServerResponse }>({
    schema,
    // No token of graphql-sse's own: each stream stands for itself.
    authenticate: () => null,
    // It has been validated, by our own rules, when it was read.
    validate: () => [],
    async onSubscribe({ raw, context: { response } }, { query: text, operationName, variables, extensions }) {
      const viewer = viewers.get(raw);
      if (viewer === undefined) throw new Error('A stream came ahead of its token.');
      try {
        const asker = askerOf(response);
        const prepared = await operations.prepare({ text, operationName, variables, viewer }, asker.gone);
        if (prepared.operation.definition.operation === OperationTypeNode.SUBSCRIPTION)
          return await stream(options, prepared, raw, response);
        return toResult(await answers.prepared(prepared, asker, extrasOf(extensions)));
      } catch (error) {
        return toResult(answers.refusal(error));
      }
    },
  });
  return {
    isFor: (request) =>
      new Negotiator(request).mediaType(['application/json', EVENT_STREAM]) === EVENT_STREAM,
    async answer(request, response, body) {
      open.add(response);
      response.once('close', () => open.delete(response));
      const viewer = await admission.admit(request, response);
      const params = requireParams(request, body);
      takePlace(options, viewer.subject, response);
      viewers.set(request, viewer);
      const { method = '', url = '', headers } = request;
      const made = await handle({
        method,
        url,
        headers: {
          // Of this header graphql-sse knows the bare type alone.
          get: (name) => (name === 'accept' ? EVENT_STREAM : String(headers[name] ?? '')),
        },
        body: params,
        raw: request,
        context: { response },
      });
      await sendMade(response, made);
    },
    close() {
      for (const response of open) response.destroy();
    },
  };
}

/** @throws AppError TOO_MANY_REQUESTS when the token has as many connections as it may */
function takePlace({ connections, refusals }: SseOptions, subject: string, response: ServerResponse): void {
  // Gone while the token was being verified: nothing would tell of its end any more.
  if (response.destroyed) return;
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

const toResult = ({ result }: Answer): ExecutionResult =>
  result.data === undefined ? refused(result) : result;

async function stream(
  { schema, hub, admission, contextFor, clock }: SseOptions,
  { viewer, read, operationName, variables: variableValues, cost }: Prepared,
  request: IncomingMessage,
  response: ServerResponse,
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
  const session = createSession({
    recognise: (authorization) => admission.recognise(authorization, request),
    clock,
    onExpiry: () => refuse('UNAUTHORIZED'),
  });
  await session.enter(request.headers.authorization);
  const contextValue = contextFor(viewer);
  const joining = hub.join(
    { schema, document: read.document, operationName, variableValues, contextValue },
    {
      send: ({ result }) => values.put(result),
      mayRead: (storeId) => mayRead(viewer, storeId),
      audience: () => audienceOf(viewer),
      dismiss: () => refuse('FORBIDDEN'),
    },
    cost,
  );
  const joined = await joining.catch((error: unknown) => {
    session.end();
    throw error;
  });
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
