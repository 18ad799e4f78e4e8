import { Field, ObjectType } from 'type-graphql';
import { Event } from './event';

@ObjectType({ description: 'Where a page of a connection stands in the whole list.', simpleResolvers: true })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether more follows after endCursor.' })
  readonly hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether anything lies ahead of startCursor.' })
  readonly hasPreviousPage!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'The cursor of the first edge; null when there is none.',
  })
  readonly startCursor!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The cursor of the last edge; null when there is none.',
  })
  readonly endCursor!: string | null;
}

@ObjectType({ description: 'An event in its place in a list.', simpleResolvers: true })
export class EventEdge {
  @Field(() => String, { description: 'Opaque; given as `after`, the list goes on behind this event.' })
  readonly cursor!: string;

  @Field(() => Event, { description: 'The event.' })
  readonly node!: Event;
}

@ObjectType({ description: "One page of a store's events, newest first.", simpleResolvers: true })
export class EventConnection {
  @Field(() => [EventEdge], {
    description: 'The events of this page, by startAt from the latest to the earliest.',
  })
  readonly edges!: readonly EventEdge[];

  @Field(() => PageInfo, { description: 'Where this page stands.' })
  readonly pageInfo!: PageInfo;
}
