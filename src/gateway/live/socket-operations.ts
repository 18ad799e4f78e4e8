import { type ExecutionArgs, type ExecutionResult, GraphQLError, type GraphQLSchema } from 'graphql';
import { CloseCode, type SubscribePayload } from 'graphql-ws';
import type { Admission } from '../../auth/admission';
import { ANYBODY, audienceOf } from '../../auth/audience';
import { mayRead } from '../../auth/may-read';
import type { Viewer } from '../../auth/viewer';
import type { LiveLimits } from '../../config/limits';
import type { ContextFor } from '../execute';
import { type AnswerOperations, extrasOf } from '../operations/answer';
import type { Operations, Prepared } from '../operations/operations';
import { TRY_AGAIN_LATER } from './close-codes';
import type { Dismissal } from './cohort';
import type { Connection, SocketContext, Subscription } from './connection';
import type { LiveHub } from './live-hub';
import { type Refusals, toGraphQLError } from './refusals';
import type { SocketLimits } from './socket-limits';
import { beginOperation, type UnderWay } from './under-way';
import { untilReturned } from './until-returned';

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

const DISMISSED: Readonly<Record<Dismissal, readonly [code: number, reason: string]>> = {
  forbidden: [CloseCode.Forbidden, 'Forbidden: the event belongs to another store now'],
  'too many cohorts': [
    TRY_AGAIN_LATER,
    'Too many operations watch an event: there is no room for those of this token',
  ],
};

/** What graphql-ws asks of us for the operations of a socket. */
export function createSocketOperations(options: SocketOperationsOptions) {
  const { schema, hub, operations, answers, admission, contextFor, limits, refusals } = options;

  /** @returns why it is one operation too many; undefined when it is not */
  function tooMany({ subscriptions, intake, patient, messageBytes }: Connection): GraphQLError | undefined {
    const { subscriptionsPerConnection, subscriptionBytes } = limits;
    if (subscriptions.size + patient.size + intake.underWay >= subscriptionsPerConnection) {
      const message = `A connection may hold ${subscriptionsPerConnection} subscriptions at a time: complete one first.`;
      return toGraphQLError(refusals.tooMany('subscriptions_per_connection', message));
    }
    const held = [...subscriptions, ...patient].reduce((sum, { bytes }) => sum + bytes, messageBytes);
    if (held <= subscriptionBytes) return undefined;
    const message = `The subscriptions of a connection may have ${subscriptionBytes} bytes together: complete one first.`;
    return toGraphQLError(refusals.tooMany('bytes_per_connection', message));
  }

  async function prepare(
    viewer: Viewer,
    { query: text, operationName, variables }: SubscribePayload,
    gone: AbortSignal,
    { patiently }: UnderWay,
  ): Promise<Prepared> {
    await patiently(() => admission.charge(viewer, 1));
    return patiently(() => operations.prepare({ text, operationName, variables, viewer }, gone));
  }

  /**
   * Called in the course of the message's handling: `messageBytes` is its length until anything is waited for. From then
   * on it is under way, until it stands or has been answered; the socket's next messages wait while too many are.
   */
  async function onSubscribe(connection: Connection, id: string, payload: SubscribePayload) {
    const { session, socket, gone, messageBytes: bytes } = connection;
    if (session.viewer === undefined) throw new Error('An operation came ahead of its token.');
    if (Buffer.byteLength(id) > limits.idBytes) {
      refusals.count('id_length');
      const reason = `An operation's id may have ${limits.idBytes} bytes`;
      socket.close(CloseCode.BadRequest, reason);
      return [new GraphQLError(reason)];
    }
    const refusal = tooMany(connection);
    if (refusal !== undefined) return [refusal];
    const underWay = beginOperation(connection);
    try {
      const prepared = await prepare(session.viewer, payload, gone, underWay);
      const extras = extrasOf(payload.extensions);
      const contextValue: SocketContext = {
        connection,
        id,
        prepared,
        extras,
        bytes,
        end: underWay.end,
      };
      return { ...argumentsOf(prepared), contextValue };
    } catch (error) {
      underWay.end();
      if (gone.aborted) throw error;
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
      return await join(context);
    } finally {
      context.end();
    }
  }

  async function join({ connection, id, prepared, bytes }: SocketContext) {
    const { session, socket, outbox, subscriptions } = connection;
    const feed = outbox.open(id);
    // Whether a subscription may be made is read from one row.
    const contextValue = contextFor(prepared.viewer);
    const joined = await hub.join(
      { ...argumentsOf(prepared), contextValue },
      {
        send: ({ json }) => feed.sendLatest(json),
        mayRead: (storeId) => session.viewer !== undefined && mayRead(session.viewer, storeId),
        audience: () => (session.viewer === undefined ? ANYBODY : audienceOf(session.viewer)),
        dismiss: (why) => socket.close(...DISMISSED[why]),
      },
      prepared.cost,
    );
    if (joined.kind === 'refused') return joined.result;
    // An id that is used anew before its first subscription stood has two: graphql-ws forgets the one that stands first.
    for (const other of subscriptions) if (other.id === id) other.leave();
    const subscription: Subscription = {
      id,
      bytes,
      recheck: () => joined.recheck(),
      leave() {
        subscriptions.delete(subscription);
        joined.leave();
        feed.end();
      },
    };
    subscriptions.add(subscription);
    return untilReturned(() => subscription.leave());
  }

  /** The send queue bounds what a socket may leave unread: its share need not wait for that. */
  const TAKEN_IN = Promise.resolve();

  async function execute(args: ExecutionArgs): Promise<ExecutionResult> {
    const { connection, prepared, extras, end } = args.contextValue as SocketContext;
    try {
      const asker = { gone: connection.gone, answered: TAKEN_IN };
      return (await answers.prepared(prepared, asker, extras)).result;
    } finally {
      end();
    }
  }

  return { onSubscribe, subscribe, execute };
}
