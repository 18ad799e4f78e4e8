import type {
  ChannelName,
  Count,
  DistributionStatus,
  EventId,
  Industry,
  Instant,
  Krw,
  LocalDay,
  Percent,
  StoreId,
} from './values';

/**
 * What the formulas are fed with: the rows that a loader found, already parsed, in no particular order unless said.
 * A formula takes these and an instant, and reads nothing else.
 */

/** An event as its latest `event.created` defines it. */
export interface EventFacts {
  readonly eventId: EventId;
  readonly storeId: StoreId;
  readonly title: string;
  readonly industry: Industry;
  readonly targetGoal: Count;
  readonly startAt: Instant;
  readonly endAt: Instant;
  readonly prizeCost: Krw;
  readonly otherCosts: Krw;
  readonly newCustomerLtv: Krw;
}

/** How many took part so far. Zeroes for an event without participants. */
export interface CountFacts {
  readonly participants: Count;
  readonly newCustomers: Count;
}

/** One channel of one event, known from a distribution, a measurement or a participant. */
export interface ChannelFacts {
  readonly channel: ChannelName;
  /** What the latest distribution says; null when none named the channel. */
  readonly distribution: {
    readonly status: DistributionStatus;
    readonly cost: Krw;
    readonly expectedViews: Count | null;
    /** Where the channel first stood: the earliest distribution naming it, and its place in that. */
    readonly firstAt: Instant;
    readonly firstPosition: number;
  } | null;
  /** The latest measured total; null when the channel was never measured. */
  readonly measuredViews: Count | null;
  /** When that was measured. */
  readonly measuredAt: Instant | null;
  /** Since when the channel's platform fails to answer; null while it answers, and when none is configured. */
  readonly failingSince: Instant | null;
  readonly participants: Count;
}

/** New registrations within one hour; hours without any are absent. */
export interface HourFacts {
  /** The start of the hour. */
  readonly hour: Instant;
  readonly registrations: Count;
}

/** A channel's latest measurement before today began; channels without one are absent. */
export interface ViewsAtClose {
  readonly channel: ChannelName;
  readonly views: Count;
}

/** Participants by one trait. Codes are what the profile rollup stores; absent codes count zero. */
export interface ProfileFacts {
  readonly age: ReadonlyMap<AgeCode, Count>;
  readonly gender: ReadonlyMap<GenderCode, Count>;
  /** The largest regions by count, then name (at least five where there are that many), without 기타 and unknown. */
  readonly topRegions: readonly { readonly region: string; readonly count: Count }[];
}

/** The age bands of participants, from the youngest: their codes, and the age that each ends before; null for none. */
export const AGE_BANDS = [
  { code: '10', below: 20 },
  { code: '20', below: 30 },
  { code: '30', below: 40 },
  { code: '40', below: 50 },
  { code: '50', below: null },
] as const;
export type AgeCode = (typeof AGE_BANDS)[number]['code'] | 'UNKNOWN';
export const AGE_CODES: readonly AgeCode[] = [...AGE_BANDS.map(({ code }) => code), 'UNKNOWN'];
export const GENDER_CODES = ['MALE', 'FEMALE', 'UNKNOWN'] as const;
export type GenderCode = (typeof GENDER_CODES)[number];

/** A store's sales in the n days before an event's start day and the n days from it. */
export interface SalesFacts {
  /** n; 0 when the start day is still to come. */
  readonly days: number;
  readonly before: Krw;
  readonly after: Krw;
  /** False when neither window holds a single record. */
  readonly recorded: boolean;
}

/** What a store sold on one business day. */
export interface SalesDay {
  readonly day: LocalDay;
  /** In won, exact whatever its size. */
  readonly amount: bigint;
}

/** An event of a store, as far as others of the store are compared with it. */
export interface StoreEventFacts
  extends Pick<EventFacts, 'startAt' | 'prizeCost' | 'otherCosts' | 'newCustomerLtv'>, CountFacts {
  /** What its channels cost together, in won, exact whatever its size. */
  readonly channelCost: bigint;
}

/** Everything the comparable figures of one event are computed from. */
export interface ComparableFacts {
  readonly event: EventFacts;
  readonly counts: CountFacts;
  readonly channels: readonly ChannelFacts[];
  readonly sales: SalesFacts;
}

/** The industry's averages as they hold for one store. */
export interface IndustryAverages {
  readonly participationRate: Percent;
  readonly roi: Percent;
  readonly conversionRate: Percent;
}

/** What a set of events adds up to: sums of displayed percentages, in tenths. */
export interface IndustrySums {
  readonly events: number;
  readonly participationTenths: bigint;
  readonly roiTenths: bigint;
  readonly conversionTenths: bigint;
}

/** An industry as one store asks for it, for a viewer who reads that store and perhaps others. */
export interface IndustryFacts {
  /** How many distinct stores have an event in the total, the asking one included. */
  readonly stores: number;
  /** How many of these the reader knows already: the asking one, and the others of their audience. */
  readonly knownStores: number;
  /** The events of all stores. */
  readonly total: IndustrySums;
  /** The asking store's own part of the total; null when it has no event in it. */
  readonly own: IndustrySums | null;
}

/** An industry's averages, and what stands behind them. */
export interface IndustryMean {
  /** How many stores the averages are the mean of; 0 when they are the reference table's. */
  readonly stores: number;
  readonly averages: IndustryAverages;
}
