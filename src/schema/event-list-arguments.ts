import { ArgsType, Field, Int } from 'type-graphql';
import { EventStatus } from './enums';
import { DateTimeScalar } from './scalars';
import type { EventStatus as EventStatusValue, Instant } from '../domain/values';

/** Which page of which of a store's events is asked for, wherever they are listed. */
@ArgsType()
export class EventListArguments {
  @Field(() => Int, { defaultValue: 20, description: 'How many at the most, 1 to 100.' })
  readonly first!: number;

  @Field(() => String, { nullable: true, description: 'The cursor to go on behind.' })
  readonly after?: string | null;

  @Field(() => EventStatus, {
    nullable: true,
    description: 'Only events that have this status at the moment of asking.',
  })
  readonly status?: EventStatusValue | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Only events that end later than this: those whose period overlaps the time from here on.',
  })
  readonly from?: Instant | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'Only events that start before this, which is later than `from`: those whose period overlaps the time until here.',
  })
  readonly to?: Instant | null;
}
