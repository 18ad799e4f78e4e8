/**
 * Subscriptions, over WebSocket and over streams of HTTP. The path of a value, in order:
 *
 * 1. Subscribe. `websocket/websocket.ts` (admission: `admission.ts`; messages: `receive-queue.ts`; operations:
 *    `operations.ts`, `running-operation.ts`), `streams/streams.ts` (a stream of one operation, as server-sent events or
 *    multipart) or `streams/single-connection.ts` (several on one that is reserved, `reservations.ts`) prepares the
 *    operation. `hub.ts` reads which event it watches (`operation.ts`) and subscribes to the changes of that event and of its store
 *    (`event-changes.ts`), once per event.
 * 2. First value. `membership.ts` adds the subscriber to the cohort of the same operation, variables and audience, within
 *    the quotas of `quotas.ts`. Once changes are received, the cohort's last value is sent; a new cohort executes.
 * 3. Change. `hub.ts` receives that the event has changed; `event.ts` triggers the `throttle.ts` of each field. A change of the store
 *    triggers the fields that depend on it.
 * 4. Execute once. `tick-scheduler.ts` gathers the cohorts that are due into a tick with one context, so that all of them
 *    read in one statement of each kind; `cohort.ts` executes the operation once for all its subscribers.
 * 5. Encode. `cohort.ts` makes the JSON once. For each socket, `websocket/frame.ts` makes one frame of the subscription's id
 *    and this JSON; for each stream, `streams/formats.ts` makes an event or a part of it.
 * 6. Send. `cohort.ts` sends in slices, re-authorising whom it has to; `websocket/send-queue.ts` writes the frame, or keeps
 *    the latest value for a slow consumer. `streams/writer.ts` does the same for a stream.
 *
 * Five schedulers, none of which can stand in for another: the receive queue orders what clients send, a throttle limits how
 * often one event executes, the tick scheduler gathers what shares a statement, the loop scheduler (`gateway/operations`)
 * cuts all work of the process into iterations, and the heartbeat is a plain interval.
 *
 * What of the libraries is bypassed, why, and which test fails when an upgrade changes it:
 *
 * - ws writes a frame as two pieces, a quarter of the time of sending: values go as finished frames to the connection below
 *   the socket (`websocket/send-queue.ts`). This relies on no compression, no fragments, and ws writing whole frames at
 *   once: `test/unit/gateway/live/websocket/frame.test.ts`, `test/integration/live-slow-consumers.test.ts`.
 * - ws answers pings at once, unbounded: with `autoPong` off they go through the receive queue (`websocket/websocket.ts`):
 *   `test/unit/gateway/live/websocket/websocket.test.ts` ("each ping frame once"), `live-slow-consumers.test.ts` ("sends
 *   pings").
 * - ws throws for a close reason that is too long, as graphql-ws's can be: `closeReason` (`websocket/protocol.ts`):
 *   `live-limits.test.ts` ("an id in use").
 * - graphql-ws executes and encodes a subscription for each socket: its `subscribe` gets a generator that yields nothing
 *   (`untilReturned`), and the `next` messages are made in `websocket/frame.ts`: `test/integration/live.test.ts`, which
 *   reads them with the client of graphql-ws.
 * - graphql-ws wants an async generator, whose `return` would wait for a value that may never come: `returnable.ts`:
 *   `live-limits.test.ts` ("goes on once one is completed").
 * - graphql-ws lets an id be subscribed again before the first is established, and forgets the first:
 *   `websocket/operations.ts` leaves it: `live-good-faith.test.ts` ("an id that it reuses").
 * - graphql-ws throws for a message that only a server sends, as at an internal error: `isServerMessage`
 *   (`websocket/protocol.ts`): `mistakes.test.ts` ("closes a socket with 4400").
 * - graphql-ws keeps `connectionParams`, which hold the token, for as long as the socket lives: deleted
 *   (`websocket/websocket.ts`), as is that of the upgrade: `test/unit/gateway/live/websocket/websocket.test.ts`.
 *
 * The streams of HTTP bypass nothing: they are written here (docs/decisions/0024-streams-are-written-here.md), and
 * `live-clients.test.ts` reads them with the libraries that applications use.
 */
