/**
 * Subscriptions, over WebSocket and server-sent events. The path of a value, in order:
 *
 * 1. Subscribe. `websocket.ts` (admission: `connection-admission.ts`; messages: `receive-queue.ts`, `message-scheduler.ts`;
 *    operations: `socket-operations.ts`, `running-operation.ts`) or `sse.ts` prepares the operation. `live-hub.ts` reads
 *    which event it watches (`live-operation.ts`) and subscribes to that event's changes, once per event.
 * 2. First value. `membership.ts` adds the subscriber to the cohort of the same operation, variables and audience, within
 *    the quotas of `cohort-quotas.ts`. Once changes are received, the cohort's last value is sent; a new cohort executes.
 * 3. Change. `live-hub.ts` hears that the event has changed; `live-event.ts` triggers the `throttle.ts` of each field.
 * 4. Execute once. `tick-scheduler.ts` gathers the cohorts that are due into a tick with one context, so that all of them
 *    read in one statement of each kind; `cohort.ts` executes the operation once for all its subscribers.
 * 5. Encode. `cohort.ts` makes the JSON once. For each socket, `frame.ts` makes one frame of the subscription's id and
 *    this JSON.
 * 6. Send. `cohort.ts` sends in slices, re-authorising whom it has to; `send-queue.ts` writes the frame, or keeps the latest
 *    value for a slow consumer. A stream gets the result by `sse-stream.ts`.
 *
 * What of the libraries is bypassed, why, and which test fails when an upgrade changes it:
 *
 * - ws writes a frame as two pieces, a quarter of the time of sending: values go as finished frames to the connection below
 *   the socket (`send-queue.ts`). This relies on no compression, no fragments, and ws writing whole frames at
 *   once: `test/unit/gateway/live/frame.test.ts`, `test/integration/live-slow-consumers.test.ts`.
 * - ws answers pings at once, unbounded: with `autoPong` off they go through the receive queue (`websocket.ts`):
 *   `live-limits.test.ts` ("by pings"), `live-slow-consumers.test.ts` ("sends pings").
 * - ws throws for a close reason that is too long, as graphql-ws's can be: `closeReason` (`websocket-protocol.ts`):
 *   `live-limits.test.ts` ("an id in use").
 * - graphql-ws executes and encodes a subscription for each socket: its `subscribe` gets a generator that yields nothing
 *   (`untilReturned`), and the `next` messages are made in `send-queue.ts`: `test/integration/live.test.ts`, which reads
 *   them with the client of graphql-ws.
 * - graphql-ws lets an id be subscribed again before the first is established, and forgets the first: `socket-operations.ts`
 *   leaves it: `live-good-faith.test.ts` ("an id that it reuses").
 * - graphql-ws throws for a message that only a server sends, as at an internal error: `isServerMessage`
 *   (`websocket-protocol.ts`): `mistakes.test.ts` ("closes a socket with 4400").
 * - graphql-ws keeps `connectionParams`, which hold the token, for as long as the socket lives: deleted (`websocket.ts`):
 *   `test/unit/gateway/live/websocket.test.ts`.
 * - graphql-sse queues without bound, and its adapters want Express: `sse-stream.ts`; its validation is off and its
 *   parameters are checked before (`sse-params.ts`): `live-authorisation.test.ts` ("over server-sent events"), `live.test.ts`.
 */
import type { Server } from 'node:http';
import type { ExecutionResult, GraphQLError, GraphQLSchema } from 'graphql';
import type { Admission } from '../../auth/admission';
import type { LiveLimits } from '../../config/limits';
import type { Clock } from '../../runtime/clock';
import type { Logger } from '../../observability/log';
import type { Notifications } from '../../messaging/notifications/notifications';
import { type ContextFor, SERVICE } from '../execute';
import type { AnswerOperations } from '../operations/answer';
import type { Operations } from '../operations/operations';
import type { LoopScheduler } from '../operations/loop-scheduler';
import { createConnectionLimiter } from './connection-admission';
import { createLiveHub, type LiveHub } from './live-hub';
import { createRefusals, type Refusals, SOCKET_LIMITS, type SocketLimits } from './live-limits';
import { createMessageScheduler } from './message-scheduler';
import { createSseTransport, type SseTransport } from './sse';
import type { UnavailableParts } from './unavailable-parts';
import { createWebSocketTransport } from './websocket';

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
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Live {
  /** For requests to `/graphql` that accept an event stream. */
  readonly sse: Pick<SseTransport, 'isFor' | 'answer'>;
  readonly size: LiveHub['size'];
  readonly refusals: Pick<Refusals, 'of'>;
  /** Starts to accept WebSocket connections of this server. */
  attach(server: Server): void;
  /** Closes every connection. */
  stop(): void;
}

/** The holder under which the loop scheduler runs the ticks of all cohorts. */
const LIVE = 'live';

/** Both transports, with one hub behind them. */
export function createLive(options: LiveOptions): Live {
  const { schema, notifications, admission, operations, answers, scheduler, formatErrors } = options;
  const { contextFor, unavailableParts, limits, clock, log } = options;
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
    log,
  };
  const sse = createSseTransport(common);
  let webSockets: { close(): void } | undefined;

  return {
    sse,
    get size() {
      return hub.size;
    },
    refusals,
    attach(server) {
      webSockets = createWebSocketTransport({
        ...common,
        server,
        path: '/graphql',
        unavailableParts,
        scheduler: createMessageScheduler(),
        limits: { ...limits, ...socketLimits },
      });
    },
    stop() {
      webSockets?.close();
      sse.close();
      hub.stop();
    },
  };
}
