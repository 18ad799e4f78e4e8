import type { GraphQLResolveInfo } from 'graphql';
import { Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import { Dashboard } from '../schema/dashboard';
import { Event } from '../schema/event';
import { loadReadableEvent } from './authorized';
import type { OperationContext } from './context';
import { type DashboardRoot, toDashboard } from './dashboard-root';
import { selectedFacts } from './needs';

/** From an event on to its dashboard: those of a page of events are loaded in one statement. */
@Resolver(() => Event)
export class EventDashboard {
  @FieldResolver(() => Dashboard, {
    description: 'The dashboard of the event. Fails like `dashboard`.',
  })
  async dashboard(
    @Root() { eventId }: Event,
    @Ctx() context: OperationContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DashboardRoot> {
    return toDashboard(await loadReadableEvent(context, eventId, selectedFacts(info)), context);
  }
}
