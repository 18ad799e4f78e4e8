import type { Industry, Instant, Percent } from './values';
import type { EventFigures } from './comparison';
import type { CountFacts, EventFacts, IndustryFacts, IndustryMean, IndustrySums } from './facts';
import { industryReference, type IndustryReference } from './industry-reference';
import { divideRounded, percentFromTenths, tenthsOf } from './rounding';

/** Of fewer stores that a reader does not know, they could tell from an average what a competitor earns. */
const FEWEST_UNKNOWN_STORES = 5;

/** The sums of no events at all. */
export const NO_SUMS: IndustrySums = {
  events: 0,
  participationTenths: 0n,
  roiTenths: 0n,
  conversionTenths: 0n,
};

/** Whether an event is part of its industry's averages: it has started and has a participant. */
export function countsTowardsIndustry(
  event: Pick<EventFacts, 'startAt'>,
  counts: Pick<CountFacts, 'participants'>,
  now: Instant,
): boolean {
  return event.startAt <= now && counts.participants > 0;
}

/** What events add to the sums of their industry: their displayed values, in tenths of a percent. */
export function industrySums(figures: readonly EventFigures[]): IndustrySums {
  return figures.reduce(
    (sums, each) => ({
      events: sums.events + 1,
      participationTenths: sums.participationTenths + tenthsOf(each.participationRate),
      roiTenths: sums.roiTenths + tenthsOf(each.roi),
      conversionTenths: sums.conversionTenths + tenthsOf(each.conversionRate),
    }),
    NO_SUMS,
  );
}

/**
 * The averages of a store's industry as a reader of that store is shown them: the mean of the displayed values over the
 * events of all other stores, rounded half away from zero to one decimal; the reference table's while fewer than five
 * stores are in it that the reader does not know. A reader who knows all the others would get the last one by subtraction.
 */
export function industryMean(
  industry: Industry,
  facts: IndustryFacts,
  reference: IndustryReference = industryReference,
): IndustryMean {
  if (facts.stores - facts.knownStores < FEWEST_UNKNOWN_STORES)
    return { stores: 0, averages: reference(industry) };
  const own = facts.own ?? NO_SUMS;
  const events = facts.total.events - own.events;
  return {
    stores: facts.stores - (facts.own === null ? 0 : 1),
    averages: {
      participationRate: mean(facts.total.participationTenths - own.participationTenths, events),
      roi: mean(facts.total.roiTenths - own.roiTenths, events),
      conversionRate: mean(facts.total.conversionTenths - own.conversionTenths, events),
    },
  };
}

/**
 * Whether averages over so many stores besides the event's may be shown to a reader of so many stores, the event's among
 * them, whichever these are: even if all of them should be in the average, enough are left that the reader does not
 * know. The reference table's, over 0 stores, may be shown to anybody.
 */
export function mayBeShown(averagedStores: number, readableStores: number): boolean {
  return averagedStores === 0 || averagedStores - (readableStores - 1) >= FEWEST_UNKNOWN_STORES;
}

function mean(tenths: bigint, events: number): Percent {
  return percentFromTenths(divideRounded(tenths, BigInt(events)));
}
