import { Field, ObjectType } from 'type-graphql';
import { DateTimeScalar, UUIDScalar } from './scalars';
import type { EventId, Instant, StoreId } from '../domain/values';

/**
 * The dashboard of one event. Its sections are not here: each is a field resolver of its own, so that one
 * that is not selected costs nothing.
 */
@ObjectType({
  description: 'The performance of one event. Each section is computed only when it is selected.',
  simpleResolvers: true,
})
export class Dashboard {
  @Field(() => UUIDScalar, { description: 'The event.' })
  readonly eventId!: EventId;

  @Field(() => UUIDScalar, { description: 'The store that runs it.' })
  readonly storeId!: StoreId;

  @Field(() => String, { description: "The event's title as it was sent." })
  readonly eventTitle!: string;

  @Field(() => DateTimeScalar, {
    description: "When the last message that changed this event or its store's sales was committed.",
  })
  readonly lastUpdated!: Instant;
}
