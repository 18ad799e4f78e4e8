import type { Instant } from './values';
import type { BusinessCalendar } from './calendar';
import type { EventFacts, SalesDay, SalesFacts } from './facts';
import { type DayRange, salesWindows } from './growth';
import { saturate } from './rounding';
import { countAhead } from './search';

const NOTHING_TO_COMPARE: SalesFacts = {
  days: 0,
  before: saturate(0n),
  after: saturate(0n),
  recorded: false,
};

/**
 * The sales ahead of an event's start day and from it.
 *
 * @param sales of the event's store, in the order of their days; those that are not compared do no harm
 */
export function salesFacts(
  event: Pick<EventFacts, 'startAt'>,
  sales: readonly SalesDay[],
  calendar: BusinessCalendar,
  now: Instant,
): SalesFacts {
  const windows = salesWindows(event, calendar, now);
  if (windows === null) return NOTHING_TO_COMPARE;
  const [before, after] = [within(sales, windows.before), within(sales, windows.after)];
  return {
    days: windows.days,
    before: sum(before),
    after: sum(after),
    recorded: before.length + after.length > 0,
  };
}

const sum = (sales: readonly SalesDay[]) => saturate(sales.reduce((total, { amount }) => total + amount, 0n));

function within(sales: readonly SalesDay[], { from, to }: DayRange): readonly SalesDay[] {
  // A store may have thousands of days, of which seven are wanted.
  const first = countAhead(sales, ({ day }) => day < from);
  let end = first;
  while (end < sales.length && sales[end]!.day <= to) end += 1;
  return sales.slice(first, end);
}
