import { z } from 'zod';
import { FIFTY_DASHBOARDS, ONE_SECTION, type Operation, TITLE_AND_COUNT } from './operations';

/** How PostGraphile is asked for what an operation asks the service for. */
export interface Translation {
  readonly query: string;
  /** Brings what it answers into the shape of the service's answer. */
  readonly reshape: (data: unknown) => unknown;
}

const CHANNELS =
  'channelsByEventIdList { channel views participants conversionRate costPerAcquisition status }';

const titled = z.object({ eventTitle: z.string() });
const withChannels = z.object({ channelsByEventIdList: z.array(z.unknown()) });
const withCards = z.object({
  count: z.number(),
  targetGoal: z.number(),
  achievementRate: z.number(),
  dailyChange: z.number(),
});
const one = <Dashboard>(dashboard: z.ZodType<Dashboard>) => z.object({ dashboardByEventId: dashboard });

/** The operations that it can answer alike: rows, and aggregates that PostgreSQL can compute. */
export const TRANSLATIONS: ReadonlyMap<Operation, Translation> = new Map([
  [
    TITLE_AND_COUNT,
    {
      query: 'query ($eventId: UUID!) { dashboardByEventId(eventId: $eventId) { eventTitle count } }',
      reshape(data) {
        const counted = titled.extend({ count: z.number() });
        const { eventTitle, count } = one(counted).parse(data).dashboardByEventId;
        return { dashboard: { eventTitle, summaryCards: { totalParticipants: { count } } } };
      },
    },
  ],
  [
    ONE_SECTION,
    {
      query: `query ($eventId: UUID!) { dashboardByEventId(eventId: $eventId) { ${CHANNELS} } }`,
      reshape(data) {
        const { channelsByEventIdList } = one(withChannels).parse(data).dashboardByEventId;
        return { dashboard: { channelPerformance: channelsByEventIdList } };
      },
    },
  ],
  [
    FIFTY_DASHBOARDS,
    {
      query: `query ($eventIds: [UUID!]!) {
        dashboardsByIdsList(ids: $eventIds) {
          eventTitle count targetGoal achievementRate dailyChange ${CHANNELS}
        }
      }`,
      reshape(data) {
        const dashboard = titled.extend({ ...withCards.shape, ...withChannels.shape });
        const { dashboardsByIdsList } = z.object({ dashboardsByIdsList: z.array(dashboard) }).parse(data);
        return {
          dashboards: dashboardsByIdsList.map(
            ({ eventTitle, channelsByEventIdList, ...totalParticipants }) => ({
              eventTitle,
              summaryCards: { totalParticipants },
              channelPerformance: channelsByEventIdList,
            }),
          ),
        };
      },
    },
  ],
]);
