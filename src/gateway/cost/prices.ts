import type { GraphQLField } from 'graphql';
import { type FactKind, kindsOf, NO_FACTS } from '../../database/facts/kinds';
import { BUSIEST } from '../../auth/readers';
import {
  MOST_HEADERS,
  MOST_PLATFORMS,
  MOST_REASONS,
  MOST_TOPICS,
  MOST_TROUBLED,
  MOST_UNREAD,
} from '../../resolvers/list-limits';
import { needsOf } from '../../resolvers/needs';
import { REFUSALS } from '../operations/refusals';

/**
 * Where the length of a list comes from: a number is the most that it can have; `eventIds` and `representations` are
 * arguments; `page` is what stands on a page of events; `first` is that argument of the field that the list is of;
 * `channels`, `points` and `earlier events` are facts of the events that are asked about; `schema` is the schema's own.
 */
export type ListLength =
  number | 'eventIds' | 'representations' | 'page' | 'first' | 'channels' | 'points' | 'schema';

/** What a field costs beyond the one unit of any field in the answer: at most about a microsecond of the processor's time. */
export interface Price {
  /** Reading what it is computed from, once for each event however often it is selected. */
  readonly load?: number;
  /** Computing it, each time that it stands in the answer. */
  readonly compute?: number;
  /** Whether it is computed from the hours with registrations, which are read once for each event. */
  readonly reads?: 'hours';
  /** Reading an entry of a page, or a representation: all are read, whatever is selected of them, and anew each time. */
  readonly perEntry?: number;
  /** Reading and computing each event of a store, once for each store. */
  readonly perEventOfStore?: number;
  /** That `id` names a store; else it names an event. */
  readonly names?: 'a store';
  /** Reading and computing each event of the same store that one is compared with, once for each store. */
  readonly perStoreEvent?: number;
  readonly list?: ListLength;
  /** How many times as much it takes, and all that is selected of it. */
  readonly times?: number;
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

/** Computing a root field, a section or a card, unless the table says otherwise. */
const COMPUTED = 20;
/** An event of the same store, read and computed to be compared with. */
const STORE_EVENT = 10;

/** One that totals are added up from, with the days of sales around its start. */
const TOTALLED_EVENT = 20;

/** What graphql-js itself executes takes half as much again. */
const NOT_COMPILED = 1.5;

/** A token of 16 KB has room for no more: three quarters of that, once it is decoded, and 37 bytes an id. */
const MOST_STORES_OF_A_TOKEN = 332;

/** The name of a topic, 249 bytes at Kafka. */
const TOPIC = { compute: 4 } as const satisfies Price;
/** What is cut to 500 characters, of four bytes each. */
const REASON = { compute: 32 } as const satisfies Price;
/** A statement of its own, beside what stands in its answer. */
const OWN_STATEMENT = 500;
/** All metrics of the process are asked for their values. */
const FIGURES = 3_000;
/** Ten thousand rows are counted. */
const COUNTING_LETTERS = 5_000;
/** A transaction with all that a message changes, and what is published of it. */
const REPLAY = 5_000;

const PAGE = { compute: 35, perEntry: 35 } as const satisfies Price;

/**
 * What fields cost, by their coordinates, beside what follows from the facts that they need. A test holds it against the
 * schema: no list may be missing, and no resolver that needs no facts; nothing that the schema does not have may be here.
 */
export const PRICES: Readonly<Record<string, Price>> = {
  'Query.event': { load: STATEMENT, compute: COMPUTED },
  'Query.events': PAGE,
  'Query.store': { compute: COMPUTED, names: 'a store' },
  'Query.viewer': { compute: COMPUTED },
  'Query.dashboard': { load: STATEMENT, compute: COMPUTED },
  'Query.dashboards': { load: STATEMENT, compute: COMPUTED, list: 'eventIds' },
  'Query._entities': {
    compute: COMPUTED,
    perEntry: STATEMENT,
    list: 'representations',
    times: NOT_COMPILED,
  },
  'Query._service': { compute: COMPUTED },
  // The whole schema as one text.
  '_Service.sdl': { compute: 600 },
  'Subscription.participantCount': { load: STATEMENT, compute: COMPUTED },
  'Subscription.dashboardUpdated': { load: STATEMENT, compute: COMPUTED },

  'Query.service': { compute: COMPUTED },
  'Mutation.replayDeadLetter': { compute: REPLAY },
  'Replayed.reason': REASON,

  'Service.gateway': { compute: FIGURES },
  'Service.topics': { compute: OWN_STATEMENT, list: MOST_TOPICS },
  'Service.troubledPartitions': { compute: OWN_STATEMENT, list: MOST_TROUBLED },
  'Service.deletedUnread': { compute: OWN_STATEMENT, list: MOST_UNREAD },
  'Service.platforms': { compute: OWN_STATEMENT, list: MOST_PLATFORMS },
  'Service.deadLetterCounts': { compute: COUNTING_LETTERS, list: MOST_REASONS },
  'Service.deadLetters': { compute: OWN_STATEMENT },
  'Service.deadLetter': { compute: OWN_STATEMENT },
  'GatewayFigures.refusals': { list: REFUSALS.length },
  'GatewayFigures.messages': { list: 20 },
  'ReadersFigures.busiest': { list: BUSIEST },
  'ReaderFigures.storeIds': { list: 3 },
  'TopicOutcomes.topic': TOPIC,
  'TopicFigures.topic': TOPIC,
  'PartitionFigures.topic': TOPIC,
  'PartitionFigures.reason': REASON,
  'UnreadStretch.topic': TOPIC,
  'PlatformFigures.channel': NAME,
  'PlatformFigures.reason': REASON,
  'DeadLetterCount.topic': TOPIC,
  'DeadLetterCount.reason': REASON,
  'DeadLetterPage.letters': { list: 'first' },
  'DeadLetter.topic': TOPIC,
  'DeadLetter.reason': REASON,
  'DeadLetterContent.failure': REASON,
  'DeadLetterContent.headers': { list: MOST_HEADERS },
  'LetterHeader.name': { compute: 13 },
  // Of what is written as two characters in JSON, three bytes each.
  'LetterPart.content': { compute: 200 },

  'Store.events': PAGE,
  'Store.totals': { compute: STATEMENT + COMPUTED, perEventOfStore: TOTALLED_EVENT },
  'Viewer.storeIds': { list: MOST_STORES_OF_A_TOKEN },
  'EventConnection.edges': { list: 'page' },
  'EventEdge.cursor': { compute: 4 },
  'PageInfo.startCursor': { compute: 4 },
  'PageInfo.endCursor': { compute: 4 },
  'Event.title': TITLE,
  'Event.industry': NAME,
  'Event.dashboard': { load: STATEMENT, compute: COMPUTED },

  'Dashboard.eventTitle': TITLE,
  'Dashboard.summaryCards': { compute: 5 },
  'Dashboard.channelPerformance': { list: 'channels' },
  'Dashboard.platformFallback': { compute: 10 },
  'Dashboard.participationTrend': { compute: 40 },
  'Dashboard.roiAnalysis': { compute: 30 },
  'Dashboard.participantProfile': { compute: 60 },
  'Dashboard.comparativeAnalysis': { compute: 50 },
  'Dashboard.averagedStores': { compute: 5 },

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

/**
 * @param coordinate `Type.field`
 * @returns one unit and nothing more for what is not in the table and needs no facts
 */
export function priceOf(coordinate: string, field: GraphQLField<unknown, unknown>): Price {
  const needed = needsOf(field);
  const listed = PRICES[coordinate] ?? (isOfTheSchema(coordinate) ? OF_THE_SCHEMA : NOTHING);
  return needed === NO_FACTS ? listed : { ...priceOfFacts(kindsOf(needed)), ...listed };
}

/** What computes from facts has a share in the statement for each kind. */
function priceOfFacts(kinds: readonly FactKind[]): Price {
  return {
    load: kinds.length * STATEMENT,
    compute: COMPUTED,
    ...(kinds.some(isOfHours) && { reads: 'hours' }),
    ...(kinds.includes('history') && { perStoreEvent: STORE_EVENT }),
  };
}

const isOfHours = (kind: FactKind): boolean => kind === 'hours' || kind === 'registeredToday';

/** What the schema tells of itself: descriptions are texts, and any list is as long as such lists are. */
const OF_THE_SCHEMA: Price = { compute: 1, list: 'schema' };

const isOfTheSchema = (coordinate: string): boolean => coordinate.startsWith('__');
