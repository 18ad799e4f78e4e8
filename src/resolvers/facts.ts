import type { EventFigures } from '../metrics/comparison';
import type { ComparableFacts, IndustryMean } from '../metrics/facts';
import { industryMean } from '../metrics/industry';
import type { EventRecord } from '../platform/statistics/events';
import type { Loaders } from './loaders/loaders';

/** What an event's comparable figures are computed from. */
export async function loadComparable(
  loaders: Pick<Loaders, 'channels' | 'sales'>,
  event: EventRecord,
): Promise<ComparableFacts> {
  const [channels, sales] = await Promise.all([
    loaders.channels.load(event.eventId),
    loaders.sales.load(event),
  ]);
  return { event, counts: event.counts, channels, sales };
}

/** The industry's averages besides the event's store, as the operation's audience is shown them. */
export async function loadIndustryMean(loaders: Loaders, event: EventRecord): Promise<IndustryMean> {
  const { facts } = await loaders.industry.load(event);
  return industryMean(event.industry, facts);
}

/** The figures of the same store's events that started earlier. */
export async function loadEarlierFigures(loaders: Loaders, event: EventRecord): Promise<EventFigures[]> {
  const all = await loaders.storeFigures.load(event.storeId);
  return all.filter(({ startAt }) => startAt < event.startAt).map(({ figures }) => figures);
}
