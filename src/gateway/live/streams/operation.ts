import { type ExecutionResult, type GraphQLSchema, OperationTypeNode } from 'graphql';
import { audienceOf } from '../../../auth/audience';
import { mayRead } from '../../../auth/may-read';
import type { Viewer } from '../../../auth/viewer';
import { AppError } from '../../../errors';
import type { ContextFor } from '../../execute';
import type { AnswerOperations, Extras } from '../../operations/answer';
import type { Asker } from '../../operations/asker';
import type { Prepared } from '../../operations/operations';
import type { Revocation } from '../cohort';
import type { ActiveSubscription, LiveHub } from '../hub';
import { toGraphQLError } from '../limits';
import type { ResultSender } from './writer';

/** An operation on a stream, until its last result. */
export interface StreamedOperation {
  /** To be called when the viewer has changed. */
  reauthorise(): void;
  /** Sends the error as its last result. */
  fail(error: AppError): void;
  /** Sends nothing more. */
  leave(): void;
}

export interface StreamedOperationsOptions {
  readonly schema: GraphQLSchema;
  readonly hub: LiveHub;
  readonly answers: AnswerOperations;
  readonly contextFor: ContextFor;
}

export interface StreamedOperationOptions {
  readonly prepared: Prepared;
  readonly extras: Extras;
  readonly asker: Asker;
  readonly sender: ResultSender;
  /** Another one once a fresh token has come. */
  readonly viewer: () => Viewer;
  /** Called once, after the last result has been sent, or when it is left. */
  readonly onOver: () => void;
}

const revoked = (why: Revocation): AppError =>
  why === 'forbidden'
    ? new AppError('FORBIDDEN')
    : new AppError('TOO_MANY_REQUESTS', {
        message: 'Too many operations watch an event: there is no room for those of this token.',
      });

/** Executes a query, or subscribes; the results go to the sender. */
export function startStreamedOperation(
  { schema, hub, answers, contextFor }: StreamedOperationsOptions,
  { prepared, extras, asker, sender, viewer, onOver }: StreamedOperationOptions,
): StreamedOperation {
  let active: ActiveSubscription | undefined;
  let isOver = false;

  function endBy(sendLast: () => void): void {
    if (isOver) return;
    isOver = true;
    active?.leave();
    sendLast();
    onOver();
  }

  const complete = (result: ExecutionResult): void => endBy(() => sender.sendLast(jsonOf(result)));
  const fail = (error: AppError): void => endBy(() => sender.sendFailure(jsonOf([toGraphQLError(error)])));

  async function subscribe(): Promise<void> {
    const { read, operationName, variables: variableValues, cost } = prepared;
    const contextValue = contextFor(prepared.viewer);
    const made = await hub.subscribe(
      { schema, document: read.document, operationName, variableValues, contextValue },
      {
        // The first value may come when it was left while it was subscribing.
        send({ json }) {
          if (!isOver) sender.sendLatest(json);
        },
        mayRead: (storeId) => mayRead(viewer(), storeId),
        audience: () => audienceOf(viewer()),
        revoke: (why) => fail(revoked(why)),
      },
      cost,
    );
    if (made.kind === 'refused') return complete(made.result);
    // Left or revoked while it was subscribing.
    if (isOver) made.leave();
    else active = made;
  }

  const execute = async (): Promise<void> =>
    complete((await answers.prepared(prepared, asker, extras)).result);

  const isSubscription = prepared.operation.definition.operation === OperationTypeNode.SUBSCRIPTION;
  (isSubscription ? subscribe() : execute()).catch((thrown: unknown) =>
    complete(answers.refusal(thrown).result),
  );
  return {
    reauthorise: () => active?.reauthorise(),
    fail,
    leave: () => endBy(() => sender.drop()),
  };
}

/** In UTF-8. */
export const jsonOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
