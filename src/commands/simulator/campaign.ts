import type { OutgoingMessage } from '../../messaging/sink/sink';
import type { ChannelPlan } from './channels';
import { DAY, iso } from './moments';
import type { Random } from './random';

/** A planned marketing event of a shop. Instants are in milliseconds since 1970. */
export interface Campaign {
  readonly eventId: string;
  readonly storeId: string;
  readonly title: string;
  readonly industry: string;
  readonly targetGoal: number;
  readonly startAt: number;
  readonly endAt: number;
  readonly channels: readonly ChannelPlan[];
}

const AGES: readonly (readonly [range: readonly [youngest: number, oldest: number], weight: number])[] = [
  [[14, 19], 4],
  [[20, 29], 24],
  [[30, 39], 36],
  [[40, 49], 24],
  [[50, 72], 12],
];

const GENDERS = [
  ['MALE', 48],
  ['FEMALE', 52],
] as const;

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

/** The message that defines the campaign at this moment. */
export function definition(random: Random, campaign: Campaign, at: number): OutgoingMessage {
  const { startAt, endAt, eventId, storeId, title, industry, targetGoal } = campaign;
  return {
    topic: 'event.created',
    key: eventId,
    value: {
      messageId: random.uuid(),
      occurredAt: iso(at),
      ...{ eventId, storeId, title, industry, targetGoal },
      startAt: iso(startAt),
      endAt: iso(endAt),
      prizeCost: 500_000,
      otherCosts: 100_000,
      newCustomerLtv: 5_000,
    },
  };
}

export type Status = 'SUCCESS' | 'FAILED' | 'PENDING';

/** The message that says which channels the campaign uses, and the status of each at this moment. */
export function distribution(
  random: Random,
  { eventId, channels, startAt, endAt }: Campaign,
  at: number,
  statusOf: (plan: ChannelPlan) => Status,
): OutgoingMessage {
  const days = (endAt - startAt) / DAY;
  return {
    topic: 'distribution.completed',
    key: eventId,
    value: {
      messageId: random.uuid(),
      occurredAt: iso(at),
      eventId,
      channels: channels.map((plan) => ({
        channel: plan.channel,
        status: statusOf(plan),
        cost: plan.cost,
        expectedViews: Math.round(plan.viewsPerDay * days),
      })),
    },
  };
}

/** The share of those who do not want to be known any more, as soon as they have registered. */
const ERASED_SHARE = 0.005;

/** What the services send, in order, when a new participant registers at this moment. */
export function participation(random: Random, campaign: Campaign, at: number): OutgoingMessage[] {
  const registered = registration(random, campaign, at);
  return random.chance(ERASED_SHARE) ? [registered, erasureOf(random, registered)] : [registered];
}

/** In the event that they registered for, or in all. */
function erasureOf(random: Random, { value }: OutgoingMessage): OutgoingMessage {
  const { occurredAt, participantId, eventId } = value;
  return {
    topic: 'participant.erased',
    key: String(participantId),
    value: {
      messageId: random.uuid(),
      ...{ occurredAt, participantId },
      eventId: random.chance(0.5) ? eventId : null,
    },
  };
}

function registration(random: Random, { eventId, channels }: Campaign, at: number): OutgoingMessage {
  const [youngest, oldest] = random.pick(AGES);
  return {
    topic: 'participant.registered',
    key: eventId,
    value: {
      messageId: random.uuid(),
      occurredAt: iso(at),
      eventId,
      participantId: random.uuid(),
      channel: random.pick(channels.map(({ channel, share }) => [channel, share] as const)),
      age: random.chance(0.97) ? random.between(youngest, oldest) : null,
      gender: random.chance(0.97) ? random.pick(GENDERS) : null,
      region: random.pick(REGIONS),
      newCustomer: random.chance(0.45),
    },
  };
}

/** The messages with the views that each channel with a count has at this moment. */
export function measurements(random: Random, campaign: Campaign, at: number): OutgoingMessage[] {
  const { eventId, channels } = campaign;
  return channels
    .filter(({ viewsPerDay }) => viewsPerDay > 0)
    .map((plan) => ({
      topic: 'channel.views-measured',
      key: eventId,
      value: {
        messageId: random.uuid(),
        occurredAt: iso(at),
        eventId,
        channel: plan.channel,
        views: viewsBy(plan, campaign, at),
        measuredAt: iso(at),
      },
    }));
}

/** Views grow faster at the beginning than at the end: the exponent of their curve. */
const EARLY = 1.5;

function viewsBy({ viewsPerDay }: ChannelPlan, { startAt, endAt }: Campaign, at: number): number {
  const passed = Math.min(Math.max(at - startAt, 0) / (endAt - startAt), 1);
  const grown = (1 - Math.exp(-EARLY * passed)) / (1 - Math.exp(-EARLY));
  return Math.floor((viewsPerDay * (endAt - startAt) * grown) / DAY);
}
