import { setMaxListeners } from 'node:events';
import type { ExecutionResult, GraphQLError, GraphQLSchema } from 'graphql';
import { type Holder, holderOf } from '../auth/admission';
import type { Bulkhead } from '../auth/bulkhead';
import type { Viewer } from '../auth/viewer';
import { cancellable, unlessAborted } from '../database/cancellable';
import type { Database, Sql } from '../database/database';
import { type ReadFacts, readFactsOver } from '../database/facts/read-facts';
import { createSharedReads } from '../database/facts/shared-reads';
import { openSnapshot, withoutSnapshot } from '../database/snapshot';
import type { BusinessCalendar } from '../domain/calendar';
import { AppError, toAppError } from '../errors';
import { createContext, type OperationContext } from '../resolvers/context';
import type { Operating } from '../resolvers/operating';
import type { Behalf, Execute } from '../rest/execute';
import type { Clock } from '../runtime/clock';
import { executeCompiled, type OperationArgs } from './compiled/execute';
import type { LoopScheduler } from './operations/loop-scheduler';

/**
 * How much an operation reads. One statement sees one state of the database by itself; where there are several, a
 * snapshot has to hold them together, which costs a transaction around them.
 */
export type Reads = 'one statement' | 'a snapshot';

/** How an operation reads, and yields to others. */
export interface ContextOptions {
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
export type ContextFor = (viewer: Viewer, options?: ContextOptions) => OperationContext;

/** The service itself, which assembles the answers that are cached for all viewers. */
export const SERVICE: Viewer = {
  subject: 'analytics-service',
  storeIds: new Set(),
  isAdmin: true,
  expiresAt: Infinity as Viewer['expiresAt'],
};

export interface ContextForOptions {
  readonly database: Sql & Pick<Database, 'readConsistently'>;
  readonly calendar: BusinessCalendar;
  readonly clock: Clock;
  readonly industryRefreshMs: number;
  /** What the process tells and does for those who operate it; left out: it does not. */
  readonly operating?: Operating;
}

/** Operations read by one statement, which they share with others where they can, or from a snapshot. */
export function createContextFor(options: ContextForOptions): ContextFor {
  const { database, calendar, clock, industryRefreshMs, operating } = options;
  const readsOf = createSharedReads(database);
  return (viewer, requested = {}) => {
    const { reads = 'one statement', signal, holder = holderOf(viewer) } = requested;
    const { yieldToLoop = atOnce, canContinue = always } = requested;
    const snapshot = reads === 'a snapshot' ? openSnapshot(database) : withoutSnapshot(database);
    const sql = signal === undefined ? snapshot.sql : cancellable(snapshot.sql, signal);
    const readFacts =
      reads === 'a snapshot' ? readFactsOver(sql) : unlessGone(readsOf(holder, signal), signal);
    return createContext({
      viewer,
      now: clock.now(),
      clock,
      calendar,
      industryRefreshMs,
      sql,
      readFacts,
      yieldToLoop,
      canContinue,
      operating,
      close: () => snapshot.close(),
    });
  };
}

/** A shared read is not cancelled, since others wait for it too: an aborted operation only stops waiting. */
const unlessGone = (read: ReadFacts, gone: AbortSignal | undefined): ReadFacts =>
  gone === undefined ? read : (asked) => unlessAborted(gone, () => read(asked));

/** Defaults for a lone operation, which has no other to yield to. */
const atOnce = (): Promise<void> => Promise.resolve();
const always = (): boolean => true;

/** Executes an operation, and closes the snapshot that it read from, whether or not it succeeds. */
export async function executeAndClose(
  args: OperationArgs & { readonly contextValue: OperationContext },
): Promise<ExecutionResult> {
  try {
    return await executeCompiled(args);
  } finally {
    await args.contextValue.close();
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
  return async (document, variables, behalf) => {
    const { viewer, holder } = readerOf(behalf);
    const { release } = await bulkhead.acquire(holder, STORED, NEVER_GONE);
    try {
      const contextValue = contextFor(viewer, {
        holder,
        yieldToLoop: () => scheduler.yieldToLoop(holder),
        canContinue: () => scheduler.canContinue(holder),
      });
      const result = await executeAndClose({ schema, document, variableValues: variables, contextValue });
      // The document's own types, generated from this schema, say what it yields.
      return dataOf(result) as never;
    } finally {
      release();
    }
  };
}

/** Who reads, and whose permit is taken. */
const readerOf = (behalf: Behalf): { viewer: Viewer; holder: Holder } =>
  'viewer' in behalf
    ? { viewer: behalf.viewer, holder: holderOf(behalf.viewer) }
    : { viewer: SERVICE, holder: behalf.uncheckedFor };

/** @throws AppError of the first field that failed */
function dataOf({ data, errors }: ExecutionResult): ExecutionResult['data'] {
  const [error] = errors ?? [];
  if (error === undefined) return data;
  throw toAppError(error.originalError instanceof AppError ? error.originalError : withCause(error));
}

/** graphql-js keeps what was thrown elsewhere than where errors have their causes. */
function withCause({ message, path, originalError }: GraphQLError): Error {
  const where = path === undefined ? 'The operation' : `The field ${path.join('.')}`;
  return new Error(`${where} failed: ${message}`, { cause: originalError });
}
