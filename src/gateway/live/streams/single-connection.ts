import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Viewer } from '../../../auth/viewer';
import type { LiveLimits } from '../../../config/limits';
import { AppError, methodNotAllowed } from '../../../errors';
import { JSON_TYPE } from '../../../rest/respond';
import { extrasOf } from '../../operations/answer';
import type { Operations, Prepared } from '../../operations/operations';
import { requestError } from '../../request-errors';
import { searchOf } from '../../request-target';
import { MAX_ID_BYTES, type Refusals, tooManyBytes, tooManySubscriptions } from '../limits';
import { DISTINCT_EVENTS } from './formats';
import { streamFormatOf } from './negotiation';
import { jsonOf, startStreamedOperation, type StreamedOperationsOptions } from './operation';
import { requireParams, requirePost } from './params';
import type { Reservation, ReservationLimits, Reservations, ReservedOperation } from './reservations';

export interface SingleConnectionsOptions extends StreamedOperationsOptions {
  readonly operations: Operations;
  readonly refusals: Refusals;
  readonly limits: Pick<LiveLimits, 'subscriptionsPerConnection'> & Pick<ReservationLimits, 'operationBytes'>;
}

/** One request of the protocol, whose viewer has been admitted. */
export interface Step {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: unknown;
  readonly viewer: Viewer;
}

export interface SingleConnections {
  /** @throws AppError, GraphQLError when the step is refused */
  answer(step: Step): Promise<void>;
}

const TOKEN_HEADER = 'x-graphql-event-stream-token';
const TOKEN_PARAMETER = 'token';

/** Whether a request is one of the single connection mode. */
export const isOfSingleConnection = (request: IncomingMessage): boolean =>
  request.method === 'PUT' || tokensOf(request).length > 0;

function tokensOf(request: IncomingMessage): readonly string[] {
  const inHeader = request.headers[TOKEN_HEADER];
  const inUrl = parametersOf(request).getAll(TOKEN_PARAMETER);
  return [...new Set([...(typeof inHeader === 'string' ? [inHeader] : []), ...inUrl])];
}

const parametersOf = (request: IncomingMessage): URLSearchParams => new URLSearchParams(searchOf(request));

const operationId = z
  .string()
  .min(1)
  .refine((id) => Buffer.byteLength(id) <= MAX_ID_BYTES);

/**
 * The single connection mode of graphql-sse's protocol: a stream is reserved (PUT), opened (GET or POST that accepts an event
 * stream), given operations (GET or POST), and operations are stopped (DELETE). Every step has its bearer token; the stream is
 * its subject's alone.
 */
export function createSingleConnections(
  options: SingleConnectionsOptions,
  reservations: Reservations,
): SingleConnections {
  const { operations, answers, refusals, limits } = options;

  function reserve({ viewer, response }: Step): void {
    const { token } = reservations.reserve(viewer);
    response.writeHead(201, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' });
    response.end(token);
  }

  function reservationOf({ request, viewer }: Step): Reservation {
    const [token, another] = tokensOf(request);
    if (token === undefined || another !== undefined)
      throw requestError(
        'BAD_REQUEST',
        'The header and the parameter name different streams: send one of them.',
      );
    const reservation = reservations.require(token, viewer);
    reservation.renew(viewer);
    return reservation;
  }

  function open({ response }: Step, reservation: Reservation): void {
    if (reservation.isOpen)
      throw new AppError('CONFLICT', { message: 'The stream is open already: reserve another.' });
    reservation.open(response);
  }

  /** Answers once the operation is known to be executed; its results come on the stream. */
  async function operate({ request, response, body, viewer }: Step, reservation: Reservation): Promise<void> {
    const params = requireParams(request, body);
    const { query: text, operationName, variables, extensions } = params;
    const id = requireOperationId(extensions?.['operationId'], refusals);
    const operation: ReservedOperation = { bytes: jsonOf(params).length };
    requireRoom(reservation, id, operation);
    const leave = (): void => {
      if (reservation.operations.get(id) === operation) reservation.operations.delete(id);
    };
    reservation.operations.set(id, operation);
    let prepared: Prepared;
    try {
      prepared = await operations.prepare({ text, operationName, variables, viewer }, reservation.asker.gone);
      requirePost(request, prepared);
    } catch (thrown) {
      leave();
      return refuse(response, thrown);
    }
    response.writeHead(202).end();
    // Stopped, or the stream closed, while it was prepared.
    if (reservation.isOver || reservation.operations.get(id) !== operation) return;
    operation.running = startStreamedOperation(options, {
      prepared,
      extras: extrasOf(extensions),
      asker: reservation.asker,
      sender: reservation.sender(id),
      viewer: () => reservation.viewer,
      onOver: leave,
    });
  }

  function requireRoom(
    { operations: running }: Reservation,
    id: string,
    { bytes: further }: ReservedOperation,
  ): void {
    if (running.has(id))
      throw new AppError('CONFLICT', { message: 'An operation of this stream has the id already.' });
    const { subscriptionsPerConnection, operationBytes } = limits;
    if (running.size >= subscriptionsPerConnection)
      throw tooManySubscriptions(refusals, subscriptionsPerConnection);
    const held = [...running.values()].reduce((sum, { bytes }) => sum + bytes, further);
    if (held > operationBytes) throw tooManyBytes(refusals, operationBytes);
  }

  /** What is refused before its execution is answered as over plain HTTP. */
  function refuse(response: ServerResponse, thrown: unknown): void {
    const { result, status, headers } = answers.refusal(thrown);
    const json = jsonOf(result);
    response.writeHead(status, { ...headers, 'Content-Type': JSON_TYPE, 'Content-Length': json.length });
    response.end(json);
  }

  function stop({ request, response }: Step, { operations: running }: Reservation): void {
    const id = requireOperationId(parametersOf(request).get('operationId'), refusals);
    // One that is over already is stopped, too: its last result and the client's request cross.
    running.get(id)?.running?.leave();
    running.delete(id);
    response.writeHead(200, { 'Content-Length': 0 }).end();
  }

  return {
    async answer(step) {
      const { method } = step.request;
      if (method === 'PUT') return reserve(step);
      if (method !== 'DELETE' && method !== 'GET' && method !== 'POST')
        throw methodNotAllowed('GET, POST, PUT, DELETE');
      const reservation = reservationOf(step);
      if (method === 'DELETE') return stop(step, reservation);
      if (streamFormatOf(step.request) === DISTINCT_EVENTS) return open(step, reservation);
      await operate(step, reservation);
    },
  };
}

/** @throws GraphQLError BAD_REQUEST */
function requireOperationId(value: unknown, refusals: Refusals): string {
  const id = operationId.safeParse(value);
  if (id.success) return id.data;
  if (typeof value === 'string' && value !== '') refusals.count('id_length');
  throw requestError(
    'BAD_REQUEST',
    `extensions.operationId, or operationId in the address to stop one, must be a text of up to ${MAX_ID_BYTES} bytes.`,
  );
}
