import { Field, ObjectType } from 'type-graphql';
import type * as trend from '../domain/trend';
import { TimeUnit } from './enums';
import { CountScalar, DateTimeScalar } from './scalars';
import type { Count, Instant, TimeUnit as TimeUnitValue } from '../domain/values';

@ObjectType({ description: 'How many had taken part by the end of one bucket.', simpleResolvers: true })
export class TrendPoint implements trend.TrendPoint {
  @Field(() => DateTimeScalar, { description: 'The instant at which the bucket begins.' })
  readonly timestamp!: Instant;

  @Field(() => CountScalar, { description: 'Participants registered until the bucket ended: cumulative.' })
  readonly participantCount!: Count;
}

@ObjectType({ description: 'The hour in which most registered.', simpleResolvers: true })
export class PeakTime implements trend.PeakTime {
  @Field(() => DateTimeScalar, { description: 'The instant at which the hour begins.' })
  readonly timestamp!: Instant;

  @Field(() => CountScalar, { description: 'New participants within that hour, from 1.' })
  readonly participantCount!: Count;
}

@ObjectType({ description: 'How participation grew over time.', simpleResolvers: true })
export class ParticipationTrend implements trend.ParticipationTrend {
  @Field(() => TimeUnit, { description: 'The size of a bucket. HOURLY becomes DAILY past 2,000 points.' })
  readonly timeUnit!: TimeUnitValue;

  @Field(() => [TrendPoint], {
    description:
      'One point per bucket without gaps, at most the last 2,000, from the earlier of startAt and the first registration through the earlier of now and endAt, or the last registration when that is later. Empty without participants.',
  })
  readonly dataPoints!: readonly TrendPoint[];

  @Field(() => PeakTime, {
    nullable: true,
    description:
      'The hour with most new participants, whatever the timeUnit, the earliest on a tie. Null without any.',
  })
  readonly peakTime!: PeakTime | null;
}
