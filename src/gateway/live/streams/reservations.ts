import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Viewer } from '../../../auth/viewer';
import { AppError } from '../../../errors';
import type { SetAlarm } from '../../../runtime/alarm';
import type { Clock } from '../../../runtime/clock';
import { type Asker, AskerGone } from '../../operations/asker';
import { MAX_OPERATION_BYTES } from '../limits';
import { createSession } from '../session';
import { acquireConnection, type ConnectionLimitOptions } from './connection-limit';
import { EVENT_STREAM, eventsOf } from './formats';
import type { StreamedOperation } from './operation';
import { createStreamWriter, type ResultSender } from './writer';

export interface ReservationLimits {
  /** A reservation whose stream is not opened for so long ends. */
  readonly reservationMs: number;
  /** Of all its operations, as they came. */
  readonly operationBytes: number;
}

export const RESERVATION_LIMITS: ReservationLimits = {
  reservationMs: 10_000,
  operationBytes: MAX_OPERATION_BYTES,
};

/** An operation of a reservation. */
export interface ReservedOperation {
  /** The length of what came with it: variables that it does not declare are kept as well. */
  readonly bytes: number;
  /** Undefined while it is being prepared. */
  running?: StreamedOperation;
}

/** A stream of several operations, from the moment it is reserved. */
export interface Reservation {
  /** With which the client names it: a secret, but no proof of who asks. */
  readonly token: string;
  readonly subject: string;
  readonly viewer: Viewer;
  readonly isOpen: boolean;
  readonly isOver: boolean;
  /** By the ids that the client gives. */
  readonly operations: Map<string, ReservedOperation>;
  /** Whom the answers to its operations are for. */
  readonly asker: Asker;
  sender(operationId: string): ResultSender;
  /** Takes over the token that came with a request, if it lasts longer. @throws AppError UNAUTHORIZED when it has expired */
  renew(viewer: Viewer): void;
  /** Answers a request with the stream; the reservation ends with it. */
  open(response: ServerResponse): void;
}

export interface Reservations {
  /**
   * It counts as a connection of the token.
   *
   * @throws AppError TOO_MANY_REQUESTS at the token's limit of connections
   */
  reserve(viewer: Viewer): Reservation;
  /** @throws AppError NOT_FOUND, also for the stream of another subject: that it exists is not told */
  require(token: string, viewer: Viewer): Reservation;
  endAll(): void;
}

export interface ReservationsOptions extends ConnectionLimitOptions {
  readonly limits: ReservationLimits;
  readonly clock: Clock;
  readonly setAlarm: SetAlarm;
}

/** Unguessable, as the protocol wants it. */
const TOKEN_BYTES = 24;

/** The stream's writer bounds what a client leaves unread, so no answer is waited for until it is read. */
const ANSWERED = Promise.resolve();

const unknown = (): AppError =>
  new AppError('NOT_FOUND', {
    message:
      'There is no such stream: it was closed, or not opened in time, or another gateway has it. Reserve another.',
  });

/** The streams of this gateway for several operations each. */
export function createReservations(options: ReservationsOptions): Reservations {
  const byToken = new Map<string, Reservation & { end(): void }>();
  return {
    reserve(viewer) {
      const release = acquireConnection(options, viewer.subject);
      try {
        const made = createReservation(viewer, options, () => {
          byToken.delete(made.token);
          release();
        });
        byToken.set(made.token, made);
        return made;
      } catch (expired) {
        release();
        throw expired;
      }
    },
    require(token, { subject }) {
      const found = byToken.get(token);
      if (found?.subject !== subject || found.isOver) throw unknown();
      return found;
    },
    endAll() {
      for (const each of [...byToken.values()]) each.end();
    },
  };
}

function createReservation(
  first: Viewer,
  { clock, setAlarm, limits }: ReservationsOptions,
  onEnd: () => void,
): Reservation & { end(): void } {
  const leaving = new AbortController();
  // One listener for each operation.
  setMaxListeners(Infinity, leaving.signal);
  const operations: Reservation['operations'] = new Map();
  let response: ServerResponse | undefined;
  let isExpired = false;
  let viewer = first;
  const writer = createStreamWriter(EVENT_STREAM, end);
  const session = createSession({ clock, setAlarm, onExpiry: expire });
  session.accept(first);
  const unopened = setTimeout(end, limits.reservationMs).unref();

  function end(): void {
    if (leaving.signal.aborted) return;
    leaving.abort(new AskerGone());
    clearTimeout(unopened);
    session.end();
    for (const { running } of [...operations.values()]) running?.leave();
    response?.destroy();
    onEnd();
  }

  function expire(): void {
    // What is unread may hold the stream open for a while: nothing joins it any more.
    isExpired = true;
    for (const { running } of [...operations.values()]) running?.fail(new AppError('UNAUTHORIZED'));
    if (response === undefined) end();
    else writer.end();
  }

  return {
    token: randomBytes(TOKEN_BYTES).toString('base64url'),
    subject: first.subject,
    get viewer() {
      return viewer;
    },
    get isOpen() {
      return response !== undefined;
    },
    get isOver() {
      return leaving.signal.aborted || isExpired;
    },
    operations,
    asker: { gone: leaving.signal, answered: ANSWERED },
    sender: (operationId) => writer.open(eventsOf(operationId)),
    renew(next) {
      if (next.expiresAt <= viewer.expiresAt) return;
      session.accept(next);
      viewer = next;
      for (const { running } of operations.values()) running?.reauthorise();
    },
    open(opened) {
      response = opened;
      clearTimeout(unopened);
      opened.once('close', end);
      writer.start(opened);
    },
    end,
  };
}
