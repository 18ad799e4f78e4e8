import { type ExecutionArgs, type ExecutionResult, GraphQLError, type GraphQLSchema } from 'graphql';
import { CloseCode, type SubscribePayload } from 'graphql-ws';
import { ANYBODY, audienceOf } from '../../auth/audience';
import { mayRead } from '../../auth/may-read';
import type { LiveLimits } from '../../config/limits';
import { type ContextFor, executeAndClose } from '../execute';
import { TOO_MANY } from './close-codes';
import type { Dismissal } from './cohort';
import type { Connection, SocketContext, Subscription } from './connection';
import { COST_OF_A_TICK } from './cost-of-a-tick';
import type { LiveHub } from './live-hub';
import { isSubscription, type ReadQuery } from './live-operation';
import { readOperation } from './read-operation';
import { type Refusals, toGraphQLError } from './refusals';
import type { SocketLimits } from './socket-limits';
import { untilReturned } from './until-returned';

export interface SocketOperationsOptions {
  readonly schema: GraphQLSchema;
  readonly hub: LiveHub;
  readonly readQuery: ReadQuery;
  readonly contextFor: ContextFor;
  readonly formatErrors: (errors: readonly GraphQLError[]) => readonly GraphQLError[];
  readonly formatResult: (result: ExecutionResult) => ExecutionResult;
  readonly limits: SocketLimits & Pick<LiveLimits, 'subscriptionsPerConnection'>;
  readonly refusals: Refusals;
}

const DISMISSED: Readonly<Record<Dismissal, readonly [code: number, reason: string]>> = {
  forbidden: [CloseCode.Forbidden, 'Forbidden: the event belongs to another store now'],
  'too many cohorts': [
    TOO_MANY,
    'Too many operations watch an event: there is no room for those of this token',
  ],
};

/** What graphql-ws asks of us for the operations of a socket. */
export function createSocketOperations(options: SocketOperationsOptions) {
  const { schema, hub, readQuery, contextFor, formatErrors, formatResult, limits, refusals } = options;

  /** @returns why it is one operation too many; undefined when it is not */
  function tooMany({ subscriptions, intake, messageBytes }: Connection): GraphQLError | undefined {
    const { subscriptionsPerConnection, subscriptionBytes } = limits;
    if (subscriptions.size + intake.underWay >= subscriptionsPerConnection) {
      const message = `A connection may hold ${subscriptionsPerConnection} subscriptions at a time: complete one first.`;
      return toGraphQLError(refusals.tooMany('subscriptions_per_connection', message));
    }
    const held = [...subscriptions].reduce((sum, { bytes }) => sum + bytes, messageBytes);
    if (held <= subscriptionBytes) return undefined;
    const message = `The subscriptions of a connection may have ${subscriptionBytes} bytes together: complete one first.`;
    return toGraphQLError(refusals.tooMany('bytes_per_connection', message));
  }

  /** Called in the course of the message's handling, before anything is waited for: `messageBytes` is its length. */
  function onSubscribe(connection: Connection, id: string, payload: SubscribePayload) {
    const { session, socket, messageBytes: bytes } = connection;
    if (session.viewer === undefined) throw new Error('An operation came ahead of its token.');
    if (Buffer.byteLength(id) > limits.idBytes) {
      refusals.count('id_length');
      const reason = `An operation's id may have ${limits.idBytes} bytes`;
      socket.close(CloseCode.BadRequest, reason);
      return [new GraphQLError(reason)];
    }
    const refusal = tooMany(connection);
    if (refusal !== undefined) return [refusal];
    const { read, errors } = readOperation(readQuery, payload);
    if (errors !== undefined) return formatErrors(errors);
    // Whether a subscription may be made is read from one row.
    const reads = isSubscription(read, payload.operationName) ? 'one statement' : 'a snapshot';
    const contextValue: SocketContext = {
      ...contextFor(session.viewer, reads),
      connection,
      id,
      read,
      bytes,
    };
    return {
      schema,
      document: read.document,
      operationName: payload.operationName,
      variableValues: payload.variables,
      contextValue,
    };
  }

  /** The socket's next messages wait while as many operations as may be are on their way. */
  async function subscribe(args: ExecutionArgs) {
    const { connection } = args.contextValue as SocketContext;
    const end = connection.intake.begin();
    try {
      return await join(args);
    } finally {
      end();
    }
  }

  async function join(args: ExecutionArgs) {
    const { connection, id, read, bytes } = args.contextValue as SocketContext;
    const { session, socket, outbox, subscriptions } = connection;
    const feed = outbox.open(id);
    const joined = await hub.join(
      read,
      args,
      {
        send: ({ json }) => feed.sendLatest(json),
        mayRead: (storeId) => session.viewer !== undefined && mayRead(session.viewer, storeId),
        audience: () => (session.viewer === undefined ? ANYBODY : audienceOf(session.viewer)),
        dismiss: (why) => socket.close(...DISMISSED[why]),
      },
      COST_OF_A_TICK,
    );
    if (joined.kind === 'refused') return joined.result;
    const subscription: Subscription = {
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

  async function execute(args: ExecutionArgs): Promise<ExecutionResult> {
    const { connection } = args.contextValue as SocketContext;
    const end = connection.intake.begin();
    try {
      return formatResult(await executeAndClose(args));
    } finally {
      end();
    }
  }

  return { onSubscribe, subscribe, execute };
}
