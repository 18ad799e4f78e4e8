import { Field, Int, ObjectType } from 'type-graphql';
import type { Count, Instant } from '../domain/values';
import { PlatformStatus } from './enums';
import { CountScalar, DateTimeScalar } from './scalars';

/*
 * The service as its operator looks at it. Every figure names, in its description, the metric of /metrics that is the same; a test
 * holds it. What is read of the database tells of all workers, and is each a field resolver of its own.
 */

@ObjectType({
  description:
    'The service as those who operate it look at it; for the role ADMIN alone. What `gateway` shows is of the process that answers; all else lies in the database and tells of all workers.',
  simpleResolvers: true,
})
export class Service {
  @Field(() => DateTimeScalar, {
    description:
      'When it was read, by the clock of the service. Of figures that only grow, the rate is the difference of two readings by that of their times.',
  })
  readonly readAt!: Instant;
}

@ObjectType({
  description: 'How far the workers are with all partitions of a topic together.',
  simpleResolvers: true,
})
export class TopicFigures {
  @Field(() => String, { description: 'The topic, as the broker knows it, up to 249 characters.' })
  readonly topic!: string;

  @Field(() => Int, {
    description:
      'How many partitions of it a worker has ever looked at: those that `analytics_partition_end_offset` is of.',
  })
  readonly partitions!: number;

  @Field(() => CountScalar, {
    description:
      'The offsets behind the last message that can be applied, added up: what they grow by has arrived, applied or not, while there are as many partitions. `analytics_partition_end_offset`',
  })
  readonly endOffset!: Count;

  @Field(() => CountScalar, {
    description: 'Offsets from what is applied to there, added up. `analytics_partition_lag_offsets`',
  })
  readonly lag!: Count;

  @Field(() => Int, {
    description:
      'How many of them are troubled: stalled (`analytics_partition_stalled_seconds` above 0), or looked at by no worker for a minute (`analytics_partition_observation_age_seconds`).',
  })
  readonly troubled!: number;
}

@ObjectType({
  description: 'How far the workers are with one partition of a topic.',
  simpleResolvers: true,
})
export class PartitionFigures {
  @Field(() => String, { description: 'The topic, as the broker knows it, up to 249 characters.' })
  readonly topic!: string;

  @Field(() => Int, { description: 'Its number, the label `partition` of each metric here.' })
  readonly partition!: number;

  @Field(() => CountScalar, {
    description: 'The offset behind its last message that can be applied. `analytics_partition_end_offset`',
  })
  readonly endOffset!: Count;

  @Field(() => CountScalar, {
    description: 'Offsets from what is applied to there. `analytics_partition_lag_offsets`',
  })
  readonly lag!: Count;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'Since when none has been applied although one could be; null while they are. `analytics_partition_stalled_seconds`',
  })
  readonly stalledSince!: Instant | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why, as the worker has it, cut to 500 characters; null while they are applied.',
  })
  readonly reason!: string | null;

  @Field(() => DateTimeScalar, {
    description:
      'When a worker last looked at it: long ago where no worker owns it. `analytics_partition_observation_age_seconds`',
  })
  readonly observedAt!: Instant;
}

@ObjectType({
  description:
    'A stretch of a partition that Kafka deleted before it was read: the figures lack what it held.',
  simpleResolvers: true,
})
export class UnreadStretch {
  @Field(() => String, { description: 'The topic, as the broker knows it, up to 249 characters.' })
  readonly topic!: string;

  @Field(() => Int, { description: 'The partition, the label `partition` of the metric.' })
  readonly partition!: number;

  @Field(() => CountScalar, {
    description:
      'How many offsets it has. `analytics_deleted_unread_offsets`, which adds up those of a partition',
  })
  readonly offsets!: Count;

  @Field(() => DateTimeScalar, { description: 'When a worker noticed it.' })
  readonly noticedAt!: Instant;
}

@ObjectType({
  description: 'How the platform of a channel does, as all workers together have seen it.',
  simpleResolvers: true,
})
export class PlatformFigures {
  @Field(() => String, { description: 'The channel, up to 50 characters.' })
  readonly channel!: string;

  @Field(() => PlatformStatus, { description: 'Whether it answers. `analytics_platform_failing`' })
  readonly status!: 'HEALTHY' | 'FAILING';

  @Field(() => DateTimeScalar, { description: 'Since when that is so.' })
  readonly since!: Instant;

  @Field(() => String, {
    nullable: true,
    description: 'Why it fails, cut to 500 characters; null while it does not.',
  })
  readonly reason!: string | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When it last answered; null when it never has.',
  })
  readonly lastAnswerAt!: Instant | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'When the question that waits longest was due, or the next will be; null when there is nothing to ask. `analytics_platform_poll_lag_seconds`',
  })
  readonly nextDueAt!: Instant | null;
}
