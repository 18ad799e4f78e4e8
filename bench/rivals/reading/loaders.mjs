import DataLoader from 'dataloader';
import { createHistory, figuresOf, industryMean } from '../formulas.mjs';
import * as facts from './facts.mjs';

/** What one operation reads: each kind in one statement for all events that ask in the same turn. */
export class Loaders {
  constructor(viewer, now) {
    // Who reads one store or all is shown what anybody is.
    const audience = viewer.isAdmin || viewer.storeIds.size <= 1 ? [] : [...viewer.storeIds];
    const byEvent = { cacheKeyFn: ({ eventId }) => eventId };
    this.event = new DataLoader(facts.eventsById);
    this.channels = new DataLoader(facts.channelsOf);
    this.viewsAtClose = new DataLoader((ids) => facts.viewsAtClose(ids, now));
    this.registeredToday = new DataLoader((ids) => facts.registeredToday(ids, now));
    this.hours = new DataLoader(facts.hoursOf);
    this.profile = new DataLoader(facts.profilesOf);
    this.sales = new DataLoader((events) => facts.salesAround(events, now), byEvent);
    this.industry = new DataLoader((events) => facts.industriesFor(events, audience), byEvent);
    this.storeEvents = new DataLoader(facts.eventsOfStores);
  }

  async comparable(event) {
    const [channels, sales] = await Promise.all([this.channels.load(event.eventId), this.sales.load(event)]);
    return { event, counts: event.counts, channels, sales };
  }

  async industryMean(event) {
    const { facts: found } = await this.industry.load(event);
    return industryMean(event.industry, found);
  }

  async bestBefore(event) {
    const all = await this.storeEvents.load(event.storeId);
    const earlier = all.filter(({ startAt }) => startAt < event.startAt);
    const past = await Promise.all(
      earlier.map(async (each) => ({
        startAt: each.startAt,
        figures: figuresOf(await this.comparable(each)),
      })),
    );
    return createHistory(past).bestBefore(event.startAt);
  }
}
