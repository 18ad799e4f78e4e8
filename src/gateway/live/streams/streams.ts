import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Admission } from '../../../auth/admission';
import type { Viewer } from '../../../auth/viewer';
import type { LiveLimits } from '../../../config/limits';
import { AppError } from '../../../errors';
import type { SetAlarm } from '../../../runtime/alarm';
import type { Clock } from '../../../runtime/clock';
import { extrasOf } from '../../operations/answer';
import { askerOf } from '../../operations/asker';
import type { Operations } from '../../operations/operations';
import type { ConnectionLimiter, Refusals } from '../limits';
import { createSession } from '../session';
import { acquireConnection } from './connection-limit';
import type { SingleFormat } from './formats';
import { streamFormatOf } from './negotiation';
import {
  jsonOf,
  startStreamedOperation,
  type StreamedOperation,
  type StreamedOperationsOptions,
} from './operation';
import { requireParams, requirePost, type StreamParams } from './params';
import { createReservations, type ReservationLimits } from './reservations';
import { createSingleConnections, isOfSingleConnection } from './single-connection';
import { createStreamWriter } from './writer';

export interface StreamsOptions extends StreamedOperationsOptions {
  readonly operations: Operations;
  readonly admission: Pick<Admission, 'admit'>;
  readonly connections: ConnectionLimiter;
  readonly refusals: Refusals;
  readonly limits: ReservationLimits & Pick<LiveLimits, 'subscriptionsPerConnection'>;
  readonly clock: Clock;
  readonly setAlarm: SetAlarm;
}

/** `/graphql` over HTTP, where the answer is a stream. */
export interface Streams {
  /** Whether the request prefers a stream to one JSON answer, or belongs to a stream. */
  isFor(request: IncomingMessage): boolean;
  /**
   * Resolves when the request is answered, or its stream has begun.
   *
   * @param body as the endpoint has read it
   * @throws AppError, GraphQLError when the request is refused before the operation
   */
  answer(request: IncomingMessage, response: ServerResponse, body: unknown): Promise<void>;
  /** Cuts every stream, so that clients reconnect elsewhere; they would not after a completion. */
  close(): void;
}

/**
 * Server-sent events in both modes of graphql-sse's protocol, and multipart HTTP as Apollo's clients speak it. The token is in
 * the Authorization header of each request; when it expires, the stream sends an error as its last result.
 */
export function createStreams(options: StreamsOptions): Streams {
  const { admission } = options;
  const open = new Set<ServerResponse>();
  const reservations = createReservations(options);
  const single = createSingleConnections(options, reservations);
  return {
    isFor: (request) => isOfSingleConnection(request) || streamFormatOf(request) !== undefined,
    async answer(request, response, body) {
      open.add(response);
      response.once('close', () => open.delete(response));
      const viewer = await admission.admit(request, response);
      // Closed while the token was verified: no event follows.
      if (response.destroyed) return;
      if (isOfSingleConnection(request)) return single.answer({ request, response, body, viewer });
      const format = streamFormatOf(request);
      if (format === undefined) throw new Error('A request came that wants no stream.');
      const params = requireParams(request, body);
      response.once('close', acquireConnection(options, viewer.subject));
      await stream(options, { format, params, viewer, request, response });
    },
    close() {
      for (const response of open) response.destroy();
      reservations.endAll();
    },
  };
}

interface Streamed {
  readonly format: SingleFormat;
  readonly params: StreamParams;
  readonly viewer: Viewer;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Streams one operation: the stream ends with it. */
async function stream(
  options: StreamsOptions,
  { format, params, viewer, request, response }: Streamed,
): Promise<void> {
  const { operations, answers, clock, setAlarm } = options;
  const { query: text, operationName, variables, extensions } = params;
  const asker = askerOf(response);
  const writer = createStreamWriter(format, () => response.destroy());
  const sender = writer.open(format.operation);
  let operation: StreamedOperation | undefined;
  const session = createSession({
    clock,
    setAlarm,
    onExpiry: () => operation?.fail(new AppError('UNAUTHORIZED')),
  });
  response.once('close', () => {
    session.end();
    operation?.leave();
  });
  writer.start(response);
  try {
    const prepared = await operations.prepare({ text, operationName, variables, viewer }, asker.gone);
    requirePost(request, prepared);
    session.accept(viewer);
    operation = startStreamedOperation(options, {
      prepared,
      extras: extrasOf(extensions),
      asker,
      sender,
      viewer: () => viewer,
      onOver() {
        session.end();
        writer.end();
      },
    });
  } catch (thrown) {
    sender.sendLast(jsonOf(answers.refusal(thrown).result));
    writer.end();
  }
}
