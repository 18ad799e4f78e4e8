import { Field, ObjectType } from 'type-graphql';
import type * as channels from '../domain/channels';
import { DistributionStatus, ViewsSource } from './enums';
import { CountScalar, DateTimeScalar, KrwScalar, PercentScalar } from './scalars';
import type {
  ChannelName,
  Count,
  DistributionStatus as DistributionStatusValue,
  Instant,
  Krw,
  Percent,
  ViewsSource as ViewsSourceValue,
} from '../domain/values';

@ObjectType({ description: 'What one channel brings and costs.', simpleResolvers: true })
export class ChannelPerformance implements channels.ChannelPerformance {
  @Field(() => String, { description: 'The name of the channel, 1 to 50 characters.' })
  readonly channel!: ChannelName;

  @Field(() => CountScalar, {
    description:
      'Views so far: the latest measured; what the distribution expects when never measured; else 0.',
  })
  readonly views!: Count;

  @Field(() => CountScalar, { description: 'Distinct participants who came over the channel.' })
  readonly participants!: Count;

  @Field(() => PercentScalar, { description: 'participants / views × 100, in %, from 0; 0 without views.' })
  readonly conversionRate!: Percent;

  @Field(() => KrwScalar, {
    description:
      "The channel's cost / participants, in won, from 0, rounded half away from zero; 0 without participants.",
  })
  readonly costPerAcquisition!: Krw;

  @Field(() => DistributionStatus, {
    description: 'The state of the latest distribution over the channel; PENDING when there is none.',
  })
  readonly status!: DistributionStatusValue;

  @Field(() => ViewsSource, { description: 'Where the views figure comes from.' })
  readonly viewsSource!: ViewsSourceValue;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the views were measured, by the clock of whoever measured; null when never.',
  })
  readonly viewsMeasuredAt!: Instant | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "Since when the channel's platform fails to answer; null while it answers, or is not asked.",
  })
  readonly platformFailingSince!: Instant | null;
}
