import { setMaxListeners } from 'node:events';
import type { ExecutionResult, GraphQLError, GraphQLSchema } from 'graphql';
import type { Bulkhead } from '../auth/bulkhead';
import type { Viewer } from '../auth/viewer';
import { AppError, toAppError } from '../errors';
import type { OperationContext } from '../resolvers/context';
import type { Execute } from '../rest/assemble-dashboard';
import { executeCompiled, type OperationArgs } from './compiled/execute';
import type { LoopScheduler } from './operations/loop-scheduler';

/**
 * How much an operation reads. One statement sees one state of the database by itself; where there are several, a
 * snapshot has to hold them together, which costs a transaction around them.
 */
export type Reads = 'one statement' | 'a snapshot';

/** How an operation reads, and yields to others. */
export interface Manners {
  /** One statement when left out. */
  readonly reads?: Reads;
  /** On whose behalf, if not the viewer's: a holder's work delays its own other work first. */
  readonly holder?: string;
  /** Aborted when nothing more is to be read. */
  readonly signal?: AbortSignal;
  /** To be called before each piece of work. */
  readonly yieldToLoop?: () => Promise<void>;
  /** Whether a piece may begin without yielding; always when left out. */
  readonly canContinue?: () => boolean;
}

/** Creates the context of one operation for its viewer. */
export type ContextFor = (viewer: Viewer, manners?: Manners) => OperationContext;

/** The service itself, which assembles the answers that are cached for all viewers. */
export const SERVICE: Viewer = {
  subject: 'analytics-service',
  storeIds: new Set(),
  isAdmin: true,
  expiresAt: Infinity as Viewer['expiresAt'],
};

/** Executes an operation, and closes the snapshot that it read from, whether or not it succeeds. */
export async function executeAndClose(args: OperationArgs): Promise<ExecutionResult> {
  const context = args.contextValue as OperationContext;
  try {
    return await executeCompiled(args);
  } finally {
    await context.close();
  }
}

export interface ExecuteOptions {
  readonly schema: GraphQLSchema;
  readonly contextFor: ContextFor;
  readonly bulkhead: Bulkhead;
  readonly scheduler: LoopScheduler;
}

/** A stored operation is for one event, and so not heavy. */
const STORED = 0;

/** A shared answer is not cancelled when a client goes: others may wait for it. */
const NEVER_GONE = new AbortController().signal;
// As many listeners as operations that wait for a permit.
setMaxListeners(Infinity, NEVER_GONE);

/** Executes stored operations in this process, without HTTP and without validating them again each time. */
export function createExecute({ schema, contextFor, bulkhead, scheduler }: ExecuteOptions): Execute {
  return async (document, variables, { holder, viewer = SERVICE }) => {
    const { release } = await bulkhead.acquire(holder, STORED, NEVER_GONE);
    try {
      const contextValue = contextFor(viewer, {
        holder,
        yieldToLoop: () => scheduler.yieldToLoop(holder),
        canContinue: () => scheduler.canContinue(holder),
      });
      const { data, errors } = await executeAndClose({
        schema,
        document,
        variableValues: variables,
        contextValue,
      });
      const [error] = errors ?? [];
      if (error !== undefined) {
        throw toAppError(error.originalError instanceof AppError ? error.originalError : withCause(error));
      }
      // The document's own types, generated from this schema, say what it yields.
      return data as never;
    } finally {
      release();
    }
  };
}

/** graphql-js keeps what was thrown elsewhere than where errors have their causes. */
function withCause({ message, path, originalError }: GraphQLError): Error {
  const where = path === undefined ? 'The operation' : `The field ${path.join('.')}`;
  return new Error(`${where} failed: ${message}`, { cause: originalError });
}
