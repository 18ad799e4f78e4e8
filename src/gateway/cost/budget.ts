import type { GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { Viewer } from '../../auth/viewer';
import { AppError } from '../../errors';
import type { Clock } from '../../runtime/clock';
import { coerceOnce } from '../compiled/variables';
import { createPricing } from './cost';
import type { SelectionPlan } from './plan';
import type { SizeReader } from './size-reader';
import { AskedSizes, assumedSizes, type KnownSizes, NOTHING, sizesFrom } from './sizes';

export interface BudgetOptions {
  readonly schema: GraphQLSchema;
  readonly maxCost: number;
  readonly sizes: SizeReader;
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
   * At first events are taken to be as large as they can be, and pages to be full. Unless it is cheap even so, what
   * stands on the pages is read, and then the true sizes, in one statement for those that are not remembered.
   *
   * @returns units of about a microsecond each; 0 for variables that cannot be read, which its execution will tell of
   * @throws AppError OPERATION_TOO_COSTLY, naming the cost and the limit; what keeps sizes from being read
   */
  price(asked: PricedOperation): Promise<number>;
}

/** What costs no more is charged for like any request, whatever the sizes of its events. */
const CHEAP = 1_000;

const NO_PAGES: KnownSizes['pages'] = new Map();

export function createBudget({ schema, maxCost, sizes, clock }: BudgetOptions): Budget {
  const costOf = createPricing(schema);

  async function price({ plan, operation, variables, viewer, gone }: PricedOperation): Promise<number> {
    // Execution tells of what is wrong with them.
    const coerced = coerceOnce(schema, operation, variables);
    if (coerced === undefined) return 0;
    const priced = { plan, variables: coerced };
    const asked = new AskedSizes();
    const assumed = costOf({ ...priced, sizes: assumedSizes(asked), most: maxCost });
    if (assumed <= Math.min(CHEAP, maxCost)) return assumed;
    if (assumed > maxCost) {
      // Whatever the sizes are, nothing costs less than with none of them: no statement is spent on what is hopeless.
      orTooCostly(costOf({ ...priced, sizes: NOTHING, most: maxCost }));
      // To its end this time, for all that it depends on.
      costOf({ ...priced, sizes: assumedSizes(asked) });
    }
    if (asked.areNone) return orTooCostly(assumed);
    const known = await readAll(asked, viewer, gone);
    return orTooCostly(costOf({ ...priced, sizes: sizesFrom(known, clock.now()), most: maxCost }));
  }

  /** What nothing is asked of takes no statement. */
  async function readAll(
    { events, stores, pages }: AskedSizes,
    viewer: Viewer,
    gone: AbortSignal,
  ): Promise<KnownSizes> {
    const onPages = pages.size === 0 ? NO_PAGES : await sizes.pages(viewer, [...pages.values()], gone);
    const all = new Set([...events, ...[...onPages.values()].flat()]);
    return {
      pages: onPages,
      events: all.size === 0 ? [] : await sizes.events(viewer, [...all], gone),
      stores: stores.size === 0 ? [] : await sizes.stores(viewer, [...stores], gone),
    };
  }

  function orTooCostly(cost: number): number {
    if (cost > maxCost) throw tooCostly(cost, maxCost);
    return cost;
  }

  return { maxCost, price };
}

/** Pricing ends where it is clear: `cost` is the least that it may be. */
const tooCostly = (cost: number, maxCost: number): AppError =>
  new AppError('OPERATION_TOO_COSTLY', {
    message: `The operation costs at least ${cost}; at most ${maxCost} is executed. Ask for fewer events, or for less of each, at a time.`,
    details: { cost, maxCost },
  });
