/**
 * Where the length of a list comes from: a number is the most that it can have; `eventIds` and `first` are arguments;
 * `channels`, `points` and `earlier events` are facts of the events that are asked about; `schema` is the schema's own.
 */
export type ListLength = number | 'eventIds' | 'first' | 'channels' | 'points' | 'schema';

/** What a field costs beyond the one unit of any field in the answer: at most about a microsecond of the processor's time. */
export interface Price {
  /** Reading what it is computed from, once for each event however often it is selected. */
  readonly load?: number;
  /** Computing it, each time that it stands in the answer. */
  readonly compute?: number;
  /** Whether it is computed from the hours with registrations, which are read once for each event. */
  readonly reads?: 'hours';
  /** Reading an entry of a page: all are read, whatever is selected of them, and anew for each page. */
  readonly perEntry?: number;
  /** Reading and computing each event of the same store that one is compared with, once for each store. */
  readonly perStoreEvent?: number;
  readonly list?: ListLength;
}

/** One kind of facts of one event: its part in the statement, in the text that comes, and in taking that apart. */
const STATEMENT = 15;
/** An hour with registrations: read once for each event, and iterated by each field that is computed from it. */
export const UNITS_PER_HOUR = { read: 0.5, computed: 0.25 };
/**
 * Texts that shop owners wrote are longer than numbers: a title up to two hundred characters, a name up to fifty, of four
 * bytes each. So priced, no unit stands for more than 64 bytes of an answer: what an answer may cost bounds its size, too.
 */
const TITLE = { compute: 12 } as const satisfies Price;
const NAME = { compute: 3 } as const satisfies Price;

/**
 * What fields cost, by their coordinates; those that are not here cost one unit. A test holds it against the schema: no
 * list and no resolver may be missing, and nothing that the schema does not have may be here.
 */
export const PRICES: Readonly<Record<string, Price>> = {
  'Query.event': { load: STATEMENT, compute: 20 },
  'Query.events': { compute: 35, perEntry: 35 },
  'Query.dashboard': { load: STATEMENT, compute: 20 },
  'Query.dashboards': { load: STATEMENT, compute: 20, list: 'eventIds' },
  'Subscription.participantCount': { load: STATEMENT, compute: 20 },
  'Subscription.dashboardUpdated': { load: STATEMENT, compute: 20 },

  'EventConnection.edges': { list: 'first' },
  'EventEdge.cursor': { compute: 4 },
  'PageInfo.startCursor': { compute: 4 },
  'PageInfo.endCursor': { compute: 4 },
  'Event.title': TITLE,
  'Event.industry': NAME,

  'Dashboard.eventTitle': TITLE,
  'Dashboard.summaryCards': { compute: 5 },
  'Dashboard.channelPerformance': { load: STATEMENT, compute: 20, list: 'channels' },
  'Dashboard.platformFallback': { load: STATEMENT, compute: 10 },
  'Dashboard.participationTrend': { load: STATEMENT, reads: 'hours', compute: 40 },
  'Dashboard.roiAnalysis': { load: 2 * STATEMENT, compute: 30 },
  'Dashboard.participantProfile': { load: 2 * STATEMENT, reads: 'hours', compute: 60 },
  'Dashboard.comparativeAnalysis': {
    load: 4 * STATEMENT,
    compute: 50,
    perStoreEvent: 10,
  },
  'Dashboard.averagedStores': { load: STATEMENT, compute: 5 },
  'Dashboard.validUntil': { load: STATEMENT, compute: 20 },

  'SummaryCards.totalParticipants': { load: STATEMENT, reads: 'hours', compute: 20 },
  'SummaryCards.totalViews': { load: 2 * STATEMENT, compute: 20 },
  'SummaryCards.roi': { load: 3 * STATEMENT, compute: 20 },
  'SummaryCards.salesGrowth': { load: STATEMENT, compute: 20 },
  'SalesGrowthCard.periodComparison': NAME,
  'TotalViewsCard.channelBreakdown': { list: 'channels' },
  'ChannelViews.channel': NAME,
  'ChannelPerformance.channel': NAME,
  'ChannelCost.channel': NAME,
  'PlatformFallback.channels': { compute: 3, list: 'channels' },
  'PlatformFallback.withoutViews': { compute: 3, list: 'channels' },
  'ParticipationTrend.dataPoints': { list: 'points' },
  'TotalCost.channelCosts': { list: 'channels' },
  'ROICalculation.formula': NAME,
  'RegionShare.region': NAME,
  'ParticipantProfile.ageDistribution': { list: 6 },
  'ParticipantProfile.genderDistribution': { list: 3 },
  'ParticipantProfile.regionDistribution': { list: 6 },
  'ParticipantProfile.timeDistribution': { list: 4 },
  'ComparativeAnalysis.industryComparison': { list: 3 },
  'ComparativeAnalysis.previousEventComparison': { list: 3 },
};

const NOTHING: Price = {};

/** @param coordinate `Type.field` */
export function priceOf(coordinate: string): Price {
  return PRICES[coordinate] ?? (isOfTheSchema(coordinate) ? OF_THE_SCHEMA : NOTHING);
}

/** What the schema tells of itself: descriptions are texts, and any list is as long as such lists are. */
const OF_THE_SCHEMA: Price = { compute: 1, list: 'schema' };

const isOfTheSchema = (coordinate: string): boolean => coordinate.startsWith('__');
