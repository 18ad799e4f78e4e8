import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ExecutionResult, GraphQLError, type GraphQLSchema, OperationTypeNode } from 'graphql';
import { createHandler } from 'graphql-sse';
import Negotiator from 'negotiator';
import type { Admission } from '../../../auth/admission';
import { audienceOf } from '../../../auth/audience';
import { mayRead } from '../../../auth/may-read';
import type { Viewer } from '../../../auth/viewer';
import { AppError } from '../../../errors';
import type { Clock } from '../../../runtime/clock';
import type { ContextFor } from '../../execute';
import { type Answer, type AnswerOperations, extrasOf } from '../../operations/answer';
import { askerOf } from '../../operations/asker';
import type { Operations, Prepared } from '../../operations/operations';
import type { LiveHub } from '../hub';
import type { ConnectionLimiter, Refusals } from '../limits';
import { createSession } from '../session';
import { requireParams } from './params';
import { createLatestValueStream, untilFlushed, writeResponse } from './stream';

export interface SseOptions {
  readonly schema: GraphQLSchema;
  readonly hub: LiveHub;
  readonly operations: Operations;
  readonly answers: AnswerOperations;
  readonly admission: Pick<Admission, 'admit'>;
  readonly contextFor: ContextFor;
  readonly connections: ConnectionLimiter;
  readonly refusals: Refusals;
  readonly clock: Clock;
}

export interface SseTransport {
  /** Whether the request prefers an event stream to one JSON answer. */
  isFor(request: IncomingMessage): boolean;
  /**
   * Resolves when the stream is over.
   *
   * @param body as the endpoint has read it
   * @throws AppError, GraphQLError when the request is refused before the operation
   */
  answer(request: IncomingMessage, response: ServerResponse, body: unknown): Promise<void>;
  /** Cuts every stream, so that clients reconnect elsewhere; they would not after a completion. */
  close(): void;
}

const EVENT_STREAM = 'text/event-stream';

/**
 * `/graphql` over server-sent events, for requests that accept `text/event-stream`: one stream for one operation (the
 * "distinct connections mode" of graphql-sse). The token is in the Authorization header; when it expires, the stream sends
 * an error as its last value and completes.
 */
export function createSseTransport(options: SseOptions): SseTransport {
  const { schema, admission, operations, answers } = options;
  const open = new Set<ServerResponse>();
  const viewers = new WeakMap<IncomingMessage, Viewer>();
  const handle = createHandler<IncomingMessage, { readonly response: ServerResponse }>({
    schema,
    // graphql-sse's own tokens are for its single connection mode.
    authenticate: () => null,
    // `operations.prepare` validates, by the service's own rules.
    validate: () => [],
    async onSubscribe({ raw, context: { response } }, { query: text, operationName, variables, extensions }) {
      const viewer = viewers.get(raw);
      if (viewer === undefined) throw new Error('A stream came before its token.');
      try {
        const asker = askerOf(response);
        const prepared = await operations.prepare({ text, operationName, variables, viewer }, asker.gone);
        if (prepared.operation.definition.operation === OperationTypeNode.SUBSCRIPTION)
          return await stream(options, prepared, response);
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
      acquireConnection(options, viewer.subject, response);
      viewers.set(request, viewer);
      const { method = '', url = '', headers } = request;
      const streamed = await handle({
        method,
        url,
        headers: {
          // graphql-sse understands this header only without parameters and alternatives.
          get: (name) => (name === 'accept' ? EVENT_STREAM : String(headers[name] ?? '')),
        },
        body: params,
        raw: request,
        context: { response },
      });
      await writeResponse(response, streamed);
    },
    close() {
      for (const response of open) response.destroy();
    },
  };
}

/** @throws AppError TOO_MANY_REQUESTS at the token's limit of connections */
function acquireConnection(
  { connections, refusals }: SseOptions,
  subject: string,
  response: ServerResponse,
): void {
  // Closed while the token was verified: the close event, which releases, will not come again.
  if (response.destroyed) return;
  const release = connections.acquire(subject);
  if (release === undefined)
    throw refusals.tooMany(
      'connections_per_token',
      'Too many connections with this token: close another one.',
    );
  response.once('close', release);
}

/** graphql-sse accepts only results that have `data`. */
const refused = ({ errors = [] }: ExecutionResult): ExecutionResult => ({ data: null, errors });

const toResult = ({ result }: Answer): ExecutionResult =>
  result.data === undefined ? refused(result) : result;

async function stream(
  { schema, hub, contextFor, clock }: SseOptions,
  { viewer, read, operationName, variables: variableValues, cost }: Prepared,
  response: ServerResponse,
): Promise<ExecutionResult | AsyncGenerator<ExecutionResult>> {
  let leave: () => void = () => undefined;
  let isOver = false as boolean;
  const latest = createLatestValueStream<ExecutionResult>(
    () => {
      isOver = true;
      session.end();
      leave();
    },
    () => untilFlushed(response),
  );
  const endWith = (code: 'UNAUTHORIZED' | 'FORBIDDEN'): void => {
    const { message, graphqlCode } = new AppError(code);
    latest.put(refused({ errors: [new GraphQLError(message, { extensions: { code: graphqlCode } })] }));
    latest.end();
  };
  const session = createSession({ clock, onExpiry: () => endWith('UNAUTHORIZED') });
  session.accept(viewer);
  const contextValue = contextFor(viewer);
  const subscribing = hub.subscribe(
    { schema, document: read.document, operationName, variableValues, contextValue },
    {
      send: ({ result }) => latest.put(result),
      mayRead: (storeId) => mayRead(viewer, storeId),
      audience: () => audienceOf(viewer),
      revoke: () => endWith('FORBIDDEN'),
    },
    cost,
  );
  const active = await subscribing.catch((error: unknown) => {
    session.end();
    throw error;
  });
  if (active.kind === 'refused') {
    session.end();
    return refused(active.result);
  }
  leave = () => active.leave();
  // Closed or revoked while it was subscribing.
  if (response.destroyed) await latest.values.return();
  else if (isOver) leave();
  return latest.values;
}
