import { type ExecutionArgs, type ExecutionResult, execute } from 'graphql';
import type { OperationContext } from '../../resolvers/context';
import type { LivePayload } from '../../resolvers/live-source';
import type { StoreId } from '../../schema/values';

/** Somebody who is sent values as they are made. */
export interface Subscriber {
  /** @param value the result of one execution; `json` is the same text for everybody of the cohort */
  send(value: LiveValue): void;
  mayRead(storeId: StoreId): boolean;
  /** The event has gone to a store that they may not read. */
  dismiss(): void;
}

/** The result of one execution, and its text. */
export interface LiveValue {
  readonly result: ExecutionResult;
  readonly json: string;
  /** The event's version when it was made. */
  readonly version: number;
}

export interface Cohort {
  readonly subscribers: Set<Subscriber>;
  readonly last: LiveValue | undefined;
  /** Executes the operation once, serialises it once, and sends the same text to all, unless nothing has changed. */
  refresh(payload: LivePayload, context: OperationContext): Promise<void>;
}

/**
 * All subscribers of one operation with the same variables. Who may read the event gets the same values, so the
 * operation is executed on the service's own behalf; who may read is looked at when they join and when the event
 * changes hands.
 */
export function createCohort(
  operation: Pick<ExecutionArgs, 'schema' | 'document' | 'operationName' | 'variableValues'>,
  formatErrors: (result: ExecutionResult) => ExecutionResult,
): Cohort {
  const subscribers = new Set<Subscriber>();
  let last: LiveValue | undefined;
  let storeId: StoreId | undefined;
  let inLine: Promise<void> = Promise.resolve();

  async function refresh(payload: LivePayload, context: OperationContext): Promise<void> {
    const result = formatErrors(await execute({ ...operation, rootValue: payload, contextValue: context }));
    const json = JSON.stringify(result);
    const event = await context.loaders.event.load(payload.eventId);
    const version = event?.version ?? 0;
    if (event !== null && event.storeId !== storeId) {
      storeId = event.storeId;
      for (const subscriber of [...subscribers]) if (!subscriber.mayRead(storeId)) subscriber.dismiss();
    }
    // What was loaded before an introduction that overtook this round is older than what has been sent.
    if (last !== undefined && (version < last.version || json === last.json)) return;
    last = { result, json, version };
    for (const subscriber of subscribers) subscriber.send(last);
  }

  return {
    subscribers,
    get last() {
      return last;
    },
    refresh(payload, context) {
      const refreshed = inLine.then(() => refresh(payload, context));
      inLine = refreshed.catch(() => undefined);
      return refreshed;
    },
  };
}
