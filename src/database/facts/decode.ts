import type { PastFigures } from '../../domain/comparison';
import { DAY_IN_MS, localDayOf } from '../../domain/days';
import {
  AGE_CODES,
  type ChannelFacts,
  GENDER_CODES,
  type HourFacts,
  type IndustryFacts,
  type IndustrySums,
  type ProfileFacts,
  type SalesDay,
  type StoreEventFacts,
  type ViewsAtClose,
} from '../../domain/facts';
import { percentFromTenths } from '../../domain/rounding';
import type {
  ChannelName,
  DistributionStatus,
  EventId,
  Industry,
  Instant,
  StoreId,
} from '../../domain/values';
import type { EventRecord } from '../events';
import { read } from './columns';

/** The parts of a fact statement's answer, each as it was written there. */

export function toEvent(columns: readonly unknown[]): EventRecord {
  const [eventId, storeId, title, industry, targetGoal, startAt, endAt, prizeCost, otherCosts, ltv, ...rest] =
    columns;
  const [participants, newCustomers, version, changedAt, lastUpdated] = rest;
  return {
    eventId: read.text(eventId) as EventId,
    storeId: read.text(storeId) as StoreId,
    title: read.text(title),
    industry: read.text(industry) as Industry,
    targetGoal: read.count(targetGoal),
    startAt: read.instant(startAt),
    endAt: read.instant(endAt),
    prizeCost: read.krw(prizeCost),
    otherCosts: read.krw(otherCosts),
    newCustomerLtv: read.krw(ltv),
    counts: { participants: read.count(participants), newCustomers: read.count(newCustomers) },
    version: read.count(version),
    changedAt: read.instant(changedAt),
    lastUpdated: read.instant(lastUpdated),
  };
}

export const toChannels = (part: unknown): ChannelFacts[] => read.listOf(part, toChannel);

function toChannel(columns: readonly unknown[]): ChannelFacts {
  const [channel, participants, views, measuredAt, failingSince, status] = columns;
  return {
    channel: read.text(channel) as ChannelName,
    participants: read.count(participants),
    measuredViews: read.orNull(views, read.count),
    measuredAt: read.orNull(measuredAt, read.instant),
    failingSince: read.orNull(failingSince, read.instant),
    // A distribution sets all of its columns together.
    distribution: status === null ? null : toDistribution(status, columns),
  };
}

/** By their places: the rest of a list would be a list of its own, of each channel (for fifty events 11 µs against 7). */
function toDistribution(status: unknown, columns: readonly unknown[]): ChannelFacts['distribution'] {
  return {
    status: toStatus(status),
    cost: read.krw(columns[6]),
    expectedViews: read.orNull(columns[7], read.count),
    firstAt: read.instant(columns[8]),
    firstPosition: read.whole(columns[9]),
  };
}

const STATUSES: readonly DistributionStatus[] = ['SUCCESS', 'FAILED', 'PENDING'];

function toStatus(value: unknown): DistributionStatus {
  const status = STATUSES.find((each) => each === value);
  if (status === undefined)
    throw new Error(`The status of a distribution is one of ${STATUSES.join(', ')}, not ${String(value)}.`);
  return status;
}

export const toViewsAtClose = (part: unknown): ViewsAtClose[] =>
  read.listOf(part, ([channel, views]) => ({
    channel: read.text(channel) as ChannelName,
    views: read.count(views),
  }));

export const toHours = (part: unknown): HourFacts[] =>
  read.pairs(part, (seconds, registrations) => ({
    hour: read.instant(Number(seconds) * 1_000),
    registrations: read.count(Number(registrations)),
  }));

export const toSalesDays = (part: unknown): SalesDay[] =>
  read.pairs(part, (day, amount) => ({
    day: localDayOf(read.whole(Number(day)) * DAY_IN_MS),
    amount: BigInt(amount),
  }));

export function toProfile(part: unknown): ProfileFacts {
  const traits = read.listOf(part, ([dimension, bucket, count]) => ({
    dimension: read.text(dimension),
    bucket: read.text(bucket),
    count: read.count(count),
  }));
  const of = <Code extends string>(dimension: string, codes: readonly Code[]) =>
    new Map(
      codes.flatMap((code) => {
        const trait = traits.find((each) => each.dimension === dimension && each.bucket === code);
        return trait === undefined ? [] : [[code, trait.count] as const];
      }),
    );
  return {
    age: of('AGE', AGE_CODES),
    gender: of('GENDER', GENDER_CODES),
    topRegions: traits
      .filter(({ dimension }) => dimension === 'REGION')
      .map(({ bucket, count }) => ({ region: bucket, count })),
  };
}

/** An industry, and when its rollup was made; null before the first time. */
export interface IndustryAnswer {
  readonly facts: IndustryFacts;
  readonly refreshedAt: Instant | null;
}

export function toIndustry(part: unknown): IndustryAnswer {
  const [stores, knownStores, total, own, refreshedAt] = read.list(part);
  return {
    facts: {
      stores: read.whole(stores),
      knownStores: read.whole(knownStores),
      total: toSums(total),
      own: read.orNull(own, toSums),
    },
    refreshedAt: read.orNull(refreshedAt, read.instant),
  };
}

function toSums(value: unknown): IndustrySums {
  const [events, participation, roi, conversion] = read.list(value);
  return {
    events: read.whole(events),
    participationTenths: read.exact(participation),
    roiTenths: read.exact(roi),
    conversionTenths: read.exact(conversion),
  };
}

/** An event of a store, and what the store sold around its start. */
export interface StoreEventReading {
  readonly event: StoreEventFacts;
  readonly sales: readonly SalesDay[];
}

/** Events that have no sales of their own have those of all. */
export function toStoreEvents(part: unknown): StoreEventReading[] {
  const [sales, events] = read.list(part);
  const ofAll = toSalesDays(sales);
  return read
    .listOf(events, toStoreEvent)
    .map(({ event, sales: own }) => ({ event, sales: own.length > 0 ? own : ofAll }));
}

export function toStoreEvent(columns: readonly unknown[]): StoreEventReading {
  const [startAt, participants, newCustomers, prizeCost, otherCosts, ltv, channelCost, sales] = columns;
  return {
    event: {
      startAt: read.instant(startAt),
      participants: read.count(participants),
      newCustomers: read.count(newCustomers),
      prizeCost: read.krw(prizeCost),
      otherCosts: read.krw(otherCosts),
      newCustomerLtv: read.krw(ltv),
      channelCost: read.exact(channelCost),
    },
    sales: toSalesDays(sales),
  };
}

/** @returns the highest of each figure among the settled events; null without any */
export function toPastFigures(part: unknown): PastFigures | null {
  const [participants, roiTenths, growthTenths] = read.list(part);
  if (participants === null) return null;
  return {
    participants: read.count(participants),
    roi: percentFromTenths(BigInt(read.whole(roiTenths))),
    salesGrowth: percentFromTenths(BigInt(read.whole(growthTenths))),
  };
}
