import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Info, Int, Query, Resolver } from 'type-graphql';
import { badUserInput } from '../errors';
import { eventStatus } from '../domain/event-time';
import type { EventRecord } from '../database/events';
import { Dashboard } from '../schema/dashboard';
import { Event } from '../schema/event';
import { EventConnection } from '../schema/event-connection';
import { UUIDScalar } from '../schema/scalars';
import type { EventId, Instant, StoreId } from '../domain/values';
import { loadReadableEvent, loadReadableEvents, requireStore } from './authorized';
import type { OperationContext } from './context';
import { type DashboardRoot, toDashboard } from './dashboard-root';
import { readEventPage } from './event-page';
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
  ): Promise<Event> {
    return toEvent((await loadReadableEvent(context, id)).event, context.now);
  }

  @Query(() => EventConnection, {
    description: "A store's events, newest first. Fails with FORBIDDEN when the store is not yours.",
  })
  async events(
    @Arg('storeId', () => UUIDScalar, { description: 'The store.' }) storeId: StoreId,
    @Arg('first', () => Int, { defaultValue: 20, description: 'How many at the most, 1 to 100.' })
    first: number,
    @Arg('after', () => String, { nullable: true, description: 'The cursor to go on behind.' })
    after: string | null | undefined,
    @Ctx() context: OperationContext,
  ): Promise<EventConnection> {
    requireStore(context, storeId);
    const { records, cursorOf, pageInfo } = await readEventPage(context.sql, storeId, first, after ?? null);
    return {
      edges: records.map((record) => ({ cursor: cursorOf(record), node: toEvent(record, context.now) })),
      pageInfo,
    };
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

function toEvent(record: EventRecord, now: Instant): Event {
  return { ...record, status: eventStatus(record, now) };
}
