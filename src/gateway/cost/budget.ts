import { getVariableValues, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import type { Viewer } from '../../auth/viewer';
import { AppError } from '../../errors';
import type { EventId } from '../../schema/values';
import { createPricing } from './cost';
import type { SelectionPlan } from './plan';
import { assumedSizes, type Sizes } from './sizes';

/** @returns the sizes of these events; of those that the viewer may not read, nothing is told and all are zero */
export type ReadSizes = (
  viewer: Viewer,
  eventIds: readonly EventId[],
  /** Aborted when nobody wants to know any more. */
  gone: AbortSignal,
) => Promise<Sizes>;

export interface BudgetOptions {
  readonly schema: GraphQLSchema;
  readonly maxCost: number;
  readonly readSizes: ReadSizes;
}

/** An operation that somebody wants executed. */
export interface PricedOperation {
  readonly plan: SelectionPlan;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly viewer: Viewer;
  /** Aborted when nobody waits for it any more. */
  readonly gone: AbortSignal;
  /** Whether its true cost is wanted, and not only whether it may be executed: it is executed again and again. */
  readonly isExact?: boolean;
}

/** Says what an operation costs before anything of it is executed. */
export interface Budget {
  readonly maxCost: number;
  /**
   * At first events are taken to be as large as they can be. Only an operation that would be refused for it has their
   * true sizes read, in one statement.
   *
   * @returns units of about a microsecond each; 0 for variables that cannot be read, which its execution will tell of
   * @throws AppError OPERATION_TOO_COSTLY, naming the cost and the limit; what keeps sizes from being read
   */
  price(asked: PricedOperation): Promise<number>;
}

export function createBudget({ schema, maxCost, readSizes }: BudgetOptions): Budget {
  const costOf = createPricing(schema);

  async function price({
    plan,
    operation,
    variables,
    viewer,
    gone,
    isExact = false,
  }: PricedOperation): Promise<number> {
    // Execution tells of what is wrong with them; here one mistake is enough, and there may be thousands.
    const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables, {
      maxErrors: 1,
    });
    if (coerced === undefined) return 0;
    const events = new Set<EventId>();
    const most = costOf(
      plan,
      coerced,
      assumedSizes((eventId) => events.add(eventId)),
    );
    if (most <= maxCost && (!isExact || events.size === 0)) return most;
    // Whatever the sizes are, nothing costs less than with none of them: no statement is spent on what is hopeless.
    const least = costOf(plan, coerced, NOTHING);
    if (least > maxCost) throw tooCostly(least, maxCost, 'at least ');
    const cost = costOf(plan, coerced, await readSizes(viewer, [...events], gone));
    if (cost > maxCost) throw tooCostly(cost, maxCost);
    return cost;
  }

  return { maxCost, price };
}

const NOTHING: Sizes = {
  channels: () => 0,
  hours: () => 0,
  points: () => 0,
  store: () => ({ key: '', events: 0 }),
};

const tooCostly = (cost: number, maxCost: number, atLeast = ''): AppError =>
  new AppError('OPERATION_TOO_COSTLY', {
    message: `The operation costs ${atLeast}${cost}; at most ${maxCost} is executed. Ask for fewer events, or for less of each, at a time.`,
    details: { cost, maxCost },
  });
