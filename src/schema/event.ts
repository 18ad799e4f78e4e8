import { Field, ObjectType } from 'type-graphql';
import { EventStatus } from './enums';
import { CountScalar, DateTimeScalar, KrwScalar, UUIDScalar } from './scalars';
import type {
  Count,
  EventId,
  EventStatus as EventStatusValue,
  Industry,
  Instant,
  Krw,
  StoreId,
} from '../domain/values';

@ObjectType({
  description: "A store's marketing event, as its latest definition has it.",
  simpleResolvers: true,
})
export class Event {
  @Field(() => UUIDScalar, { description: 'The event.' })
  readonly eventId!: EventId;

  @Field(() => UUIDScalar, { description: 'The store that runs it.' })
  readonly storeId!: StoreId;

  @Field(() => String, { description: 'Its title as it was sent, 1 to 200 characters.' })
  readonly title!: string;

  @Field(() => String, { description: 'The industry it is compared within, 1 to 50 characters.' })
  readonly industry!: Industry;

  @Field(() => CountScalar, { description: 'How many participants are aimed for, 0 to 10^12.' })
  readonly targetGoal!: Count;

  @Field(() => DateTimeScalar, { description: 'When it starts, in the years 2000 to 2100.' })
  readonly startAt!: Instant;

  @Field(() => DateTimeScalar, { description: 'When it is over; later than startAt.' })
  readonly endAt!: Instant;

  @Field(() => KrwScalar, { description: 'What the prizes cost, in won, 0 to 10^12.' })
  readonly prizeCost!: Krw;

  @Field(() => KrwScalar, { description: 'What is spent besides prizes and channels, in won, 0 to 10^12.' })
  readonly otherCosts!: Krw;

  @Field(() => KrwScalar, { description: 'The lifetime value of one new customer, in won, 0 to 10^12.' })
  readonly newCustomerLtv!: Krw;

  @Field(() => EventStatus, {
    description: 'SCHEDULED before startAt, RUNNING until before endAt, ENDED from then on.',
  })
  readonly status!: EventStatusValue;
}
