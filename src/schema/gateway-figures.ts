import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { Count, Instant, StoreId } from '../domain/values';
import { CountScalar, DateTimeScalar, UUIDScalar } from './scalars';

@ObjectType({
  description: 'What has become of the messages of a topic, counted by the worker in this process.',
  simpleResolvers: true,
})
export class TopicOutcomes {
  @Field(() => String, { description: 'The topic, without prefix.' })
  readonly topic!: string;

  @Field(() => CountScalar, { description: 'Applied. `analytics_messages_total`' })
  readonly applied!: Count;

  @Field(() => CountScalar, { description: 'Changed nothing: known already. `analytics_messages_total`' })
  readonly duplicate!: Count;

  @Field(() => CountScalar, { description: 'Lay behind what is applied. `analytics_messages_total`' })
  readonly skipped!: Count;

  @Field(() => CountScalar, { description: 'Became dead letters. `analytics_messages_total`' })
  readonly rejected!: Count;
}

@ObjectType({
  description: 'Where the REST answers of this process came from since it started, and how its caches do.',
  simpleResolvers: true,
})
export class CacheFigures {
  @Field(() => CountScalar, { description: 'From the cache, near or far. `analytics_answers_total`' })
  readonly hits!: Count;

  @Field(() => CountScalar, { description: 'Assembled. `analytics_answers_total`' })
  readonly misses!: Count;

  @Field(() => CountScalar, {
    description: 'The last known, while the database was away. `analytics_answers_total`',
  })
  readonly stale!: Count;

  @Field(() => CountScalar, {
    description: 'Hits in the copies of this process, ahead of Redis. `analytics_near_cache_hits_total`',
  })
  readonly nearHits!: Count;

  @Field(() => CountScalar, {
    description: 'Events whose answers may lie there. `analytics_near_cache_events`',
  })
  readonly nearEvents!: Count;

  @Field(() => Boolean, {
    description: 'Whether Redis, or a part of it, does not answer. `analytics_cache_away`',
  })
  readonly isAway!: boolean;
}

@ObjectType({
  description: 'Operations that one limit has refused, in this process since it started.',
  simpleResolvers: true,
})
export class RefusalFigures {
  @Field(() => String, { description: 'The code that clients were told.' })
  readonly code!: string;

  @Field(() => CountScalar, { description: 'How many. `analytics_operations_refused_total`' })
  readonly count!: Count;
}

@ObjectType({
  description: 'One of those who were charged most by this process within the last five to ten minutes.',
  simpleResolvers: true,
})
export class ReaderFigures {
  @Field(() => String, {
    description:
      "The first 12 characters of the SHA-256 of the token's subject in base64url: the same for a subject at every gateway. The subject itself is not shown.",
  })
  readonly reader!: string;

  @Field(() => Boolean, { description: 'Whether it reads every store.' })
  readonly isAdmin!: boolean;

  @Field(() => [UUIDScalar], { description: 'The first three stores that the token names.' })
  readonly storeIds!: readonly StoreId[];

  @Field(() => Int, { description: 'How many stores the token names.' })
  readonly stores!: number;

  @Field(() => CountScalar, {
    description:
      'What was charged, in points of the rate limit. `analytics_reader_points`, whose label is the rank, since readers are without number',
  })
  readonly points!: Count;
}

@ObjectType({
  description: 'Who reads, as this process sees it: within the last five to ten minutes.',
  simpleResolvers: true,
})
export class ReadersFigures {
  @Field(() => CountScalar, { description: 'How many readers. `analytics_readers`' })
  readonly count!: Count;

  @Field(() => CountScalar, {
    description: 'What was charged to all of them, in points of the rate limit. `analytics_readers_points`',
  })
  readonly points!: Count;

  @Field(() => [ReaderFigures], { description: 'The ten who were charged most, the first first.' })
  readonly busiest!: readonly ReaderFigures[];
}

@ObjectType({
  description: 'The process that answers. Another gateway has figures of its own, as has each worker.',
  simpleResolvers: true,
})
export class GatewayFigures {
  @Field(() => String, { description: 'Its version. `analytics_build_info`' })
  readonly version!: string;

  @Field(() => DateTimeScalar, { description: 'When it started. `process_start_time_seconds`' })
  readonly startedAt!: Instant;

  @Field(() => CountScalar, { description: 'Its memory in bytes. `process_resident_memory_bytes`' })
  readonly memoryBytes!: Count;

  @Field(() => Float, {
    description:
      'The time between two looks at its event loop, in seconds, which only one look in a hundred exceeded between the last two readings of /metrics: 0.1 where nothing is late, 0 before it was read. `nodejs_eventloop_lag_p99_seconds`',
  })
  readonly eventLoopLagSeconds!: number;

  @Field(() => CountScalar, { description: 'Subscriptions that are served. `analytics_live_subscribers`' })
  readonly subscribers!: Count;

  @Field(() => CountScalar, {
    description: 'Events that have subscribers. `analytics_live_watched_events`',
  })
  readonly watchedEvents!: Count;

  @Field(() => CountScalar, {
    description: 'Operations that are executed or answered, this one among them. `analytics_operations`',
  })
  readonly runningOperations!: Count;

  @Field(() => CountScalar, { description: 'Operations that wait for their turn. `analytics_operations`' })
  readonly waitingOperations!: Count;

  @Field(() => [RefusalFigures], { description: 'What limits have refused.' })
  readonly refusals!: readonly RefusalFigures[];

  @Field(() => CacheFigures, { description: 'Its caches.' })
  readonly cache!: CacheFigures;

  @Field(() => [TopicOutcomes], {
    description:
      'What its worker has applied; empty where it is none: workers tell it at /metrics of their own.',
  })
  readonly messages!: readonly TopicOutcomes[];

  @Field(() => ReadersFigures, { description: 'Who reads.' })
  readonly readers!: ReadersFigures;
}
