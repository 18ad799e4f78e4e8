import type { BusinessCalendar } from '../../../src/domain/calendar';
import { createBusinessCalendar } from '../../../src/domain/calendar';
import type { PastFigures } from '../../../src/domain/comparison';
import type { ChannelFacts, CountFacts, EventFacts, HourFacts, SalesFacts } from '../../../src/domain/facts';
import type {
  ChannelName,
  Count,
  EventId,
  Industry,
  Instant,
  Krw,
  LocalDay,
  Percent,
  StoreId,
} from '../../../src/domain/values';

/** Short ways to say the facts a test is about; whatever it does not name is harmless. */

export const count = (value: number) => value as Count;
export const krw = (value: number) => value as Krw;
export const percent = (value: number) => value as Percent;
export const day = (text: string) => text as LocalDay;
export const channelName = (text: string) => text as ChannelName;
export const at = (text: string) => Date.parse(text) as Instant;

export const utc: BusinessCalendar = createBusinessCalendar('UTC');

export function eventFacts(changes: Partial<EventFacts> = {}): EventFacts {
  return {
    eventId: '550e8400-e29b-41d4-a716-446655440000' as EventId,
    storeId: '660e8400-e29b-41d4-a716-446655440001' as StoreId,
    title: '신규 고객 환영 이벤트',
    industry: '음식점' as Industry,
    targetGoal: count(1000),
    startAt: at('2025-10-15T00:00:00Z'),
    endAt: at('2025-10-22T00:00:00Z'),
    prizeCost: krw(0),
    otherCosts: krw(0),
    newCustomerLtv: krw(0),
    ...changes,
  };
}

export function countFacts(participants: number, newCustomers = 0): CountFacts {
  return { participants: count(participants), newCustomers: count(newCustomers) };
}

export interface ChannelSketch {
  readonly measured?: number;
  readonly expected?: number;
  readonly participants?: number;
  readonly cost?: number;
  readonly status?: 'SUCCESS' | 'FAILED' | 'PENDING';
  readonly firstAt?: string;
  readonly firstPosition?: number;
  readonly distributed?: boolean;
  readonly failingSince?: string;
}

/** A channel; distributed with SUCCESS unless the sketch says otherwise. */
export function channelFacts(name: string, sketch: ChannelSketch = {}): ChannelFacts {
  return {
    channel: channelName(name),
    distribution: sketch.distributed === false ? null : distributionOf(sketch),
    measuredViews: sketch.measured === undefined ? null : count(sketch.measured),
    measuredAt: sketch.measured === undefined ? null : at('2025-10-15T00:00:00Z'),
    failingSince: sketch.failingSince === undefined ? null : at(sketch.failingSince),
    participants: count(sketch.participants ?? 0),
  };
}

function distributionOf(sketch: ChannelSketch): ChannelFacts['distribution'] {
  return {
    status: sketch.status ?? 'SUCCESS',
    cost: krw(sketch.cost ?? 0),
    expectedViews: sketch.expected === undefined ? null : count(sketch.expected),
    firstAt: at(sketch.firstAt ?? '2025-10-14T00:00:00Z'),
    firstPosition: sketch.firstPosition ?? 0,
  };
}

export function hourFacts(hour: string, registrations: number): HourFacts {
  return { hour: at(hour), registrations: count(registrations) };
}

export const noSales: SalesFacts = { days: 7, before: krw(0), after: krw(0), recorded: false };

export function salesFacts(before: number, after: number, days = 7): SalesFacts {
  return { days, before: krw(before), after: krw(after), recorded: true };
}

export function pastFigures(participants: number, roi: number, salesGrowth: number): PastFigures {
  return { participants: count(participants), roi: percent(roi), salesGrowth: percent(salesGrowth) };
}
