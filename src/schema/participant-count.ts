import { Field, ObjectType } from 'type-graphql';
import { CountScalar, DateTimeScalar, PercentScalar } from './scalars';
import type { Count, Instant, Percent } from '../domain/values';

@ObjectType({ description: 'How many take part at this moment.', simpleResolvers: true })
export class ParticipantCount {
  @Field(() => CountScalar, { description: 'Distinct participants of the event.' })
  readonly count!: Count;

  @Field(() => CountScalar, {
    description: "Participants registered from the start of today's business day on.",
  })
  readonly dailyChange!: Count;

  @Field(() => PercentScalar, { description: 'count / targetGoal × 100, in %, from 0; 0 without a goal.' })
  readonly achievementRate!: Percent;

  @Field(() => CountScalar, {
    description:
      'Grows with every commit that changes the event. Given as `afterVersion`, what is not newer is not sent.',
  })
  readonly version!: Count;

  @Field(() => DateTimeScalar, { description: 'When the last message that changed the event was committed.' })
  readonly at!: Instant;
}
