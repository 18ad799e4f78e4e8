import { Field, Float, ObjectType } from 'type-graphql';
import type * as comparison from '../domain/comparison';
import { PercentScalar } from './scalars';
import type { Count, Percent } from '../domain/values';

@ObjectType({
  description: 'One figure of the event beside the average of its industry.',
  simpleResolvers: true,
})
export class IndustryComparison implements comparison.IndustryComparison {
  @Field(() => String, {
    description: '참여율 (participants / views), ROI or 전환율 (of the channels that have views).',
  })
  readonly metric!: string;

  @Field(() => PercentScalar, { description: "The event's own figure, in %." })
  readonly myValue!: Percent;

  @Field(() => PercentScalar, {
    description:
      'The mean over the started events of other stores of the industry that have participants, in %; a reference value while fewer than five other stores have one.',
  })
  readonly industryAverage!: Percent;

  @Field(() => PercentScalar, {
    description: '(myValue − industryAverage) / industryAverage × 100, in %, from the displayed values.',
  })
  readonly percentageDifference!: Percent;
}

@ObjectType({
  description: "One figure of the event beside the best of the store's earlier events.",
  simpleResolvers: true,
})
export class PreviousEventComparison implements comparison.PreviousEventComparison {
  @Field(() => String, { description: '참여자 수, ROI or 매출 증가율.' })
  readonly metric!: string;

  @Field(() => Float, { description: "The event's own figure: participants for 참여자 수, else in %." })
  readonly currentValue!: Count | Percent;

  @Field(() => Float, {
    description:
      "The highest displayed figure among the store's events that started earlier, in the same unit.",
  })
  readonly previousBest!: Count | Percent;

  @Field(() => PercentScalar, {
    description: '(currentValue − previousBest) / |previousBest| × 100, in %; 0 when previousBest is 0.',
  })
  readonly improvementRate!: Percent;
}

@ObjectType({
  description: 'The event beside its industry and beside the same store.',
  simpleResolvers: true,
})
export class ComparativeAnalysis implements comparison.ComparativeAnalysis {
  @Field(() => [IndustryComparison], { description: '참여율, ROI and 전환율, in this order.' })
  readonly industryComparison!: readonly IndustryComparison[];

  @Field(() => [PreviousEventComparison], {
    description: '참여자 수, ROI and 매출 증가율, in this order; empty when the store has no earlier event.',
  })
  readonly previousEventComparison!: readonly PreviousEventComparison[];
}
