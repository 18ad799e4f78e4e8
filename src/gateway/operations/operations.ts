import type { ExecutionResult, GraphQLSchema } from 'graphql';
import { type Admission, holderOf } from '../../auth/admission';
import { HEAVY_COST, type Bulkhead } from '../../auth/bulkhead';
import type { Viewer } from '../../auth/viewer';
import type { Budget } from '../cost/budget';
import type { ReadDocument, ReadOperation, ReadText } from '../documents/read-document';
import { type ContextFor, executeAndClose } from '../execute';
import type { Asker } from './asker';
import { createDeadline, type OperationDeadline } from './deadline';
import type { LoopScheduler, Weight } from './loop-scheduler';

/** An operation as it was sent, over any transport. */
export interface Asked {
  readonly text: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly viewer: Viewer;
}

/** An operation that may be executed. */
export interface Prepared {
  readonly read: ReadDocument;
  readonly operation: ReadOperation;
  readonly viewer: Viewer;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | null;
  /** In units of about a microsecond. */
  readonly cost: number;
}

export interface OperationsOptions {
  readonly schema: GraphQLSchema;
  readonly readText: ReadText;
  readonly budget: Budget;
  readonly admission: Pick<Admission, 'charge'>;
  readonly bulkhead: Bulkhead;
  readonly scheduler: LoopScheduler;
  readonly contextFor: ContextFor;
  readonly timeoutMs: number;
}

/**
 * The one way of an operation, over any transport: read, priced, charged for, given a permit, executed within its timeout.
 */
export interface Operations {
  /** A text that was read before costs nothing; any other waits for an iteration of the event loop, since reading is work. */
  read(text: string, viewer: Viewer): Promise<ReadDocument>;
  /**
   * @param gone aborted when the client has gone
   * @throws UnreadableDocument, GraphQLError, AppError for what is not executed; the reason of `gone`
   */
  prepare(asked: Asked, gone: AbortSignal): Promise<Prepared>;
  /**
   * The result of graphql-js. Its errors still have internal details.
   *
   * @throws AppError TOO_MANY_REQUESTS, SERVICE_OVERLOADED, OPERATION_TIMEOUT; the reason of `gone`
   */
  execute(prepared: Prepared, asker: Asker): Promise<ExecutionResult>;
}

const weightOf = ({ cost }: Prepared): Weight => (cost >= HEAVY_COST ? 'heavy' : 'light');

/** Clients that use variables always send the same text; reading and validating a new one takes up to thirty milliseconds. */
const POINTS_PER_NEW_TEXT = 5;

export function createOperations(options: OperationsOptions): Operations {
  const { schema, readText, budget, admission, bulkhead, scheduler, contextFor, timeoutMs } = options;

  async function read(text: string, viewer: Viewer): Promise<ReadDocument> {
    const known = readText.known(text);
    if (known !== undefined) return known;
    await admission.charge(viewer, POINTS_PER_NEW_TEXT);
    await scheduler.nextIteration(holderOf(viewer));
    return readText(text);
  }

  async function run(prepared: Prepared, deadline: OperationDeadline): Promise<ExecutionResult> {
    const { read: document, viewer, variables, operationName } = prepared;
    const holder = holderOf(viewer);
    const weight = weightOf(prepared);
    const contextValue = contextFor(viewer, {
      reads: prepared.operation.reads,
      signal: deadline.signal,
      async yieldToLoop() {
        await scheduler.yieldToLoop(holder, weight);
        deadline.signal.throwIfAborted();
      },
      canContinue: () => !deadline.signal.aborted && scheduler.canContinue(holder, weight),
    });
    return executeAndClose({
      schema,
      document: document.document,
      variableValues: variables,
      operationName,
      contextValue,
    });
  }

  return {
    read,
    async prepare({ text, operationName = null, variables, viewer }, gone) {
      const document = await read(text, viewer);
      // Computing the cost of a large operation takes a while.
      await scheduler.yieldToLoop(holderOf(viewer));
      const operation = document.operation(operationName);
      const given = variables ?? {};
      const cost = await budget.price({
        plan: operation.plan,
        operation: operation.definition,
        variables: given,
        viewer,
        gone,
      });
      await admission.charge(viewer, pointsOf(cost));
      return { read: document, operation, viewer, variables: given, operationName, cost };
    },
    async execute(prepared, { gone, answered }) {
      const { endWork, release } = await bulkhead.acquire(holderOf(prepared.viewer), prepared.cost, gone);
      const deadline = createDeadline(timeoutMs, gone);
      const running = run(prepared, deadline);
      // The permit is released when the work has ended and its answer is sent, whether or not either succeeds.
      running.then(endWork, endWork);
      void Promise.allSettled([running, answered]).then(release);
      try {
        const result = await deadline.within(running);
        // Serialising the answer is a piece of work too.
        await scheduler.yieldToLoop(holderOf(prepared.viewer), weightOf(prepared));
        return result;
      } finally {
        deadline.end();
      }
    },
  };
}

const COST_PER_POINT = 1_000;
/** Heavy work counts twice: it delays others, who wait for each of its pieces. */
const HEAVY_COST_PER_POINT = 500;

/**
 * How much an operation counts towards its token's rate, beside the one point of any request.
 *
 * @param cost in units of about a microsecond
 */
export function pointsOf(cost: number): number {
  return Math.floor(cost / (cost >= HEAVY_COST ? HEAVY_COST_PER_POINT : COST_PER_POINT));
}
