import { FieldResolver, Resolver, Root } from 'type-graphql';
import { salesGrowthCard } from '../domain/growth';
import { industryMean } from '../domain/industry';
import { roiCard } from '../domain/roi';
import { totalParticipantsCard, totalViewsCard } from '../domain/summary';
import {
  RoiCard,
  SalesGrowthCard,
  SummaryCards,
  TotalParticipantsCard,
  TotalViewsCard,
} from '../schema/summary-cards';
import type { FactsRoot } from './dashboard-root';
import { scheduled } from './context';
import { Needs } from './needs';

/** The four cards, each computed only when it is selected. */
@Resolver(() => SummaryCards)
export class SummaryCardsResolver {
  @Needs('registeredToday')
  @FieldResolver(() => TotalParticipantsCard, { description: 'How many take part, held against the goal.' })
  totalParticipants(
    @Root() { facts, context }: FactsRoot,
  ): TotalParticipantsCard | Promise<TotalParticipantsCard> {
    return scheduled(context, () => totalParticipantsCard(facts.event, facts.counts, facts.registeredToday));
  }

  @Needs('channels', 'viewsAtClose')
  @FieldResolver(() => TotalViewsCard, { description: 'How often the event was seen, over all channels.' })
  totalViews(@Root() { facts }: FactsRoot): TotalViewsCard {
    return totalViewsCard(facts.channels, facts.of('viewsAtClose'));
  }

  @Needs('channels', 'sales', 'industry')
  @FieldResolver(() => RoiCard, { description: 'The return on what the event costs, beside its industry.' })
  roi(@Root() { facts }: FactsRoot): RoiCard {
    return roiCard(facts, industryMean(facts.event.industry, facts.of('industry').facts).averages.roi);
  }

  @Needs('sales')
  @FieldResolver(() => SalesGrowthCard, {
    description: "The store's sales before the event and since it began.",
  })
  salesGrowth(@Root() { facts }: FactsRoot): SalesGrowthCard {
    return salesGrowthCard(facts.sales);
  }
}
