import { GraphQLScalarType } from 'graphql';
import * as formulas from '../formulas.mjs';
import { mayRead } from '../token.mjs';
import { begin } from './context.mjs';

const { calendar } = formulas;

/** Instants are milliseconds, written with as many digits as they have. */
const DateTime = new GraphQLScalarType({
  name: 'DateTime',
  serialize: (instant) => new Date(instant).toISOString().replace('.000Z', 'Z'),
});

async function readable(context, id) {
  begin(context);
  const { loaders, viewer } = context;
  const event = await loaders.event.load(id.toLowerCase());
  if (event === null) throw new Error('There is no such event.');
  if (!mayRead(viewer, event.storeId)) throw new Error('The event is not yours.');
  return event;
}

const wholeSeconds = (instant) => Math.floor(instant / 1_000) * 1_000;

async function dashboard(context, id) {
  const event = await readable(context, id);
  const { eventId, storeId, title, lastUpdated } = event;
  return { eventId, storeId, eventTitle: title, lastUpdated: wholeSeconds(lastUpdated), event };
}

const Query = {
  dashboard: (_, { eventId }, context) => dashboard(context, eventId),
  dashboards: (_, { eventIds }, context) => eventIds.map((id) => dashboard(context, id)),
};

const Dashboard = {
  summaryCards: ({ event }) => ({ event }),
  channelPerformance: async ({ eventId }, _, { loaders }) =>
    formulas.channelPerformance(await loaders.channels.load(eventId)),
  platformFallback: async ({ eventId }, _, { loaders }) =>
    formulas.platformFallback(await loaders.channels.load(eventId)),
  participationTrend: async ({ event }, { timeUnit }, { loaders, now }) =>
    formulas.participationTrend(event, await loaders.hours.load(event.eventId), calendar, now, timeUnit),
  roiAnalysis: async ({ event }, _, { loaders }) => formulas.roiAnalysis(await loaders.comparable(event)),
  async participantProfile({ event }, _, { loaders }) {
    const [profile, hours] = await Promise.all([
      loaders.profile.load(event.eventId),
      loaders.hours.load(event.eventId),
    ]);
    return formulas.participantProfile(event.counts, profile, hours, calendar);
  },
  async comparativeAnalysis({ event }, _, { loaders }) {
    const [facts, { averages }, best] = await Promise.all([
      loaders.comparable(event),
      loaders.industryMean(event),
      loaders.bestBefore(event),
    ]);
    return formulas.comparativeAnalysis(formulas.figuresOf(facts), averages, best);
  },
  averagedStores: async ({ event }, _, { loaders }) => (await loaders.industryMean(event)).stores,
  async validUntil({ event }, _, { loaders, now }) {
    const { refreshedAt } = await loaders.industry.load(event);
    const nextFigures = (refreshedAt ?? 0) + formulas.INDUSTRY_REFRESH_MS;
    const byClock = formulas.nextChangeByClock(event, now);
    return nextFigures > now && nextFigures < byClock ? nextFigures : byClock;
  },
};

const SummaryCards = {
  // The one figure that wants a look at today's hours is read when it is selected.
  totalParticipants: ({ event }) => ({ ...formulas.totalParticipantsCard(event, event.counts, 0), event }),
  async totalViews({ event }, _, { loaders }) {
    const [channels, atClose] = await Promise.all([
      loaders.channels.load(event.eventId),
      loaders.viewsAtClose.load(event.eventId),
    ]);
    return formulas.totalViewsCard(channels, atClose);
  },
  async roi({ event }, _, { loaders }) {
    const [facts, { averages }] = await Promise.all([loaders.comparable(event), loaders.industryMean(event)]);
    return formulas.roiCard(facts, averages.roi);
  },
  salesGrowth: async ({ event }, _, { loaders }) => formulas.salesGrowthCard(await loaders.sales.load(event)),
};

const TotalParticipantsCard = {
  dailyChange: ({ event }, _, { loaders }) => loaders.registeredToday.load(event.eventId),
};

export const resolvers = { Query, Dashboard, SummaryCards, TotalParticipantsCard, DateTime };
