import type { Industry, Instant, Percent } from '../schema/values';
import type { EventFigures } from './comparison';
import type { CountFacts, EventFacts, IndustryAverages, IndustryFacts, IndustrySums } from './facts';
import { industryReference, type IndustryReference } from './industry-reference';
import { divideRounded, percentFromTenths, tenthsOf } from './rounding';

/** Of fewer stores, one could tell from an average what a competitor earns. */
const FEWEST_STORES = 5;

/** The sums of no events at all. */
export const NO_SUMS: IndustrySums = {
  events: 0,
  participationTenths: 0n,
  roiTenths: 0n,
  conversionTenths: 0n,
};

/** Whether an event is part of its industry's averages: it has started and somebody takes part. */
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
 * The averages that one store sees of its industry: the mean of the displayed values over the events of all other
 * stores, rounded half away from zero to one decimal; the reference table's while fewer than five other stores have
 * an event in it.
 */
export function industryAverages(
  industry: Industry,
  facts: IndustryFacts,
  reference: IndustryReference = industryReference,
): IndustryAverages {
  const otherStores = facts.stores - (facts.own === null ? 0 : 1);
  if (otherStores < FEWEST_STORES) return reference(industry);
  const own = facts.own ?? NO_SUMS;
  const events = facts.total.events - own.events;
  return {
    participationRate: mean(facts.total.participationTenths - own.participationTenths, events),
    roi: mean(facts.total.roiTenths - own.roiTenths, events),
    conversionRate: mean(facts.total.conversionTenths - own.conversionTenths, events),
  };
}

function mean(tenths: bigint, events: number): Percent {
  return percentFromTenths(divideRounded(tenths, BigInt(events)));
}
