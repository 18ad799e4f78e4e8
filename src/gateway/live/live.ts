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
import type { PartsAway } from './away';
import { createConnectionCount } from './connection-count';
import { createLiveHub, type LiveHub } from './live-hub';
import { createMessageTurns } from './message-turns';
import { createRefusals, type Refusals } from './refusals';
import { SOCKET_LIMITS, type SocketLimits } from './socket-limits';
import { createSseTransport, type SseTransport } from './sse';
import { createWebSocketTransport } from './websocket';

export interface LiveOptions {
  readonly schema: GraphQLSchema;
  readonly notifications: Notifications;
  readonly admission: Admission;
  readonly operations: Operations;
  readonly answers: AnswerOperations;
  readonly scheduler: LoopScheduler;
  /** What a client is told of the errors of a result. */
  readonly formatErrors: (errors: readonly GraphQLError[]) => readonly GraphQLError[];
  readonly contextFor: ContextFor;
  readonly partsAway: PartsAway;
  readonly limits: LiveLimits;
  /** Other bounds of a socket than the usual ones. */
  readonly socketLimits?: Partial<SocketLimits>;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Live {
  /** Server-sent events, for requests to `/graphql` that ask for them. */
  readonly sse: Pick<SseTransport, 'isFor' | 'answer'>;
  readonly size: LiveHub['size'];
  readonly refusals: Pick<Refusals, 'of'>;
  /** Takes WebSocket connections of this server from now on. */
  attach(server: Server): void;
  /** Ends every connection. */
  stop(): void;
}

/** Whose pieces of work those of all cohorts are. */
const LIVE = 'live';

/** Subscriptions over both transports, with one hub behind them. */
export function createLive(options: LiveOptions): Live {
  const { schema, notifications, admission, operations, answers, scheduler, formatErrors } = options;
  const { contextFor, partsAway, limits, clock, log } = options;
  const socketLimits = { ...SOCKET_LIMITS, ...options.socketLimits };
  const refusals = createRefusals();
  const connections = createConnectionCount(limits.connectionsPerToken);
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
  const common = { schema, hub, operations, answers, admission, contextFor, clock, log };
  const shares = { connections, refusals };
  const sse = createSseTransport({ ...common, ...shares });
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
        ...shares,
        server,
        path: '/graphql',
        partsAway,
        turns: createMessageTurns(),
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
