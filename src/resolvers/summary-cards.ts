import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { salesGrowthCard } from '../metrics/growth';
import { roiCard } from '../metrics/roi';
import { registeredToday, totalParticipantsCard, totalViewsCard } from '../metrics/summary';
import type { EventRecord } from '../platform/statistics/events';
import {
  RoiCard,
  SalesGrowthCard,
  SummaryCards,
  TotalParticipantsCard,
  TotalViewsCard,
} from '../schema/summary-cards';
import type { OperationContext } from './context';
import { loadComparable, loadIndustryMean } from './facts';

type CardsRoot = SummaryCards & { readonly event: EventRecord };

/** The four cards, each computed only when it is selected. */
@Resolver(() => SummaryCards)
export class SummaryCardsResolver {
  @FieldResolver(() => TotalParticipantsCard, { description: 'How many take part, held against the goal.' })
  async totalParticipants(
    @Root() { event }: CardsRoot,
    @Ctx() { loaders, calendar, now, giveWay }: OperationContext,
  ): Promise<TotalParticipantsCard> {
    const hours = await loaders.hours.load(event.eventId);
    await giveWay();
    return totalParticipantsCard(event, event.counts, registeredToday(hours(), calendar, now));
  }

  @FieldResolver(() => TotalViewsCard, { description: 'How often the event was seen, over all channels.' })
  async totalViews(
    @Root() { event }: CardsRoot,
    @Ctx() { loaders }: OperationContext,
  ): Promise<TotalViewsCard> {
    const [channels, atClose] = await Promise.all([
      loaders.channels.load(event.eventId),
      loaders.viewsAtClose.load(event.eventId),
    ]);
    return totalViewsCard(channels, atClose);
  }

  @FieldResolver(() => RoiCard, { description: 'The return on what the event costs, beside its industry.' })
  async roi(@Root() { event }: CardsRoot, @Ctx() { loaders }: OperationContext): Promise<RoiCard> {
    const [facts, { averages }] = await Promise.all([
      loadComparable(loaders, event),
      loadIndustryMean(loaders, event),
    ]);
    return roiCard(facts, averages.roi);
  }

  @FieldResolver(() => SalesGrowthCard, {
    description: "The store's sales before the event and since it began.",
  })
  async salesGrowth(
    @Root() { event }: CardsRoot,
    @Ctx() { loaders }: OperationContext,
  ): Promise<SalesGrowthCard> {
    return salesGrowthCard(await loaders.sales.load(event));
  }
}
