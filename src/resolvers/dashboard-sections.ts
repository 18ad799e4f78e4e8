import { Arg, FieldResolver, Resolver, Root } from 'type-graphql';
import { channelPerformance } from '../domain/channels';
import { comparativeAnalysis, figuresOf } from '../domain/comparison';
import { nextChangeByClock } from '../domain/event-time';
import { industryMean } from '../domain/industry';
import { platformFallback } from '../domain/fallback';
import { participantProfile } from '../domain/profile';
import { roiAnalysis } from '../domain/roi';
import { participationTrend } from '../domain/trend';
import { ChannelPerformance } from '../schema/channel-performance';
import { ComparativeAnalysis } from '../schema/comparative-analysis';
import { Dashboard } from '../schema/dashboard';
import { TimeUnit } from '../schema/enums';
import { ParticipantProfile } from '../schema/participant-profile';
import { ParticipationTrend } from '../schema/participation-trend';
import { PlatformFallback } from '../schema/platform-fallback';
import { RoiAnalysis } from '../schema/roi-analysis';
import { CountScalar, DateTimeScalar } from '../schema/scalars';
import { SummaryCards } from '../schema/summary-cards';
import type { Count, Instant, TimeUnit as TimeUnitValue } from '../domain/values';
import type { DashboardRoot, FactsRoot } from './dashboard-root';
import { scheduled } from './context';
import { Needs } from './needs';

/** The sections of a dashboard, each computed only when it is selected, from the facts that it says it needs. */
@Resolver(() => Dashboard)
export class DashboardSections {
  @FieldResolver(() => SummaryCards, { description: 'The four cards at the top.' })
  summaryCards(@Root() root: DashboardRoot): FactsRoot {
    return root;
  }

  @Needs('channels')
  @FieldResolver(() => [ChannelPerformance], {
    description: 'Every channel known from a distribution, a measurement or a participant, in channel order.',
  })
  channelPerformance(
    @Root() { facts, context }: DashboardRoot,
  ): ChannelPerformance[] | Promise<ChannelPerformance[]> {
    return scheduled(context, () => channelPerformance(facts.channels));
  }

  @Needs('channels')
  @FieldResolver(() => PlatformFallback, {
    description: 'Which channels are shown without word from their platforms, because these fail to answer.',
  })
  platformFallback(@Root() { facts }: DashboardRoot): PlatformFallback {
    return platformFallback(facts.channels);
  }

  @Needs('hours')
  @FieldResolver(() => ParticipationTrend, { description: 'How participation grew, and its peak hour.' })
  participationTrend(
    @Root() { facts, context }: DashboardRoot,
    @Arg('timeUnit', () => TimeUnit, {
      nullable: true,
      description: 'HOURLY or DAILY. Left out: HOURLY when the event lasts 48 hours or less, else DAILY.',
    })
    timeUnit?: TimeUnitValue | null,
  ): ParticipationTrend | Promise<ParticipationTrend> {
    const { calendar, now } = context;
    return scheduled(context, () =>
      participationTrend(facts.event, facts.of('hours'), calendar, now, timeUnit ?? undefined),
    );
  }

  @Needs('channels', 'sales')
  @FieldResolver(() => RoiAnalysis, {
    description: 'What the event costs, what it brings, and the return on it.',
  })
  roiAnalysis(@Root() { facts, context }: DashboardRoot): RoiAnalysis | Promise<RoiAnalysis> {
    return scheduled(context, () => roiAnalysis(facts));
  }

  @Needs('profile', 'hours')
  @FieldResolver(() => ParticipantProfile, { description: 'Who takes part, and at what time of day.' })
  participantProfile(
    @Root() { facts, context }: DashboardRoot,
  ): ParticipantProfile | Promise<ParticipantProfile> {
    return scheduled(context, () =>
      participantProfile(facts.counts, facts.of('profile'), facts.of('hours'), context.calendar),
    );
  }

  @Needs('channels', 'sales', 'industry', 'history')
  @FieldResolver(() => ComparativeAnalysis, {
    description: "The event beside its industry, and beside the same store's earlier events.",
  })
  async comparativeAnalysis(@Root() { facts, context }: DashboardRoot): Promise<ComparativeAnalysis> {
    const best = await facts.bestBefore(context.yieldToLoop);
    await context.yieldToLoop();
    const { averages } = industryMean(facts.event.industry, facts.of('industry').facts);
    return comparativeAnalysis(figuresOf(facts), averages, best);
  }

  @Needs('industry')
  @FieldResolver(() => CountScalar, {
    description:
      "How many stores of the industry, others than its own, the averages beside it are the mean of; 0 when they are the reference table's.",
  })
  averagedStores(@Root() { facts }: DashboardRoot): Count {
    return industryMean(facts.event.industry, facts.of('industry').facts).stores as Count;
  }

  @Needs('industry')
  @FieldResolver(() => DateTimeScalar, {
    description:
      'Until when these figures hold if nothing happens: then the clock alone changes them (a full hour, the start, the end), or newer industry averages are due.',
  })
  validUntil(@Root() { facts, context }: DashboardRoot): Instant {
    const { now, industryRefreshMs } = context;
    const { refreshedAt } = facts.of('industry');
    const nextFigures = (refreshedAt ?? 0) + industryRefreshMs;
    const byClock = nextChangeByClock(facts.event, now);
    // When an overdue refresh will come is not known.
    return nextFigures > now && nextFigures < byClock ? (nextFigures as Instant) : byClock;
  }
}
