import type { Random } from './random';

/** A message as it goes onto a topic. */
export interface SimulatedMessage {
  readonly topic: string;
  readonly value: Readonly<Record<string, unknown>>;
}

export interface Campaign {
  readonly eventId: string;
  readonly storeId: string;
  readonly title: string;
  readonly industry: string;
  readonly targetGoal: number;
  /** Milliseconds since 1970. */
  readonly startAt: number;
  readonly endAt: number;
}

interface ChannelPlan {
  readonly channel: string;
  readonly cost: number;
  /** Views that a day brings. */
  readonly viewsPerDay: number;
  /** How many of a hundred participants come over it. */
  readonly share: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const CHANNELS: readonly ChannelPlan[] = [
  { channel: '우리동네TV', cost: 100_000, viewsPerDay: 700, share: 33 },
  { channel: '지니TV', cost: 200_000, viewsPerDay: 1_400, share: 40 },
  { channel: 'Instagram', cost: 50_000, viewsPerDay: 300, share: 16 },
  { channel: 'Naver Blog', cost: 50_000, viewsPerDay: 60, share: 8 },
  { channel: 'Kakao Channel', cost: 0, viewsPerDay: 0, share: 3 },
];

/** How lively each hour of a Korean shopping day is, from midnight on. */
const HOURS = [2, 1, 1, 1, 1, 2, 4, 7, 9, 10, 12, 16, 18, 14, 12, 12, 13, 16, 22, 24, 20, 14, 8, 4];
const KST = 9 * HOUR;

const AGES: readonly (readonly [() => readonly [number, number], number])[] = [
  [() => [14, 19], 4],
  [() => [20, 29], 24],
  [() => [30, 39], 36],
  [() => [40, 49], 24],
  [() => [50, 72], 12],
];

const REGIONS = [
  ['서울', 40],
  ['경기', 30],
  ['인천', 9],
  ['부산', 7],
  ['대전', 4],
  ['대구', 4],
  ['광주', 3],
  ['기타', 3],
] as const;

/** The messages that open a campaign: what it is, and over which channels it goes. */
export function opening(random: Random, campaign: Campaign): SimulatedMessage[] {
  const { startAt, endAt, ...event } = campaign;
  const occurredAt = iso(startAt - DAY);
  const channels = CHANNELS.map(({ channel, cost, viewsPerDay }) => ({
    channel,
    status: 'SUCCESS',
    cost,
    expectedViews: viewsPerDay * 7,
  }));
  return [
    {
      topic: 'event.created',
      value: {
        messageId: random.uuid(),
        occurredAt,
        ...event,
        startAt: iso(startAt),
        endAt: iso(endAt),
        prizeCost: 500_000,
        otherCosts: 100_000,
        newCustomerLtv: 5_000,
      },
    },
    {
      topic: 'distribution.completed',
      value: { messageId: random.uuid(), occurredAt, eventId: campaign.eventId, channels },
    },
  ];
}

/** Somebody takes part at this moment. */
export function registration(random: Random, { eventId }: Campaign, at: number): SimulatedMessage {
  const [youngest, oldest] = random.pick(AGES)();
  return {
    topic: 'participant.registered',
    value: {
      messageId: random.uuid(),
      occurredAt: iso(at),
      eventId,
      participantId: random.uuid(),
      channel: random.pick(CHANNELS.map(({ channel, share }) => [channel, share] as const)),
      age: random.chance(0.97) ? random.between(youngest, oldest) : null,
      gender: random.chance(0.97)
        ? random.pick([
            ['MALE', 48],
            ['FEMALE', 52],
          ] as const)
        : null,
      region: random.pick(REGIONS),
      newCustomer: random.chance(0.45),
    },
  };
}

/** A moment between two others, in the hours in which people are about. */
export function believableMoment(random: Random, from: number, to: number): number {
  for (;;) {
    const moment = from + Math.floor(random.next() * (to - from));
    const hour = Math.floor(((moment + KST) % DAY) / HOUR);
    if (random.next() * 24 < (HOURS[hour] ?? 0)) return moment;
  }
}

/** What every channel that counts its views has counted so far. */
export function measurements(
  random: Random,
  { eventId, startAt, endAt }: Campaign,
  at: number,
): SimulatedMessage[] {
  const days = Math.max(0, Math.min(at, endAt) - startAt) / DAY;
  return CHANNELS.filter(({ viewsPerDay }) => viewsPerDay > 0).map(({ channel, viewsPerDay }) => ({
    topic: 'channel.views-measured',
    value: {
      messageId: random.uuid(),
      occurredAt: iso(at),
      eventId,
      channel,
      views: Math.floor(viewsPerDay * days),
      measuredAt: iso(at),
    },
  }));
}

/** A store's takings of one day. */
export function dayOfSales(
  random: Random,
  storeId: string,
  day: number,
  isEventOn: boolean,
): SimulatedMessage {
  const usual = random.between(620_000, 780_000);
  return {
    topic: 'sales.recorded',
    value: {
      messageId: random.uuid(),
      occurredAt: iso(Math.min(day + 13 * HOUR, Date.now())),
      storeId,
      saleDate: new Date(day + KST).toISOString().slice(0, 10),
      amount: isEventOn ? Math.round(usual * 1.15) : usual,
    },
  };
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
