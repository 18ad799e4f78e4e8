import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  type ClassType,
  Ctx,
  Info,
  Resolver,
  Root,
  type SubscribeResolverData,
  Subscription,
} from 'type-graphql';
import { totalParticipantsCard } from '../domain/summary';
import { Dashboard } from '../schema/dashboard';
import { ParticipantCount } from '../schema/participant-count';
import { CountScalar, UUIDScalar } from '../schema/scalars';
import type { Count, EventId } from '../domain/values';
import { loadReadableEvent } from './authorized';
import { notInTheFuture, type OperationContext } from './context';
import { toDashboard, type DashboardRoot } from './dashboard-root';
import { bitOf } from '../database/facts/kinds';
import { type LiveField, type LivePayload, LiveSource } from './live-source';
import { selectedFacts } from './needs';

interface WatchArguments {
  readonly eventId: EventId;
  readonly afterVersion?: Count | null;
}

type Asked = SubscribeResolverData<undefined, WatchArguments, OperationContext>;

/** Authorises the viewer once for each subscription, and returns the event to subscribe to. */
function watch(field: LiveField) {
  return async ({ args, context }: Asked): Promise<LiveSource> => {
    const { event } = await loadReadableEvent(context, args.eventId);
    return new LiveSource({
      field,
      eventId: args.eventId,
      storeId: event.storeId,
      afterVersion: args.afterVersion ?? null,
    });
  };
}

/** Makes the method a subscription of the same name. */
function LiveSubscription(returnType: () => ClassType, description: string) {
  return (prototype: object, field: LiveField, descriptor: PropertyDescriptor): void =>
    void Subscription(returnType, { subscribe: watch(field), description })(prototype, field, descriptor);
}

/** The subscriptions. Each value is computed as a query would compute it at that moment. */
@Resolver()
export class Subscriptions {
  @LiveSubscription(
    () => ParticipantCount,
    'The number of participants, at once and then after every change, at most four times a second; the last value is never lost, and versions only grow. Fails like `event`.',
  )
  async participantCount(
    @Root() { eventId }: LivePayload,
    @Ctx() context: OperationContext,
    @Arg('eventId', () => UUIDScalar, { description: 'The event.' }) _eventId: EventId,
    @Arg('afterVersion', () => CountScalar, {
      nullable: true,
      description:
        'The version of the last value that was seen: the present one is sent at once only when it is newer.',
    })
    _afterVersion?: Count | null,
  ): Promise<ParticipantCount> {
    const { event, registeredToday } = await loadReadableEvent(context, eventId, bitOf('registeredToday'));
    const card = totalParticipantsCard(event, event.counts, registeredToday);
    const { count, dailyChange, achievementRate } = card;
    const at = notInTheFuture(event.changedAt, context);
    return { count, dailyChange, achievementRate, version: event.version, at };
  }

  @LiveSubscription(
    () => Dashboard,
    'The selected sections of a dashboard, at once and then after changes, at most once a second: a live query. Fails like `dashboard`.',
  )
  async dashboardUpdated(
    @Root() { eventId }: LivePayload,
    @Ctx() context: OperationContext,
    @Arg('eventId', () => UUIDScalar, { description: 'The event.' }) _eventId: EventId,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DashboardRoot> {
    return toDashboard(await loadReadableEvent(context, eventId, selectedFacts(info)), context);
  }
}
