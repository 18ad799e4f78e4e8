import type { BreakEvenStatus, ChannelName, Krw, Percent } from './values';
import { channelCost, inChannelOrder } from './channels';
import type { ComparableFacts, CountFacts, EventFacts, SalesFacts, StoreEventFacts } from './facts';
import { salesIncrease } from './growth';
import { saturate, percentOf, sumKrw, tenthsOf } from './rounding';

/** What the event returns on what it costs. */
export interface RoiCard {
  readonly value: Percent;
  readonly industryAverage: Percent;
  readonly comparisonRate: Percent;
  readonly totalCost: Krw;
  readonly totalRevenue: Krw;
  readonly breakEvenStatus: BreakEvenStatus;
}

/** What one channel costs. */
export interface ChannelCost {
  readonly channel: ChannelName;
  readonly cost: Krw;
}

/** What the event costs. */
export interface TotalCost {
  readonly prizeCost: Krw;
  readonly channelCosts: readonly ChannelCost[];
  readonly otherCosts: Krw;
  readonly total: Krw;
}

/** What the event is expected to bring in. */
export interface ExpectedRevenue {
  readonly salesIncrease: Krw;
  readonly newCustomerLTV: Krw;
  readonly total: Krw;
}

/** The return on investment and how it is computed. */
export interface RoiCalculation {
  readonly formula: string;
  readonly roi: Percent;
}

/** How far revenue is from cost. */
export interface BreakEvenPoint {
  readonly required: Krw;
  readonly achieved: Krw;
  readonly status: BreakEvenStatus;
}

/** Cost, revenue and the return, in detail. */
export interface RoiAnalysis {
  readonly totalCost: TotalCost;
  readonly expectedRevenue: ExpectedRevenue;
  readonly roiCalculation: RoiCalculation;
  readonly breakEvenPoint: BreakEvenPoint;
}

const FORMULA = '(수익 - 비용) / 비용 × 100';

/** Cost, revenue and the return. Every sum is that of the amounts displayed, each saturating at ±(2^53 − 1). */
export function roiAnalysis(facts: ComparableFacts): RoiAnalysis {
  const totalCost = costOf(facts);
  const expectedRevenue = revenueOf(facts);
  const [required, achieved] = [totalCost.total, expectedRevenue.total];
  return {
    totalCost,
    expectedRevenue,
    roiCalculation: { formula: FORMULA, roi: returnOn(required, achieved) },
    breakEvenPoint: { required, achieved, status: breakEvenStatus(required, achieved) },
  };
}

/** The card of the ROI; industryAverage as it is displayed. */
export function roiCard(facts: ComparableFacts, industryAverage: Percent): RoiCard {
  const { roiCalculation, breakEvenPoint } = roiAnalysis(facts);
  return {
    value: roiCalculation.roi,
    industryAverage,
    comparisonRate: percentOf(tenthsOf(roiCalculation.roi), tenthsOf(industryAverage)),
    totalCost: breakEvenPoint.required,
    totalRevenue: breakEvenPoint.achieved,
    breakEvenStatus: breakEvenPoint.status,
  };
}

/** (revenue − cost) / cost × 100, in %; 0 without cost. The one ROI of an event, wherever it appears. */
export function roiOf(facts: ComparableFacts): Percent {
  return returnOn(costOf(facts).total, revenueOf(facts).total);
}

/** The same ROI from what the channels cost together. */
export function roiOfTotals(event: StoreEventFacts, sales: SalesFacts): Percent {
  const { cost, revenue } = costAndRevenue(event, sales);
  return returnOn(cost, revenue);
}

/** The same total cost and total revenue from what the channels cost together, in won. */
export function costAndRevenue(
  event: StoreEventFacts,
  sales: SalesFacts,
): { readonly cost: Krw; readonly revenue: Krw } {
  const cost = saturate(BigInt(event.prizeCost) + event.channelCost + BigInt(event.otherCosts));
  return { cost, revenue: revenueFrom(event, event, sales).total };
}

function costOf({ event, channels }: ComparableFacts): TotalCost {
  const channelCosts = inChannelOrder(channels).map((channel) => ({
    channel: channel.channel,
    cost: channelCost(channel),
  }));
  const { prizeCost, otherCosts } = event;
  const total = sumKrw([prizeCost, ...channelCosts.map(({ cost }) => cost), otherCosts]);
  return { prizeCost, channelCosts, otherCosts, total };
}

function revenueOf({ event, counts, sales }: ComparableFacts): ExpectedRevenue {
  return revenueFrom(event, counts, sales);
}

function revenueFrom(
  { newCustomerLtv }: Pick<EventFacts, 'newCustomerLtv'>,
  { newCustomers }: Pick<CountFacts, 'newCustomers'>,
  sales: SalesFacts,
): ExpectedRevenue {
  const increase = salesIncrease(sales);
  const newCustomerLTV = saturate(BigInt(newCustomers) * BigInt(newCustomerLtv));
  return { salesIncrease: increase, newCustomerLTV, total: sumKrw([increase, newCustomerLTV]) };
}

function returnOn(cost: Krw, revenue: Krw): Percent {
  return percentOf(BigInt(revenue) - BigInt(cost), BigInt(cost));
}

function breakEvenStatus(required: Krw, achieved: Krw): BreakEvenStatus {
  return achieved >= required ? 'ACHIEVED' : 'NOT_ACHIEVED';
}
