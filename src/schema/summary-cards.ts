import { Field, ObjectType } from 'type-graphql';
import type * as growth from '../domain/growth';
import type * as roi from '../domain/roi';
import type * as summary from '../domain/summary';
import { BreakEvenStatus } from './enums';
import { CountScalar, KrwScalar, PercentScalar } from './scalars';
import type {
  BreakEvenStatus as BreakEvenStatusValue,
  ChannelName,
  Count,
  Krw,
  Percent,
} from '../domain/values';

@ObjectType({ description: 'How many took part, held against the goal.', simpleResolvers: true })
export class TotalParticipantsCard implements summary.TotalParticipantsCard {
  @Field(() => CountScalar, { description: 'Distinct participants of the event.' })
  readonly count!: Count;

  @Field(() => CountScalar, { description: 'How many participants are aimed for, 0 to 10^12.' })
  readonly targetGoal!: Count;

  @Field(() => PercentScalar, { description: 'count / targetGoal × 100, in %, from 0; 0 without a goal.' })
  readonly achievementRate!: Percent;

  @Field(() => CountScalar, {
    description: "Participants registered from the start of today's business day on.",
  })
  readonly dailyChange!: Count;
}

@ObjectType({ description: 'The views of one channel.', simpleResolvers: true })
export class ChannelViews implements summary.ChannelViews {
  @Field(() => String, { description: 'The name of the channel, 1 to 50 characters.' })
  readonly channel!: ChannelName;

  @Field(() => CountScalar, {
    description: 'Views so far: the latest measured, or expected when never measured.',
  })
  readonly views!: Count;
}

@ObjectType({ description: 'How often the event was seen.', simpleResolvers: true })
export class TotalViewsCard implements summary.TotalViewsCard {
  @Field(() => CountScalar, { description: "The sum of every channel's views." })
  readonly count!: Count;

  @Field(() => PercentScalar, {
    description:
      "(views now − views at yesterday's close) / views at yesterday's close × 100, in %; 0 when there were none.",
  })
  readonly yesterdayChange!: Percent;

  @Field(() => [ChannelViews], { description: 'The channels that have views, in channel order.' })
  readonly channelBreakdown!: readonly ChannelViews[];
}

@ObjectType('ROICard', { description: 'What the event returns on what it costs.', simpleResolvers: true })
export class RoiCard implements roi.RoiCard {
  @Field(() => PercentScalar, {
    description: '(totalRevenue − totalCost) / totalCost × 100, in %, may be negative.',
  })
  readonly value!: Percent;

  @Field(() => PercentScalar, {
    description:
      'The mean ROI of the industry, in %; a reference value while too few other stores are known.',
  })
  readonly industryAverage!: Percent;

  @Field(() => PercentScalar, {
    description: 'value / industryAverage × 100, in %, from the displayed values.',
  })
  readonly comparisonRate!: Percent;

  @Field(() => KrwScalar, {
    description: 'prizeCost + the cost of every channel + otherCosts, in won, from 0.',
  })
  readonly totalCost!: Krw;

  @Field(() => KrwScalar, { description: 'salesIncrease + newCustomerLTV, in won, may be negative.' })
  readonly totalRevenue!: Krw;

  @Field(() => BreakEvenStatus, { description: 'ACHIEVED when totalRevenue ≥ totalCost.' })
  readonly breakEvenStatus!: BreakEvenStatusValue;
}

@ObjectType({ description: "What the event does to the store's sales.", simpleResolvers: true })
export class SalesGrowthCard implements growth.SalesGrowthCard {
  @Field(() => PercentScalar, {
    description: '(after − before) / before × 100, in %, may be negative; 0 when nothing can be compared.',
  })
  readonly rate!: Percent;

  @Field(() => KrwScalar, {
    nullable: true,
    description:
      'Sales of the n days ahead of the start day, in won, refunds deducted; n is the days from the start day through today, at most 7. Null before the start day, or when neither window has a record.',
  })
  readonly beforeEventSales!: Krw | null;

  @Field(() => KrwScalar, {
    nullable: true,
    description:
      'Sales of the n days from the start day on, in won, refunds deducted. Null with beforeEventSales.',
  })
  readonly afterEventSales!: Krw | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The compared span in words, `이벤트 전후 {n}일 비교` with n from 1 to 7. Null with beforeEventSales.',
  })
  readonly periodComparison!: string | null;
}

/** The four cards. Each is a field resolver of its own, for the same reason as the sections of a dashboard. */
@ObjectType({
  description: 'The four cards at the top. Each is computed only when it is selected.',
  simpleResolvers: true,
})
export class SummaryCards {}
