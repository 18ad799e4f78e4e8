import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { EventConnection } from '../schema/event-connection';
import { EventListArguments } from '../schema/event-list-arguments';
import { Store, StoreTotals } from '../schema/store';
import type { OperationContext } from './context';
import { readEventPage } from './event-page';

/** What is read of a store, whose viewer the resolver of the store has authorised. */
@Resolver(() => Store)
export class StoreResolver {
  @FieldResolver(() => EventConnection, { description: 'Its events, newest first, as `events` lists them.' })
  events(
    @Root() { storeId }: Store,
    @Args(() => EventListArguments) asked: EventListArguments,
    @Ctx() context: OperationContext,
  ): Promise<EventConnection> {
    return readEventPage(context, storeId, asked);
  }

  @FieldResolver(() => StoreTotals, { description: 'What all its events add up to, of whatever status.' })
  totals(@Root() { storeId }: Store, @Ctx() { storeTotals }: OperationContext): Promise<StoreTotals> {
    return storeTotals.load(storeId);
  }
}
