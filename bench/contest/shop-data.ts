import { randomUUID } from 'node:crypto';
import {
  distributionCompleted,
  eventCreated,
  participantRegistered,
  salesRecorded,
  viewsMeasured,
  type Fields,
} from '../../test/harness/messages';

/** A shop with its events. */
export interface Shop {
  readonly storeId: string;
  /** The first one was the earliest. */
  readonly eventIds: readonly string[];
}

/** Messages that are created when they are sent: there may be too many to keep in memory. */
export interface Messages {
  readonly length: number;
  slice(from: number, to: number): readonly Fields[];
}

/** Shops with their events, and the messages about them by topic. */
export interface ShopData {
  readonly shops: readonly Shop[];
  readonly messages: ReadonlyMap<string, readonly Messages[]>;
}

export interface ShopDataSize {
  readonly shops: number;
  readonly eventsOfShop: number;
  readonly participantsOfEvent: number;
}

/** The properties of a shop's events. */
export interface ShopPlan {
  readonly events: number;
  readonly participantsOfEvent: number;
  /** Of the last event; participantsOfEvent when left out. */
  readonly participantsOfLast?: number;
  /** How long the last event has been running; 6 when left out. */
  readonly beganDaysAgo?: number;
  /** How long after an event the next one begins; 14 when left out. */
  readonly everyDays?: number;
  /** How many names of regions participants come from; eight when left out, one of them unknown. */
  readonly regions?: number;
  /** How many channels the last event is shown on; five when left out, as any other. */
  readonly channelsOfLast?: number;
}

const CHANNELS = ['우리동네TV', '지니TV', 'Instagram', 'Naver Blog', 'Kakao Channel'];
const REGIONS = ['서울', '부산', '대구', '인천', '광주', '대전', '울산', ''];
const INDUSTRIES = ['카페', '음식점', '미용', '의류', '서점'];
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A distribution names no more. */
const CHANNELS_OF_MESSAGE = 50;
/** The events of a shop do not overlap; the last one is running. */
const EVERY_DAYS = 14;
const LASTS_DAYS = 10;
const BEGAN_DAYS_AGO = 6;
const SALES_DAYS = 8;

/** @param now the instant that all dates depend on */
export function createEqualShops(
  { shops, eventsOfShop: events, participantsOfEvent }: ShopDataSize,
  now: number,
): ShopData {
  return createShops(new Array<ShopPlan>(shops).fill({ events, participantsOfEvent }), now);
}

export function createShops(plans: readonly ShopPlan[], now: number): ShopData {
  const messages = new Map<string, Messages[]>();
  const add = (topic: string, more: Messages): void => {
    messages.set(topic, [...(messages.get(topic) ?? []), more]);
  };
  const shops = plans.map((plan, number) => {
    const { events, participantsOfEvent, participantsOfLast = participantsOfEvent, regions } = plan;
    const { beganDaysAgo = BEGAN_DAYS_AGO, everyDays = EVERY_DAYS, channelsOfLast } = plan;
    const storeId = randomUUID();
    const industry = INDUSTRIES[number % INDUSTRIES.length];
    const eventIds = Array.from({ length: events }, (_, place) => {
      const eventId = randomUUID();
      const isLast = place === events - 1;
      const startAt = now - (beganDaysAgo + (events - 1 - place) * everyDays) * DAY_MS;
      const endAt = startAt + (isLast ? beganDaysAgo + LASTS_DAYS : LASTS_DAYS) * DAY_MS;
      const title = `${industry} ${number + 1}호점 이벤트 ${place + 1}`;
      const channels = isLast ? channelNames(channelsOfLast) : CHANNELS;
      add('event.created', [define({ eventId, storeId }, { title, industry, startAt, endAt })]);
      add('distribution.completed', distribute(eventId, startAt, channels));
      const howMany = isLast ? participantsOfLast : participantsOfEvent;
      const span = { startAt, until: Math.min(endAt, now) };
      add('participant.registered', register(eventId, span, howMany, { channels, regions }));
      add('channel.views-measured', view(eventId, number + place, now, channels));
      add('sales.recorded', sell(storeId, startAt, number + place, now));
      return eventId;
    });
    return { storeId, eventIds };
  });
  return { shops, messages };
}

