import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { channelPerformance } from '../metrics/channels';
import { comparativeAnalysis, figuresOf } from '../metrics/comparison';
import { nextChangeByClock } from '../metrics/expiry';
import { platformFallback } from '../metrics/fallback';
import { participantProfile } from '../metrics/profile';
import { roiAnalysis } from '../metrics/roi';
import { participationTrend } from '../metrics/trend';
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
import type { Count, Instant, TimeUnit as TimeUnitValue } from '../schema/values';
import type { OperationContext } from './context';
import { loadComparable, loadEarlierFigures, loadIndustryMean } from './facts';
import type { DashboardRoot } from './dashboard-root';

/** The sections of a dashboard, each computed only when it is selected: load, compute, hand on. */
@Resolver(() => Dashboard)
export class DashboardSections {
  @FieldResolver(() => SummaryCards, { description: 'The four cards at the top.' })
  summaryCards(@Root() { event }: DashboardRoot): SummaryCards {
    return { event };
  }

  @FieldResolver(() => [ChannelPerformance], {
    description: 'Every channel known from a distribution, a measurement or a participant, in channel order.',
  })
  async channelPerformance(
    @Root() { eventId }: DashboardRoot,
    @Ctx() { loaders, giveWay }: OperationContext,
  ): Promise<ChannelPerformance[]> {
    const channels = await loaders.channels.load(eventId);
    await giveWay();
    return channelPerformance(channels);
  }

  @FieldResolver(() => PlatformFallback, {
    description: 'Which channels are shown without word from their platforms, because these fail to answer.',
  })
  async platformFallback(
    @Root() { eventId }: DashboardRoot,
    @Ctx() { loaders }: OperationContext,
  ): Promise<PlatformFallback> {
    return platformFallback(await loaders.channels.load(eventId));
  }

  @FieldResolver(() => ParticipationTrend, { description: 'How participation grew, and its peak hour.' })
  async participationTrend(
    @Root() { event }: DashboardRoot,
    @Ctx() { loaders, calendar, now, giveWay }: OperationContext,
    @Arg('timeUnit', () => TimeUnit, {
      nullable: true,
      description: 'HOURLY or DAILY. Left out: HOURLY when the event lasts 48 hours or less, else DAILY.',
    })
    timeUnit?: TimeUnitValue | null,
  ): Promise<ParticipationTrend> {
    const hours = await loaders.hours.load(event.eventId);
    await giveWay();
    return participationTrend(event, hours(), calendar, now, timeUnit ?? undefined);
  }

  @FieldResolver(() => RoiAnalysis, {
    description: 'What the event costs, what it brings, and the return on it.',
  })
  async roiAnalysis(
    @Root() { event }: DashboardRoot,
    @Ctx() { loaders, giveWay }: OperationContext,
  ): Promise<RoiAnalysis> {
    const facts = await loadComparable(loaders, event);
    await giveWay();
    return roiAnalysis(facts);
  }

  @FieldResolver(() => ParticipantProfile, { description: 'Who takes part, and at what time of day.' })
  async participantProfile(
    @Root() { event }: DashboardRoot,
    @Ctx() { loaders, calendar, giveWay }: OperationContext,
  ): Promise<ParticipantProfile> {
    const [profile, hours] = await Promise.all([
      loaders.profile.load(event.eventId),
      loaders.hours.load(event.eventId),
    ]);
    await giveWay();
    return participantProfile(event.counts, profile, hours(), calendar);
  }

  @FieldResolver(() => ComparativeAnalysis, {
    description: "The event beside its industry, and beside the same store's earlier events.",
  })
  async comparativeAnalysis(
    @Root() { event }: DashboardRoot,
    @Ctx() { loaders, giveWay }: OperationContext,
  ): Promise<ComparativeAnalysis> {
    const [facts, { averages }, earlier] = await Promise.all([
      loadComparable(loaders, event),
      loadIndustryMean(loaders, event),
      loadEarlierFigures(loaders, event),
    ]);
    await giveWay();
    return comparativeAnalysis(figuresOf(facts), averages, earlier);
  }

  @FieldResolver(() => CountScalar, {
    description:
      "How many stores of the industry, others than its own, the averages beside it are the mean of; 0 when they are the reference table's.",
  })
  async averagedStores(
    @Root() { event }: DashboardRoot,
    @Ctx() { loaders }: OperationContext,
  ): Promise<Count> {
    const { stores } = await loadIndustryMean(loaders, event);
    return stores as Count;
  }

  @FieldResolver(() => DateTimeScalar, {
    description:
      'Until when these figures hold if nothing happens: then the clock alone changes them (a full hour, the start, the end), or newer industry averages are due.',
  })
  async validUntil(
    @Root() { event }: DashboardRoot,
    @Ctx() { loaders, now, industryRefreshMs }: OperationContext,
  ): Promise<Instant> {
    const { refreshedAt } = await loaders.industry.load(event);
    const nextFigures = (refreshedAt ?? 0) + industryRefreshMs;
    const byClock = nextChangeByClock(event, now);
    // A refresh that is overdue says nothing of when it will come.
    return nextFigures > now && nextFigures < byClock ? (nextFigures as Instant) : byClock;
  }
}
