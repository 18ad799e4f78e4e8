import type { ComparableFacts, HourFacts, ProfileFacts, ViewsAtClose } from '../../../src/domain/facts';
import type { PastFigures } from '../../../src/domain/comparison';
import type { Instant } from '../../../src/domain/values';
import {
  at,
  channelFacts,
  channelName,
  count,
  countFacts,
  eventFacts,
  krw,
  pastFigures,
  salesFacts,
} from './facts-of';

/** Facts from which the example of the API contract follows, at this instant and with days of UTC. */
export const now: Instant = at('2025-10-22T10:30:00Z');

export const facts: ComparableFacts = {
  event: eventFacts({
    targetGoal: count(1000),
    startAt: at('2025-10-15T00:00:00Z'),
    endAt: at('2025-10-22T00:00:00Z'),
    prizeCost: krw(500_000),
    otherCosts: krw(100_000),
    newCustomerLtv: krw(20_000),
  }),
  counts: countFacts(1234, 137),
  channels: [
    channelFacts('Kakao Channel', { participants: 34, cost: 0, firstPosition: 4 }),
    channelFacts('Naver Blog', { measured: 200, participants: 100, cost: 50_000, firstPosition: 3 }),
    channelFacts('Instagram', { measured: 2000, participants: 200, cost: 50_000, firstPosition: 2 }),
    channelFacts('지니TV', { measured: 10_000, participants: 500, cost: 200_000, firstPosition: 1 }),
    channelFacts('우리동네TV', { measured: 5000, participants: 400, cost: 100_000, firstPosition: 0 }),
  ],
  sales: salesFacts(5_000_000, 5_760_000),
};

/** 850 views fewer than now. */
export const viewsAtClose: readonly ViewsAtClose[] = [
  { channel: channelName('우리동네TV'), views: count(4750) },
  { channel: channelName('지니TV'), views: count(9500) },
  { channel: channelName('Instagram'), views: count(1900) },
  { channel: channelName('Naver Blog'), views: count(200) },
];

export const hours: readonly HourFacts[] = [
  ...within('2025-10-15', { 3: 34, 9: 66 }),
  ...within('2025-10-16', { 10: 34, 13: 116 }),
  ...within('2025-10-17', { 14: 150 }),
  ...within('2025-10-18', { 12: 100, 15: 100 }),
  ...within('2025-10-19', { 8: 100, 16: 34, 20: 116 }),
  ...within('2025-10-20', { 18: 200 }),
  ...within('2025-10-21', { 19: 84, 21: 100 }),
];

export const profile: ProfileFacts = {
  age: new Map([
    ['10', count(50)],
    ['20', count(300)],
    ['30', count(450)],
    ['40', count(300)],
    ['50', count(134)],
  ]),
  gender: new Map([
    ['MALE', count(600)],
    ['FEMALE', count(634)],
  ]),
  topRegions: [
    { region: '서울', count: count(500) },
    { region: '경기', count: count(400) },
  ],
};

/** The best of the store's earlier events. */
export const best: PastFigures = pastFigures(1000, 200, 12);

function within(day: string, registrations: Readonly<Record<number, number>>): HourFacts[] {
  return Object.entries(registrations).map(([hour, joined]) => ({
    hour: at(`${day}T${hour.padStart(2, '0')}:00:00Z`),
    registrations: count(joined),
  }));
}
