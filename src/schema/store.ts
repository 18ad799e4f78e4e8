import { Field, ObjectType } from 'type-graphql';
import { CountScalar, KrwScalar, UUIDScalar } from './scalars';
import type { StoreTotals as Totals } from '../domain/store-totals';
import type { Count, Krw, StoreId } from '../domain/values';

/** A store. What is read of it is not here: each is a field resolver, so that what is not selected costs nothing. */
@ObjectType({ description: 'A store, by what its events came to.', simpleResolvers: true })
export class Store {
  @Field(() => UUIDScalar, { description: 'The store.' })
  readonly storeId!: StoreId;
}

@ObjectType({
  description:
    'What all events of a store add up to, of whatever status: sums of the figures that their dashboards show, exact until they saturate.',
  simpleResolvers: true,
})
export class StoreTotals implements Totals {
  @Field(() => CountScalar, { description: 'How many events the store has.' })
  readonly events!: Count;

  @Field(() => CountScalar, {
    description: "Σ of the events' participants: who takes part in two events counts twice.",
  })
  readonly participants!: Count;

  @Field(() => CountScalar, { description: "Σ of the events' views, over all channels of each." })
  readonly views!: Count;

  @Field(() => KrwScalar, { description: "Σ of the events' totalCost, in won, from 0." })
  readonly cost!: Krw;

  @Field(() => KrwScalar, {
    description:
      "Σ of the events' totalRevenue, in won, may be negative. Sales of a day that is compared for two events count for each.",
  })
  readonly revenue!: Krw;
}
