import { type Audience, audienceOf } from '../auth/audience';
import { readableStores } from '../auth/may-read';
import type { Viewer } from '../auth/viewer';
import type { BusinessCalendar } from '../domain/calendar';
import type { Sql } from '../database/database';
import type { ReadFacts } from '../database/facts/read-facts';
import type { Instant } from '../domain/values';
import type { Clock } from '../runtime/clock';
import type { Operating } from './operating';
import { createEventPagesLoader, type EventPagesLoader } from './loaders/event-pages';
import { createFactsLoader, type FactsLoader } from './loaders/facts';
import { createStoreTotalsLoader, type StoreTotalsLoader } from './loaders/store-totals';

/** What the context of an operation is created from. */
export interface ContextParts {
  readonly viewer: Viewer;
  readonly sql: Sql;
  readonly readFacts: ReadFacts;
  readonly calendar: BusinessCalendar;
  /** One instant for the whole operation, so that its parts are consistent. */
  readonly now: Instant;
  readonly clock: Clock;
  readonly industryRefreshMs: number;
  /** To be awaited before each piece of computing: yields when this iteration of the event loop has lasted long. */
  readonly yieldToLoop: () => Promise<void>;
  /** Whether a piece may begin without yielding. */
  readonly canContinue: () => boolean;
  /** What the process tells and does for those who operate it; left out where an operation is executed for the process itself. */
  readonly operating?: Operating | undefined;
  /** Closes the snapshot. To be called when the operation is over. */
  close(): Promise<void>;
}

/** What every resolver of one operation shares. */
export interface OperationContext extends ContextParts {
  readonly facts: FactsLoader;
  readonly eventPages: EventPagesLoader;
  readonly storeTotals: StoreTotalsLoader;
}

export function createContext(parts: ContextParts): OperationContext {
  const { sql, now, yieldToLoop } = parts;
  return {
    ...parts,
    facts: factsFor(audienceOf(parts.viewer), parts),
    eventPages: createEventPagesLoader(sql, now),
    storeTotals: createStoreTotalsLoader(sql, parts, yieldToLoop),
  };
}

/**
 * When something happened, by a right clock: a later date than the present was made by a wrong one. That is the present, not
 * the operation's `now`: what it reads may have been committed since, and would get another date at each execution.
 */
export function notInTheFuture(dated: Instant, { clock }: Pick<OperationContext, 'clock'>): Instant {
  return Math.min(dated, clock.now()) as Instant;
}

/** The same context for another audience, which sees other averages of an industry. */
export function contextFor(audience: Audience, context: OperationContext): OperationContext {
  return audience === audienceOf(context.viewer)
    ? context
    : { ...context, facts: factsFor(audience, context) };
}

function factsFor(audience: Audience, { viewer, readFacts, calendar, now }: ContextParts): FactsLoader {
  const readFor = { stores: readableStores(viewer), audience };
  return createFactsLoader((wanted) => readFacts({ wanted, moment: { calendar, now }, readFor }));
}

type Scheduling = Pick<OperationContext, 'yieldToLoop' | 'canContinue'>;

/**
 * Computes one piece of an answer, and yields to the event loop before it if necessary. It returns a promise only then, so
 * that the fields above it need no promise either. With events that come in one promise (loadReadableEvents) this saves a
 * seventh of the processor time of 50 dashboards with two sections.
 */
export function scheduled<Made>(
  { yieldToLoop, canContinue }: Scheduling,
  compute: () => Made,
): Made | Promise<Made> {
  return canContinue() ? compute() : yieldToLoop().then(compute);
}
