import type {
  ComparativeAnalysis,
  IndustryComparison,
  PreviousEventComparison,
} from '../schema/comparative-analysis';
import type { Count, Percent } from '../schema/values';
import { conversionRate, participationRate } from './channels';
import type { ComparableFacts, IndustryAverages } from './facts';
import { salesGrowthRate } from './growth';
import { roiOf } from './roi';
import { percentOf, tenthsOf } from './rounding';

/** The figures of one event that others are compared with, as they are displayed. */
export interface EventFigures {
  readonly participationRate: Percent;
  readonly roi: Percent;
  readonly conversionRate: Percent;
  readonly participants: Count;
  /** 0 when nothing can be compared. */
  readonly salesGrowth: Percent;
}

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
 * @param earlier the figures of the store's events whose startAt is earlier, whatever their state, in any order
 */
export function comparativeAnalysis(
  figures: EventFigures,
  averages: IndustryAverages,
  earlier: readonly EventFigures[],
): ComparativeAnalysis {
  return {
    industryComparison: industryComparison(figures, averages),
    previousEventComparison: previousEventComparison(figures, earlier),
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
  earlier: readonly EventFigures[],
): PreviousEventComparison[] {
  if (earlier.length === 0) return [];
  return [
    besideBest(
      '참여자 수',
      figures.participants,
      highest(earlier.map(({ participants }) => participants)),
      BigInt,
    ),
    besideBest('ROI', figures.roi, highest(earlier.map(({ roi }) => roi)), tenthsOf),
    besideBest(
      '매출 증가율',
      figures.salesGrowth,
      highest(earlier.map(({ salesGrowth }) => salesGrowth)),
      tenthsOf,
    ),
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

function highest<Value extends Count | Percent>(values: readonly Value[]): Value {
  return values.reduce((best, value) => (value > best ? value : best));
}
