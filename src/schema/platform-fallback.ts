import { Field, ObjectType } from 'type-graphql';
import type * as fallback from '../domain/fallback';
import type { ChannelName } from '../domain/values';

@ObjectType({
  description: 'What stands in for the views of platforms that fail to answer.',
  simpleResolvers: true,
})
export class PlatformFallback implements fallback.PlatformFallback {
  @Field(() => [String], {
    description:
      'The channels that show the event while their platform fails to answer, in channel order: their views are the latest measured, or the expected. Empty as long as all platforms answer.',
  })
  readonly channels!: readonly ChannelName[];

  @Field(() => [String], {
    description:
      'Those of them of which no views are known at all, neither measured nor expected: they count 0.',
  })
  readonly withoutViews!: readonly ChannelName[];
}
