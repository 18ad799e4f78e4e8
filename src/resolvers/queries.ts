import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Info, Query, Resolver } from 'type-graphql';
import { badUserInput } from '../errors';
import { Dashboard } from '../schema/dashboard';
import { Event } from '../schema/event';
import { EventConnection } from '../schema/event-connection';
import { EventListArguments } from '../schema/event-list-arguments';
import { UUIDScalar } from '../schema/scalars';
import { Store } from '../schema/store';
import { Viewer } from '../schema/viewer';
import type { EventId, StoreId } from '../domain/values';
import { loadReadableEvent, loadReadableEvents, requireStore } from './authorized';
import type { OperationContext } from './context';
import { type DashboardRoot, toDashboard } from './dashboard-root';
import { readEventPage, toEvent } from './event-page';
import { MOST_DASHBOARDS } from './list-limits';
import { selectedFacts } from './needs';

/** The queries. All other fields are reached through them, so viewers are authorised here. */
@Resolver()
export class Queries {
  @Query(() => Event, {
    description:
      'One event. Fails with EVENT_NOT_FOUND when it is not known, with FORBIDDEN when it is not yours.',
  })
  async event(
    @Arg('id', () => UUIDScalar, { description: 'The event.' }) id: EventId,
    @Ctx() context: OperationContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Event> {
    // With what its dashboard needs, if that is selected: it finds it loaded.
    return toEvent((await loadReadableEvent(context, id, selectedFacts(info))).event, context.now);
  }

  @Query(() => EventConnection, {
    description: "A store's events, newest first. Fails with FORBIDDEN when the store is not yours.",
  })
  async events(
    @Arg('storeId', () => UUIDScalar, { description: 'The store.' }) storeId: StoreId,
    @Args(() => EventListArguments) asked: EventListArguments,
    @Ctx() context: OperationContext,
  ): Promise<EventConnection> {
    requireStore(context, storeId);
    return readEventPage(context, storeId, asked);
  }

  @Query(() => Store, {
    description:
      'One store: its events, and what they add up to. Fails with FORBIDDEN when the store is not yours.',
  })
  store(
    @Arg('id', () => UUIDScalar, { description: 'The store.' }) storeId: StoreId,
    @Ctx() context: OperationContext,
  ): Store {
    requireStore(context, storeId);
    return { storeId };
  }

  @Query(() => Viewer, { description: 'Who asks: the bearer of the token.' })
  viewer(@Ctx() { viewer: { storeIds, isAdmin } }: OperationContext): Viewer {
    return { storeIds: [...storeIds], isAdmin };
  }

  @Query(() => Dashboard, {
    description:
      'The dashboard of one event. Fails with EVENT_NOT_FOUND when it is not known, with FORBIDDEN when it is not yours.',
  })
  async dashboard(
    @Arg('eventId', () => UUIDScalar, { description: 'The event.' }) eventId: EventId,
    @Ctx() context: OperationContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DashboardRoot> {
    return toDashboard(await loadReadableEvent(context, eventId, selectedFacts(info)), context);
  }

  @Query(() => [Dashboard], {
    nullable: 'items',
    description:
      'The dashboards of up to 50 events, in the order of their ids. One that fails is null, with an error at its place.',
  })
  async dashboards(
    @Arg('eventIds', () => [UUIDScalar], { description: 'The events, 50 at the most.' }) eventIds: EventId[],
    @Ctx() context: OperationContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<(DashboardRoot | Error)[]> {
    if (eventIds.length > MOST_DASHBOARDS) {
      throw badUserInput(`eventIds: ${eventIds.length} ids, at most ${MOST_DASHBOARDS} are allowed`);
    }
    const loaded = await loadReadableEvents(context, eventIds, selectedFacts(info));
    // An error in a list nulls only its own place.
    return loaded.map((reading) => (reading instanceof Error ? reading : toDashboard(reading, context)));
  }
}
