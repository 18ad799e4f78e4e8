import type { components } from '../generated/openapi';
import type { RestDashboardQuery } from '../generated/rest-operations';

type Contract = components['schemas'];
type Dashboard = RestDashboardQuery['dashboard'];

/**
 * The contract's DashboardResponse, its keys in the contract's order, cacheStatus last. Its type is generated from the
 * OpenAPI file. Optional values are left out rather than null.
 */
export function toDashboardResponse(dashboard: Dashboard): Contract['DashboardResponse'] {
  return {
    eventId: dashboard.eventId,
    storeId: dashboard.storeId,
    eventTitle: dashboard.eventTitle,
    summaryCards: toSummaryCards(dashboard.summaryCards),
    channelPerformance: dashboard.channelPerformance,
    participationTrend: toTrend(dashboard.participationTrend),
    roiAnalysis: dashboard.roiAnalysis,
    participantProfile: dashboard.participantProfile,
    comparativeAnalysis: dashboard.comparativeAnalysis,
    lastUpdated: dashboard.lastUpdated,
    cacheStatus: 'HIT',
  };
}

function toSummaryCards({
  totalParticipants,
  totalViews,
  roi,
  salesGrowth,
}: Dashboard['summaryCards']): Contract['SummaryCards'] {
  const { rate, beforeEventSales, afterEventSales, periodComparison } = salesGrowth;
  return {
    totalParticipants,
    totalViews,
    roi,
    salesGrowth: {
      rate,
      ...(beforeEventSales !== null && { beforeEventSales }),
      ...(afterEventSales !== null && { afterEventSales }),
      ...(periodComparison !== null && { periodComparison }),
    },
  };
}

function toTrend({
  timeUnit,
  dataPoints,
  peakTime,
}: Dashboard['participationTrend']): Contract['ParticipationTrend'] {
  return { timeUnit, dataPoints, ...(peakTime !== null && { peakTime }) };
}
