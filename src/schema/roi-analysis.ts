import { Field, ObjectType } from 'type-graphql';
import type * as roi from '../domain/roi';
import { BreakEvenStatus } from './enums';
import { KrwScalar, PercentScalar } from './scalars';
import type { BreakEvenStatus as BreakEvenStatusValue, ChannelName, Krw, Percent } from '../domain/values';

@ObjectType({ description: 'What one channel costs.', simpleResolvers: true })
export class ChannelCost implements roi.ChannelCost {
  @Field(() => String, { description: 'The name of the channel, 1 to 50 characters.' })
  readonly channel!: ChannelName;

  @Field(() => KrwScalar, {
    description: 'The cost of its latest distribution, in won, 0 to 10^12; 0 without one.',
  })
  readonly cost!: Krw;
}

@ObjectType({ description: 'What the event costs.', simpleResolvers: true })
export class TotalCost implements roi.TotalCost {
  @Field(() => KrwScalar, { description: 'What the prizes cost, in won, 0 to 10^12.' })
  readonly prizeCost!: Krw;

  @Field(() => [ChannelCost], { description: 'Every known channel, in channel order.' })
  readonly channelCosts!: readonly ChannelCost[];

  @Field(() => KrwScalar, { description: 'What is spent besides, in won, 0 to 10^12.' })
  readonly otherCosts!: Krw;

  @Field(() => KrwScalar, { description: 'prizeCost + Σ channelCosts + otherCosts, in won, from 0.' })
  readonly total!: Krw;
}

@ObjectType({ description: 'What the event is expected to bring in.', simpleResolvers: true })
export class ExpectedRevenue implements roi.ExpectedRevenue {
  @Field(() => KrwScalar, {
    description: 'afterEventSales − beforeEventSales, in won, may be negative; 0 without sales records.',
  })
  readonly salesIncrease!: Krw;

  @Field(() => KrwScalar, {
    description: 'New customers among the participants × the lifetime value of one, in won, from 0.',
  })
  readonly newCustomerLTV!: Krw;

  @Field(() => KrwScalar, { description: 'salesIncrease + newCustomerLTV, in won, may be negative.' })
  readonly total!: Krw;
}

@ObjectType('ROICalculation', {
  description: 'The return on investment and how it is computed.',
  simpleResolvers: true,
})
export class RoiCalculation implements roi.RoiCalculation {
  @Field(() => String, { description: 'The formula in words: always `(수익 - 비용) / 비용 × 100`.' })
  readonly formula!: string;

  @Field(() => PercentScalar, {
    description: '(revenue − cost) / cost × 100, in %, may be negative; 0 without cost.',
  })
  readonly roi!: Percent;
}

@ObjectType({ description: 'How far revenue is from cost.', simpleResolvers: true })
export class BreakEvenPoint implements roi.BreakEvenPoint {
  @Field(() => KrwScalar, {
    description: 'The revenue at which the event pays: the total cost, in won, from 0.',
  })
  readonly required!: Krw;

  @Field(() => KrwScalar, { description: 'The total revenue, in won, may be negative.' })
  readonly achieved!: Krw;

  @Field(() => BreakEvenStatus, { description: 'ACHIEVED when achieved ≥ required.' })
  readonly status!: BreakEvenStatusValue;
}

@ObjectType('ROIAnalysis', { description: 'Cost, revenue and the return, in detail.', simpleResolvers: true })
export class RoiAnalysis implements roi.RoiAnalysis {
  @Field(() => TotalCost, { description: 'What the event costs.' })
  readonly totalCost!: TotalCost;

  @Field(() => ExpectedRevenue, { description: 'What it is expected to bring in.' })
  readonly expectedRevenue!: ExpectedRevenue;

  @Field(() => RoiCalculation, { description: 'The return on investment.' })
  readonly roiCalculation!: RoiCalculation;

  @Field(() => BreakEvenPoint, { description: 'Whether it pays yet.' })
  readonly breakEvenPoint!: BreakEvenPoint;
}