/** The shops and messages of both. */
export function merge(one: ShopData, other: ShopData): ShopData {
  const topics = new Set([...one.messages.keys(), ...other.messages.keys()]);
  const of = ({ messages }: ShopData, topic: string): readonly Messages[] => messages.get(topic) ?? [];
  return {
    shops: [...one.shops, ...other.shops],
    messages: new Map([...topics].map((topic) => [topic, [...of(one, topic), ...of(other, topic)]])),
  };
}

export const lengthOf = ({ messages }: ShopData, topic: string): number =>
  (messages.get(topic) ?? []).reduce((sum, { length }) => sum + length, 0);

function define(
  ids: { readonly eventId: string; readonly storeId: string },
  { startAt, endAt, ...fields }: Fields & { readonly startAt: number; readonly endAt: number },
): Fields {
  const occurredAt = toText(startAt - 2 * DAY_MS);
  return eventCreated(ids, { ...fields, occurredAt, startAt: toText(startAt), endAt: toText(endAt) });
}

/** The usual ones come first. */
const channelNames = (howMany = CHANNELS.length): readonly string[] =>
  Array.from({ length: howMany }, (_, place) => CHANNELS[place] ?? `채널 ${place + 1}`);

/** As many messages as it takes, a second apart. */
function distribute(eventId: string, startAt: number, names: readonly string[]): Fields[] {
  const channels = names.map((channel, place) => ({
    channel,
    status: 'SUCCESS',
    cost: 50_000 * (place + 1),
    expectedViews: 1_000 * (place + 1),
  }));
  return Array.from({ length: Math.ceil(channels.length / CHANNELS_OF_MESSAGE) }, (_, part) =>
    distributionCompleted(
      eventId,
      channels.slice(part * CHANNELS_OF_MESSAGE, (part + 1) * CHANNELS_OF_MESSAGE),
      { occurredAt: toText(startAt - DAY_MS + part * 1_000) },
    ),
  );
}

/** By day and by night alike, from the event's start on. */
function register(
  eventId: string,
  { startAt, until }: { readonly startAt: number; readonly until: number },
  howMany: number,
  { channels, regions }: { readonly channels: readonly string[]; readonly regions: number | undefined },
): Messages {
  const spanMs = until - startAt - 60_000;
  const registration = (number: number): Fields =>
    participantRegistered(eventId, {
      occurredAt: toText(startAt + Math.floor((spanMs * (number + 1)) / howMany)),
      channel: channels[number % channels.length],
      age: number % 11 === 0 ? null : 15 + (number % 50),
      gender: number % 2 === 0 ? 'FEMALE' : 'MALE',
      region: regions === undefined ? REGIONS[number % REGIONS.length] : `동네 ${number % regions}`,
      newCustomer: number % 3 === 0,
    });
  return {
    length: howMany,
    slice: (from, to) =>
      Array.from({ length: Math.min(to, howMany) - from }, (_, place) => registration(from + place)),
  };
}

function view(eventId: string, number: number, now: number, channels: readonly string[]): Fields[] {
  return channels.flatMap((channel, place) => {
    const views = 800 * (place + 1) + 13 * number;
    const measured = (daysAgo: number, count: number): Fields => {
      const at = toText(now - daysAgo * DAY_MS - 60_000);
      return viewsMeasured(eventId, channel, count, { occurredAt: at, measuredAt: at });
    };
    return [measured(2, views), measured(0, Math.floor(views * 1.2))];
  });
}

function sell(storeId: string, startAt: number, number: number, now: number): Fields[] {
  return Array.from({ length: 2 * SALES_DAYS }, (_, day) => {
    const at = toText(Math.min(startAt + (day - SALES_DAYS) * DAY_MS, now));
    const amount = 400_000 + 10_000 * day + 1_000 * number;
    return salesRecorded(storeId, amount, { occurredAt: at, saleDate: at.slice(0, 10) });
  });
}

const toText = (instant: number): string => new Date(instant).toISOString();
