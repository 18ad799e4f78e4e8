import type { Count, Percent } from './values';
import { conversionRate, participationRate } from './channels';
import type { ComparableFacts, IndustryAverages } from './facts';
import { salesGrowthRate } from './growth';
import { roiOf } from './roi';
import { percentOf, tenthsOf } from './rounding';

/** One figure of the event beside the average of its industry. */
export interface IndustryComparison {
  readonly metric: string;
  readonly myValue: Percent;
  readonly industryAverage: Percent;
  readonly percentageDifference: Percent;
}

/** One figure of the event beside the best of the store's earlier events. */
export interface PreviousEventComparison {
  readonly metric: string;
  readonly currentValue: Count | Percent;
  readonly previousBest: Count | Percent;
  readonly improvementRate: Percent;
}

/** The event beside its industry and beside the same store. */
export interface ComparativeAnalysis {
  readonly industryComparison: readonly IndustryComparison[];
  readonly previousEventComparison: readonly PreviousEventComparison[];
}

/** The figures of one event that others are compared with, as they are displayed. */
export interface EventFigures {
  readonly participationRate: Percent;
  readonly roi: Percent;
  readonly conversionRate: Percent;
  readonly participants: Count;
  /** 0 when nothing can be compared. */
  readonly salesGrowth: Percent;
}

/** What of an event's figures is compared with those of its store's other events. */
export type PastFigures = Pick<EventFigures, 'participants' | 'roi' | 'salesGrowth'>;

export function figuresOf(facts: ComparableFacts): EventFigures {
  return {
    participationRate: participationRate(facts.counts, facts.channels),
    roi: roiOf(facts),
    conversionRate: conversionRate(facts.channels),
    participants: facts.counts.participants,
    salesGrowth: salesGrowthRate(facts.sales),
  };
}

/**
 * The event beside its industry and beside the same store.
 *
 * @param best the highest figures of the store's events whose startAt is earlier, whatever their state; null without any
 */
export function comparativeAnalysis(
  figures: EventFigures,
  averages: IndustryAverages,
  best: PastFigures | null,
): ComparativeAnalysis {
  return {
    industryComparison: industryComparison(figures, averages),
    previousEventComparison: previousEventComparison(figures, best),
  };
}

/** 참여율, ROI, 전환율: (mine − average) / average × 100, from the displayed values; 0 where the average is 0. */
export function industryComparison(figures: EventFigures, averages: IndustryAverages): IndustryComparison[] {
  return [
    besideIndustry('참여율', figures.participationRate, averages.participationRate),
    besideIndustry('ROI', figures.roi, averages.roi),
    besideIndustry('전환율', figures.conversionRate, averages.conversionRate),
  ];
}

function besideIndustry(metric: string, myValue: Percent, industryAverage: Percent): IndustryComparison {
  const [mine, average] = [tenthsOf(myValue), tenthsOf(industryAverage)];
  return { metric, myValue, industryAverage, percentageDifference: percentOf(mine - average, average) };
}

/** 참여자 수, ROI, 매출 증가율 beside the highest of the earlier events; empty when there is none. */
export function previousEventComparison(
  figures: EventFigures,
  best: PastFigures | null,
): PreviousEventComparison[] {
  if (best === null) return [];
  return [
    besideBest('참여자 수', figures.participants, best.participants, BigInt),
    besideBest('ROI', figures.roi, best.roi, tenthsOf),
    besideBest('매출 증가율', figures.salesGrowth, best.salesGrowth, tenthsOf),
  ];
}

/**
 * (current − best) / |best| × 100; 0 where the best is 0. By the absolute value, so that a rise from a loss counts as
 * an improvement.
 */
function besideBest<Value extends Count | Percent>(
  metric: string,
  currentValue: Value,
  previousBest: Value,
  exact: (value: Value) => bigint,
): PreviousEventComparison {
  const [current, best] = [exact(currentValue), exact(previousBest)];
  const improvementRate = percentOf(current - best, best < 0n ? -best : best);
  return { metric, currentValue, previousBest, improvementRate };
}
