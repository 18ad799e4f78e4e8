import { divideHalfAwayFromZero, percentTenths, shown, sum } from './arithmetic';
import { channelsInOrder, channelTable, conversionTenths, participationTenths, viewsCard } from './channels';
import { type KnownEvent, knownEvents, measurementsOf, namingsOf, participantsOf, salesOf } from './known';
import { balanceOf, growthCard, growthTenths, roiCard, roiSection, salesAround } from './money';
import { dayNumber, startOfDay } from './moments';
import { participantsCard, profile, trend } from './people';
import type { RawMessage } from '../messages/topic-fixtures';

/**
 * REST's answers, recomputed from the messages alone: slow, and as simple as the written rules. It shares no code with the
 * service, so that only the same mistake in both stays unnoticed.
 *
 * @param messages the valid messages of all topics, each topic's in the order they arrived
 * @param readable the stores that the reader may read; each event's own alone when left out
 * @returns the dashboard of every event that they may read by its id, without lastUpdated and cacheStatus
 */
export function expectedDashboards(
  messages: readonly RawMessage[],
  now: number,
  readable?: readonly string[],
): ReadonlyMap<string, object> {
  const all = knownEvents(messages).map((event) => examine(messages, event, now));
  const shown = all.filter(({ event }) => readable?.includes(event.storeId) ?? true);
  return new Map(
    shown.map((examined) => [examined.event.eventId, dashboard(examined, all, now, readable ?? [])]),
  );
}

type Examined = ReturnType<typeof examine>;

/** The part of one event that does not depend on others. */
function examine(messages: readonly RawMessage[], event: KnownEvent, now: number) {
  const { eventId, storeId } = event;
  const participants = participantsOf(messages, eventId);
  const channels = channelsInOrder(
    namingsOf(messages, eventId),
    measurementsOf(messages, eventId),
    participants,
    startOfDay(dayNumber(now)),
  );
  const sales = salesAround(event, salesOf(messages, storeId), now);
  const balance = balanceOf(event, channels, participants, sales);
  return {
    event,
    participants,
    channels,
    sales,
    balance,
    figures: {
      participation: participationTenths(participants.length, channels),
      roi: balance.roiTenths,
      conversion: conversionTenths(channels),
      growth: growthTenths(sales),
    },
  };
}

function dashboard(
  examined: Examined,
  all: readonly Examined[],
  now: number,
  readable: readonly string[],
): object {
  const { event, participants, channels, sales, balance } = examined;
  const averages = industryAverages(event, all, now, readable);
  return {
    eventId: event.eventId,
    storeId: event.storeId,
    eventTitle: event.title,
    summaryCards: {
      totalParticipants: participantsCard(event, participants, now),
      totalViews: viewsCard(channels),
      roi: roiCard(balance, averages.roi),
      salesGrowth: growthCard(sales),
    },
    channelPerformance: channelTable(channels),
    participationTrend: trend(event, participants, now),
    roiAnalysis: roiSection(event, channels, balance),
    participantProfile: profile(participants),
    comparativeAnalysis: {
      industryComparison: besideIndustry(examined, averages),
      previousEventComparison: besideEarlier(examined, all),
    },
  };
}

interface Averages {
  readonly participation: bigint;
  readonly roi: bigint;
  readonly conversion: bigint;
}

function industryAverages(
  event: KnownEvent,
  all: readonly Examined[],
  now: number,
  readable: readonly string[],
): Averages {
  const others = all.filter(
    (other) =>
      other.event.storeId !== event.storeId &&
      other.event.industry === event.industry &&
      other.event.startAt <= now &&
      other.participants.length > 0,
  );
  const stores = new Set(others.map((other) => other.event.storeId));
  const competitors = [...stores].filter((store) => !readable.includes(store));
  if (competitors.length < 5) {
    return { participation: 55n, roi: 1_800n, conversion: 60n };
  }
  const mean = (figure: 'participation' | 'roi' | 'conversion'): bigint =>
    divideHalfAwayFromZero(sum(others.map(({ figures }) => figures[figure])), BigInt(others.length));
  return { participation: mean('participation'), roi: mean('roi'), conversion: mean('conversion') };
}

function besideIndustry({ figures }: Examined, averages: Averages) {
  const row = (metric: string, mine: bigint, average: bigint) => ({
    metric,
    myValue: shown(mine),
    industryAverage: shown(average),
    percentageDifference: shown(percentTenths(mine - average, average)),
  });
  return [
    row('참여율', figures.participation, averages.participation),
    row('ROI', figures.roi, averages.roi),
    row('전환율', figures.conversion, averages.conversion),
  ];
}

function besideEarlier(examined: Examined, all: readonly Examined[]) {
  const { event, participants, figures } = examined;
  const earlier = all.filter(
    (other) => other.event.storeId === event.storeId && other.event.startAt < event.startAt,
  );
  if (earlier.length === 0) return [];
  const row = (
    metric: string,
    current: bigint,
    before: readonly bigint[],
    show: (value: bigint) => number,
  ) => {
    const best = before.reduce((highest, value) => (value > highest ? value : highest));
    const improvement = percentTenths(current - best, best < 0n ? -best : best);
    return {
      metric,
      currentValue: show(current),
      previousBest: show(best),
      improvementRate: shown(improvement),
    };
  };
  const counts = earlier.map((other) => BigInt(other.participants.length));
  return [
    row('참여자 수', BigInt(participants.length), counts, Number),
    row(
      'ROI',
      figures.roi,
      earlier.map((other) => other.figures.roi),
      shown,
    ),
    row(
      '매출 증가율',
      figures.growth,
      earlier.map((other) => other.figures.growth),
      shown,
    ),
  ];
}
