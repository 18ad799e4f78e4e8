import { Field, ObjectType } from 'type-graphql';
import type * as profile from '../domain/profile';
import { CountScalar, PercentScalar } from './scalars';
import type { Count, Percent } from '../domain/values';

const COUNT = 'How many participants.';
const PERCENTAGE =
  'Their share of all participants, in %, 0 to 100. The shares of a list add up to exactly 100.0; all are 0 without participants.';

@ObjectType({ description: 'The participants of one age group.', simpleResolvers: true })
export class AgeShare implements profile.AgeShare {
  @Field(() => String, {
    description: '10대 (under 20), 20대, 30대, 40대, 50대 이상, or 미상 where it is unknown.',
  })
  readonly ageGroup!: string;

  @Field(() => CountScalar, { description: COUNT })
  readonly count!: Count;

  @Field(() => PercentScalar, { description: PERCENTAGE })
  readonly percentage!: Percent;
}

@ObjectType({ description: 'The participants of one gender.', simpleResolvers: true })
export class GenderShare implements profile.GenderShare {
  @Field(() => String, { description: '남성, 여성, or 미상 where it is unknown.' })
  readonly gender!: string;

  @Field(() => CountScalar, { description: COUNT })
  readonly count!: Count;

  @Field(() => PercentScalar, { description: PERCENTAGE })
  readonly percentage!: Percent;
}

@ObjectType({ description: 'The participants of one region.', simpleResolvers: true })
export class RegionShare implements profile.RegionShare {
  @Field(() => String, { description: 'The name of the region, or 기타 for all the rest.' })
  readonly region!: string;

  @Field(() => CountScalar, { description: COUNT })
  readonly count!: Count;

  @Field(() => PercentScalar, { description: PERCENTAGE })
  readonly percentage!: Percent;
}

@ObjectType({
  description: 'The participants who registered within one part of the day.',
  simpleResolvers: true,
})
export class TimeSlotShare implements profile.TimeSlotShare {
  @Field(() => String, {
    description:
      '오전 (06:00-12:00), 오후 (12:00-18:00), 저녁 (18:00-24:00) or 새벽 (00:00-06:00), by the clock of the business time zone.',
  })
  readonly timeSlot!: string;

  @Field(() => CountScalar, { description: COUNT })
  readonly count!: Count;

  @Field(() => PercentScalar, { description: PERCENTAGE })
  readonly percentage!: Percent;
}

@ObjectType({ description: 'Who takes part, and when.', simpleResolvers: true })
export class ParticipantProfile implements profile.ParticipantProfile {
  @Field(() => [AgeShare], {
    description:
      'From the youngest to the oldest, always all five; 미상 last, only when it has participants.',
  })
  readonly ageDistribution!: readonly AgeShare[];

  @Field(() => [GenderShare], {
    description: '남성 and 여성, always both; 미상 last, only when it has participants.',
  })
  readonly genderDistribution!: readonly GenderShare[];

  @Field(() => [RegionShare], {
    description:
      'The five regions with most participants, by count, then name; 기타 last with the rest, only when it has participants. Empty without participants.',
  })
  readonly regionDistribution!: readonly RegionShare[];

  @Field(() => [TimeSlotShare], { description: '오전, 오후, 저녁, 새벽 in this order, always all four.' })
  readonly timeDistribution!: readonly TimeSlotShare[];
}
