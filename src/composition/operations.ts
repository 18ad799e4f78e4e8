import type { GraphQLError, GraphQLSchema } from 'graphql';
import type { Admission } from '../auth/admission';
import { createBulkhead, type Bulkhead } from '../auth/bulkhead';
import type { Limits } from '../config/limits';
import type { Logger } from '../observability/log';
import type { Tracer } from '../observability/traces/tracer';
import type { Clock } from '../runtime/clock';
import { createBudget } from '../gateway/cost/budget';
import { rememberEventSizes } from '../gateway/cost/event-sizes';
import type { SizeReader } from '../gateway/cost/size-reader';
import type { PersistedTexts } from '../gateway/documents/persisted';
import type { TextLimits } from '../gateway/documents/parse-text';
import { createReadText } from '../gateway/documents/read-document';
import type { ContextFor } from '../gateway/execute';
import { createErrorsFormatter } from '../gateway/graphql-errors';
import { createRules, MAX_GRAPHQL_BYTES } from '../gateway/limits';
import { type AnswerOperations, createAnswers } from '../gateway/operations/answer';
import { createFairSizes } from '../gateway/operations/fair-sizes';
import { measured, type OperationTally } from '../gateway/operations/measured';
import { createOperations, type Operations } from '../gateway/operations/operations';
import { tracedOperations } from '../gateway/operations/traced';
import { createLoopScheduler, type LoopScheduler } from '../gateway/operations/loop-scheduler';

export interface OperationsDependencies {
  readonly schema: GraphQLSchema;
  readonly contextFor: ContextFor;
  readonly sizes: SizeReader;
  readonly clock: Clock;
  readonly admission: Pick<Admission, 'charge'>;
  readonly persisted: PersistedTexts;
  readonly limits: Limits;
  readonly tally: OperationTally;
  /** Whether introspection is allowed, and errors suggest names in the schema. */
  readonly introspection: boolean;
  readonly log: Logger;
  /** Undefined where nothing is traced. */
  readonly tracer?: Tracer | undefined;
}

/** What every transport executes operations by. */
export interface OpenedOperations {
  readonly operations: Operations;
  readonly answers: AnswerOperations;
  readonly bulkhead: Bulkhead;
  readonly scheduler: LoopScheduler;
  /** Removes internal details from the errors of a result. */
  readonly formatErrors: (errors: readonly GraphQLError[]) => readonly GraphQLError[];
}

/** Listed operations have been reviewed: they may be as long as a request, with any number of tokens. */
const LISTED_TEXT: TextLimits = { maxQueryBytes: MAX_GRAPHQL_BYTES, maxTokens: MAX_GRAPHQL_BYTES };

export function openOperations(dependencies: OperationsDependencies): OpenedOperations {
  const { schema, contextFor, admission, persisted, limits, tally, introspection, clock, log, tracer } =
    dependencies;
  const { maxCost, timeoutMs, ...text } = limits.operation;
  const bulkhead = createBulkhead(limits.shares);
  const scheduler = createLoopScheduler();
  const sizes = createFairSizes({ sizes: dependencies.sizes, bulkhead, timeoutMs });
  const created = createOperations({
    schema,
    readText: createReadText({
      schema,
      ...(persisted.requireListed === undefined ? text : LISTED_TEXT),
      rules: createRules({ introspection }),
      requireListed: persisted.requireListed,
    }),
    budget: createBudget({
      schema,
      maxCost,
      sizes: { ...sizes, events: rememberEventSizes(sizes.events) },
      clock,
    }),
    admission,
    bulkhead,
    scheduler,
    contextFor,
    timeoutMs,
  });
  const counted = measured(created, tally);
  const operations = tracer === undefined ? counted : tracedOperations(counted, tracer);
  const formatErrors = createErrorsFormatter(log, { hidesSchema: !introspection });
  return {
    operations,
    bulkhead,
    answers: createAnswers({ operations, maxCost, formatErrors }),
    scheduler,
    formatErrors,
  };
}
