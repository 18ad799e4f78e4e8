import * as formulas from '../formulas.mjs';

/** The contract's DashboardResponse of an event, read and computed at once. */
export async function dashboardOf(event, loaders, now) {
  const { eventId } = event;
  const [facts, atClose, today, hours, profile, { averages }, best] = await Promise.all([
    loaders.comparable(event),
    loaders.viewsAtClose.load(eventId),
    loaders.registeredToday.load(eventId),
    loaders.hours.load(eventId),
    loaders.profile.load(eventId),
    loaders.industryMean(event),
    loaders.bestBefore(event),
  ]);
  return {
    eventId,
    storeId: event.storeId,
    eventTitle: event.title,
    summaryCards: {
      totalParticipants: formulas.totalParticipantsCard(event, event.counts, today),
      totalViews: formulas.totalViewsCard(facts.channels, atClose),
      roi: formulas.roiCard(facts, averages.roi),
      salesGrowth: withoutNulls(formulas.salesGrowthCard(facts.sales)),
    },
    channelPerformance: formulas.channelPerformance(facts.channels).map(toContract),
    participationTrend: toTrend(formulas.participationTrend(event, hours, formulas.calendar, now)),
    roiAnalysis: formulas.roiAnalysis(facts),
    participantProfile: formulas.participantProfile(event.counts, profile, hours, formulas.calendar),
    comparativeAnalysis: formulas.comparativeAnalysis(formulas.figuresOf(facts), averages, best),
    lastUpdated: toText(Math.floor(event.lastUpdated / 1_000) * 1_000),
    cacheStatus: 'MISS',
  };
}

function toContract({ channel, views, participants, conversionRate, costPerAcquisition, status }) {
  return { channel, views, participants, conversionRate, costPerAcquisition, status };
}

function toTrend({ timeUnit, dataPoints, peakTime }) {
  const toPoint = ({ timestamp, participantCount }) => ({ timestamp: toText(timestamp), participantCount });
  return {
    timeUnit,
    dataPoints: dataPoints.map(toPoint),
    ...(peakTime !== null && { peakTime: toPoint(peakTime) }),
  };
}

function withoutNulls(card) {
  return Object.fromEntries(Object.entries(card).filter(([, value]) => value !== null));
}

const toText = (instant) => new Date(instant).toISOString().replace('.000Z', 'Z');
