import type { GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { Viewer } from '../../auth/viewer';
import { AppError } from '../../errors';
import type { Clock } from '../../runtime/clock';
import type { EventId } from '../../domain/values';
import { coerceOnce } from '../compiled/variables';
import { createPricing } from './cost';
import type { SelectionPlan } from './plan';
import type { ReadEventSizes } from './event-sizes';
import { assumedSizes, NOTHING, sizesFrom } from './sizes';

export interface BudgetOptions {
  readonly schema: GraphQLSchema;
  readonly maxCost: number;
  readonly readSizes: ReadEventSizes;
  readonly clock: Clock;
}

/** An operation to be executed. */
export interface PricedOperation {
  readonly plan: SelectionPlan;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly viewer: Viewer;
  /** Aborted when the client has gone. */
  readonly gone: AbortSignal;
}

/** Computes the cost of an operation before it is executed. */
export interface Budget {
  readonly maxCost: number;
  /**
   * At first events are taken to be as large as they can be. Unless it is cheap even so, their true sizes are read, in
   * one statement for those that are not remembered.
   *
   * @returns units of about a microsecond each; 0 for variables that cannot be read, which its execution will tell of
   * @throws AppError OPERATION_TOO_COSTLY, naming the cost and the limit; what keeps sizes from being read
   */
  price(asked: PricedOperation): Promise<number>;
}

/** What costs no more is charged for like any request, whatever the sizes of its events. */
const CHEAP = 1_000;

export function createBudget({ schema, maxCost, readSizes, clock }: BudgetOptions): Budget {
  const costOf = createPricing(schema);

  async function price({ plan, operation, variables, viewer, gone }: PricedOperation): Promise<number> {
    // Execution tells of what is wrong with them.
    const coerced = coerceOnce(schema, operation, variables);
    if (coerced === undefined) return 0;
    const events = new Set<EventId>();
    const most = costOf(
      plan,
      coerced,
      assumedSizes((eventId) => events.add(eventId)),
    );
    if (events.size === 0 || most <= CHEAP) return orTooCostly(most);
    if (most > maxCost) {
      // Whatever the sizes are, nothing costs less than with none of them: no statement is spent on what is hopeless.
      const least = costOf(plan, coerced, NOTHING);
      if (least > maxCost) throw tooCostly(least, maxCost, 'at least ');
    }
    const sizes = sizesFrom(await readSizes(viewer, [...events], gone), clock.now());
    return orTooCostly(costOf(plan, coerced, sizes));
  }

  function orTooCostly(cost: number): number {
    if (cost > maxCost) throw tooCostly(cost, maxCost);
    return cost;
  }

  return { maxCost, price };
}

const tooCostly = (cost: number, maxCost: number, atLeast = ''): AppError =>
  new AppError('OPERATION_TOO_COSTLY', {
    message: `The operation costs ${atLeast}${cost}; at most ${maxCost} is executed. Ask for fewer events, or for less of each, at a time.`,
    details: { cost, maxCost },
  });