import type { Server } from 'node:http';
import type { ExecutionResult, GraphQLError, GraphQLSchema } from 'graphql';
import type { Admission } from '../../auth/admission';
import type { LiveLimits } from '../../config/limits';
import type { SetAlarm } from '../../runtime/alarm';
import type { Clock } from '../../runtime/clock';
import type { Logger } from '../../observability/log';
import type { Tracer } from '../../observability/traces/tracer';
import type { Notifications } from '../../messaging/notifications/notifications';
import { type ContextFor, SERVICE } from '../execute';
import type { AnswerOperations } from '../operations/answer';
import type { Operations } from '../operations/operations';
import type { LoopScheduler } from '../operations/loop-scheduler';
import { createLiveHub, type LiveHub } from './hub';
import { createConnectionLimiter, createRefusals, type Refusals } from './limits';
import { RESERVATION_LIMITS, type ReservationLimits } from './streams/reservations';
import { createStreams, type Streams } from './streams/streams';
import { SOCKET_LIMITS, type SocketLimits } from './websocket/limits';
import type { UnavailableParts } from './websocket/pong';
import { createWebSocketTransport } from './websocket/websocket';

export interface LiveOptions {
  readonly schema: GraphQLSchema;
  readonly notifications: Notifications;
  readonly admission: Admission;
  readonly operations: Operations;
  readonly answers: AnswerOperations;
  readonly scheduler: LoopScheduler;
  /** Replaces errors by those that a client may see. */
  readonly formatErrors: (errors: readonly GraphQLError[]) => readonly GraphQLError[];
  readonly contextFor: ContextFor;
  readonly unavailableParts: UnavailableParts;
  readonly limits: LiveLimits;
  /** Overrides of SOCKET_LIMITS. */
  readonly socketLimits?: Partial<SocketLimits>;
  /** Overrides of RESERVATION_LIMITS. */
  readonly reservationLimits?: Partial<ReservationLimits>;
  readonly clock: Clock;
  readonly setAlarm: SetAlarm;
  /** Undefined where nothing is traced. */
  readonly tracer?: Tracer | undefined;
  readonly log: Logger;
}

export interface Live {
  /** For requests to `/graphql` whose answer is a stream. */
  readonly streams: Pick<Streams, 'isFor' | 'answer'>;
  readonly size: LiveHub['size'];
  readonly refusals: Pick<Refusals, 'of'>;
  /** Starts to accept WebSocket connections of this server. */
  attach(server: Server): void;
  /** Closes every connection. */
  stop(): void;
}

/** The holder under which the loop scheduler runs the ticks of all cohorts. */
const LIVE = 'live';

/** All transports, with one hub behind them. */
export function createLive(options: LiveOptions): Live {
  const { schema, notifications, admission, operations, answers, scheduler, formatErrors } = options;
  const { contextFor, unavailableParts, limits, clock, setAlarm, tracer, log } = options;
  const socketLimits = { ...SOCKET_LIMITS, ...options.socketLimits };
  const refusals = createRefusals();
  const connections = createConnectionLimiter(limits.connectionsPerToken);
  const formatResult = ({ errors, ...result }: ExecutionResult): ExecutionResult =>
    errors === undefined ? result : { ...result, errors: formatErrors(errors) };
  const hub = createLiveHub({
    notifications,
    contextFor: () =>
      contextFor(SERVICE, {
        yieldToLoop: () => scheduler.yieldToLoop(LIVE),
        canContinue: () => scheduler.canContinue(LIVE),
      }),
    formatResult,
    limits,
    refusals,
    scheduler,
    tracer,
    log,
  });
  const common = {
    schema,
    hub,
    operations,
    answers,
    admission,
    contextFor,
    connections,
    refusals,
    clock,
    setAlarm,
    log,
  };
  const streams = createStreams({
    ...common,
    limits: { ...limits, ...RESERVATION_LIMITS, ...options.reservationLimits },
  });
  let webSockets: { close(): void } | undefined;

  return {
    streams,
    get size() {
      return hub.size;
    },
    refusals,
    attach(server) {
      webSockets = createWebSocketTransport({
        ...common,
        server,
        unavailableParts,
        limits: { ...limits, ...socketLimits },
      });
    },
    stop() {
      webSockets?.close();
      streams.close();
      hub.stop();
    },
  };
}
