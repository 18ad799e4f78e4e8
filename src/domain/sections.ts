import type {
  BreakEvenStatus,
  ChannelName,
  Count,
  DistributionStatus,
  Instant,
  Krw,
  Percent,
  TimeUnit,
  ViewsSource,
} from './values';

/*
 * The sections and cards of a dashboard, as formulas return them and the schema shows them. The schema's classes say what
 * each field means, with units and ranges; they implement these, and resolvers return these for them, so that neither has
 * a field that the other lacks.
 */

/** How many took part, held against the goal. */
export interface TotalParticipantsCard {
  readonly count: Count;
  readonly targetGoal: Count;
  readonly achievementRate: Percent;
  readonly dailyChange: Count;
}

/** The views of one channel. */
export interface ChannelViews {
  readonly channel: ChannelName;
  readonly views: Count;
}

/** How often the event was seen. */
export interface TotalViewsCard {
  readonly count: Count;
  readonly yesterdayChange: Percent;
  readonly channelBreakdown: readonly ChannelViews[];
}

/** What the event returns on what it costs. */
export interface RoiCard {
  readonly value: Percent;
  readonly industryAverage: Percent;
  readonly comparisonRate: Percent;
  readonly totalCost: Krw;
  readonly totalRevenue: Krw;
  readonly breakEvenStatus: BreakEvenStatus;
}

/** What the event does to the store's sales. */
export interface SalesGrowthCard {
  readonly rate: Percent;
  readonly beforeEventSales: Krw | null;
  readonly afterEventSales: Krw | null;
  readonly periodComparison: string | null;
}

/** What one channel brings and costs. */
export interface ChannelPerformance {
  readonly channel: ChannelName;
  readonly views: Count;
  readonly participants: Count;
  readonly conversionRate: Percent;
  readonly costPerAcquisition: Krw;
  readonly status: DistributionStatus;
  readonly viewsSource: ViewsSource;
  readonly viewsMeasuredAt: Instant | null;
  readonly platformFailingSince: Instant | null;
}

/** How many had taken part by the end of one bucket. */
export interface TrendPoint {
  readonly timestamp: Instant;
  readonly participantCount: Count;
}

/** The hour in which most registered. */
export interface PeakTime {
  readonly timestamp: Instant;
  readonly participantCount: Count;
}

/** How participation grew over time. */
export interface ParticipationTrend {
  readonly timeUnit: TimeUnit;
  readonly dataPoints: readonly TrendPoint[];
  readonly peakTime: PeakTime | null;
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

/** The participants of one age group. */
export interface AgeShare {
  readonly ageGroup: string;
  readonly count: Count;
  readonly percentage: Percent;
}

/** The participants of one gender. */
export interface GenderShare {
  readonly gender: string;
  readonly count: Count;
  readonly percentage: Percent;
}

/** The participants of one region. */
export interface RegionShare {
  readonly region: string;
  readonly count: Count;
  readonly percentage: Percent;
}

/** The participants who registered within one part of the day. */
export interface TimeSlotShare {
  readonly timeSlot: string;
  readonly count: Count;
  readonly percentage: Percent;
}

/** Who takes part, and when. */
export interface ParticipantProfile {
  readonly ageDistribution: readonly AgeShare[];
  readonly genderDistribution: readonly GenderShare[];
  readonly regionDistribution: readonly RegionShare[];
  readonly timeDistribution: readonly TimeSlotShare[];
}

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

/** What stands in for the views of platforms that fail to answer. */
export interface PlatformFallback {
  readonly channels: readonly ChannelName[];
  readonly withoutViews: readonly ChannelName[];
}
