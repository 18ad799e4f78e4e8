import { type ExecutionArgs, type ExecutionResult, GraphQLError, type GraphQLSchema } from 'graphql';
import { CloseCode, type SubscribePayload } from 'graphql-ws';
import type { Admission } from '../../../auth/admission';
import { ANYBODY, audienceOf } from '../../../auth/audience';
import { mayRead } from '../../../auth/may-read';
import type { Viewer } from '../../../auth/viewer';
import type { LiveLimits } from '../../../config/limits';
import type { ContextFor } from '../../execute';
import { type AnswerOperations, type Extras, extrasOf } from '../../operations/answer';
import type { Operations, Prepared } from '../../operations/operations';
import type { Revocation } from '../cohort';
import type { LiveHub } from '../hub';
import { type Refusals, toGraphQLError, tooManyBytes, tooManySubscriptions } from '../limits';
import type { Connection, SocketSubscription } from './connection';
import type { SocketLimits } from './limits';
import { TRY_AGAIN_LATER, untilReturned } from './protocol';
import { type RunningOperation, startOperation } from './running-operation';

/** What an operation carries from graphql-ws's `onSubscribe` to its `subscribe` or `execute`. */
interface SocketContext {
  readonly connection: Connection;
  readonly id: string;
  readonly prepared: Prepared;
  readonly extras: Extras;
  /** The length of its message. */
  readonly bytes: number;
  /** To be called when it is established or answered. */
  readonly end: () => void;
}

export interface SocketOperationsOptions {
  readonly schema: GraphQLSchema;
  readonly hub: LiveHub;
  readonly operations: Operations;
  readonly answers: AnswerOperations;
  readonly admission: Pick<Admission, 'charge'>;
  readonly contextFor: ContextFor;
  readonly limits: SocketLimits & Pick<LiveLimits, 'subscriptionsPerConnection'>;
  readonly refusals: Refusals;
}

const REVOKED: Readonly<Record<Revocation, readonly [code: number, reason: string]>> = {
  forbidden: [CloseCode.Forbidden, 'Forbidden: the event belongs to another store now'],
  'too many cohorts': [
    TRY_AGAIN_LATER,
    'Too many operations watch an event: there is no room for those of this token',
  ],
};

/** The callbacks of graphql-ws for the operations of a socket. */
export function createSocketOperations(options: SocketOperationsOptions) {
  const { schema, hub, operations, answers, admission, contextFor, limits, refusals } = options;

  /** @returns the limit that one more operation would exceed; undefined when there is room */
  function tooMany({
    subscriptions,
    receiveQueue,
    retrying,
    messageBytes,
  }: Connection): GraphQLError | undefined {
    const { subscriptionsPerConnection, subscriptionBytes } = limits;
    if (subscriptions.size + retrying.size + receiveQueue.runningOperations >= subscriptionsPerConnection)
      return toGraphQLError(tooManySubscriptions(refusals, subscriptionsPerConnection));
    const held = [...subscriptions, ...retrying].reduce((sum, { bytes }) => sum + bytes, messageBytes);
    if (held <= subscriptionBytes) return undefined;
    return toGraphQLError(tooManyBytes(refusals, subscriptionBytes));
  }

  async function prepare(
    viewer: Viewer,
    { query: text, operationName, variables }: SubscribePayload,
    closeSignal: AbortSignal,
    { withRetries }: RunningOperation,
  ): Promise<Prepared> {
    await withRetries(() => admission.charge(viewer, 1));
    return withRetries(() => operations.prepare({ text, operationName, variables, viewer }, closeSignal));
  }

  /**
   * Called while the message is handled: `messageBytes` is its length until the first await. The operation runs until it is
   * established or answered; the socket's next messages wait while too many run.
   */
  async function onSubscribe(connection: Connection, id: string, payload: SubscribePayload) {
    const { session, socket, closeSignal, messageBytes: bytes } = connection;
    if (session.viewer === undefined) throw new Error('An operation came before its token.');
    if (Buffer.byteLength(id) > limits.idBytes) {
      refusals.count('id_length');
      const reason = `An operation's id may have ${limits.idBytes} bytes`;
      socket.close(CloseCode.BadRequest, reason);
      return [new GraphQLError(reason)];
    }
    const refusal = tooMany(connection);
    if (refusal !== undefined) return [refusal];
    const running = startOperation(connection);
    try {
      const prepared = await prepare(session.viewer, payload, closeSignal, running);
      const extras = extrasOf(payload.extensions);
      const contextValue: SocketContext = {
        connection,
        id,
        prepared,
        extras,
        bytes,
        end: running.end,
      };
      return { ...argumentsOf(prepared), contextValue };
    } catch (error) {
      running.end();
      if (closeSignal.aborted) throw error;
      return answers.refusal(error).result.errors ?? [];
    }
  }

  const argumentsOf = ({ read, operationName, variables }: Prepared) => ({
    schema,
    document: read.document,
    operationName,
    variableValues: variables,
  });

  async function subscribe(args: ExecutionArgs) {
    const context = args.contextValue as SocketContext;
    try {
      return await establish(context);
    } finally {
      context.end();
    }
  }

  async function establish({ connection, id, prepared, bytes }: SocketContext) {
    const { session, socket, sendQueue, subscriptions } = connection;
    const sender = sendQueue.open(id);
    // Authorising the subscription reads one row, without turns.
    const contextValue = contextFor(prepared.viewer);
    const active = await hub.subscribe(
      { ...argumentsOf(prepared), contextValue },
      {
        send: ({ json }) => sender.sendLatest(json),
        mayRead: (storeId) => session.viewer !== undefined && mayRead(session.viewer, storeId),
        audience: () => (session.viewer === undefined ? ANYBODY : audienceOf(session.viewer)),
        revoke: (why) => socket.close(...REVOKED[why]),
      },
      prepared.cost,
    );
    if (active.kind === 'refused') return active.result;
    // Two subscriptions have the id if it was reused before the first was established, which graphql-ws forgets.
    for (const other of subscriptions) if (other.id === id) other.leave();
    const subscription: SocketSubscription = {
      id,
      bytes,
      reauthorise: () => active.reauthorise(),
      leave() {
        subscriptions.delete(subscription);
        active.leave();
        sender.end();
      },
    };
    subscriptions.add(subscription);
    return untilReturned(() => subscription.leave());
  }

  /** The send queue bounds what a socket leaves unread, so no answer is waited for until it is read. */
  const FLUSHED = Promise.resolve();

  async function execute(args: ExecutionArgs): Promise<ExecutionResult> {
    const { connection, prepared, extras, end } = args.contextValue as SocketContext;
    try {
      const asker = { gone: connection.closeSignal, answered: FLUSHED };
      return (await answers.prepared(prepared, asker, extras)).result;
    } finally {
      end();
    }
  }

  return { onSubscribe, subscribe, execute };
}
