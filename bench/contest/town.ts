import { randomUUID } from 'node:crypto';
import {
  distributionCompleted,
  eventCreated,
  participantRegistered,
  salesRecorded,
  viewsMeasured,
  type Fields,
} from '../../test/harness/messages';

/** Shops with events as the dashboards of a town show them. */
export interface Shop {
  readonly storeId: string;
  /** The first one was the earliest. */
  readonly eventIds: readonly string[];
}

export interface Town {
  readonly shops: readonly Shop[];
  /** What upstream sends of them, by topic. */
  readonly messages: ReadonlyMap<string, readonly Fields[]>;
}

export interface TownSize {
  readonly shops: number;
  readonly eventsOfShop: number;
  readonly participantsOfEvent: number;
}

const CHANNELS = ['우리동네TV', '지니TV', 'Instagram', 'Naver Blog', 'Kakao Channel'];
const REGIONS = ['서울', '부산', '대구', '인천', '광주', '대전', '울산', ''];
const INDUSTRIES = ['카페', '음식점', '미용', '의류', '서점'];
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** One event of a shop is over when the next begins; the last one is under way. */
const EVERY_DAYS = 14;
const LASTS_DAYS = 10;
const BEGAN_DAYS_AGO = 6;
const SALES_DAYS = 8;

/** @param now what all of it is dated by */
export function planTown({ shops: howMany, eventsOfShop, participantsOfEvent }: TownSize, now: number): Town {
  const shops = Array.from({ length: howMany }, () => ({
    storeId: randomUUID(),
    eventIds: Array.from({ length: eventsOfShop }, () => randomUUID()),
  }));
  const messages = new Map<string, Fields[]>();
  const add = (topic: string, fields: readonly Fields[]): void => {
    const known = messages.get(topic);
    if (known === undefined) messages.set(topic, [...fields]);
    else for (const each of fields) known.push(each);
  };
  for (const [number, { storeId, eventIds }] of shops.entries()) {
    const industry = INDUSTRIES[number % INDUSTRIES.length];
    for (const [place, eventId] of eventIds.entries()) {
      const startAt = now - (BEGAN_DAYS_AGO + (eventsOfShop - 1 - place) * EVERY_DAYS) * DAY_MS;
      const span = { startAt, endAt: startAt + LASTS_DAYS * DAY_MS };
      const title = `${industry} ${number + 1}호점 이벤트 ${place + 1}`;
      add('event.created', [define({ eventId, storeId }, { title, industry, ...span })]);
      add('distribution.completed', [distribute(eventId, startAt)]);
      add('participant.registered', register(eventId, span, participantsOfEvent, now));
      add('channel.views-measured', view(eventId, number + place, now));
      add('sales.recorded', sell(storeId, startAt, number + place, now));
    }
  }
  return { shops, messages };
}

function define(
  ids: { readonly eventId: string; readonly storeId: string },
  { startAt, endAt, ...fields }: Fields & { readonly startAt: number; readonly endAt: number },
): Fields {
  const occurredAt = toText(startAt - 2 * DAY_MS);
  return eventCreated(ids, { ...fields, occurredAt, startAt: toText(startAt), endAt: toText(endAt) });
}

function distribute(eventId: string, startAt: number): Fields {
  const channels = CHANNELS.map((channel, place) => ({
    channel,
    status: 'SUCCESS',
    cost: 50_000 * (place + 1),
    expectedViews: 1_000 * (place + 1),
  }));
  return distributionCompleted(eventId, channels, { occurredAt: toText(startAt - DAY_MS) });
}

/** By day and by night alike, from the event's start until it ends or now. */
function register(
  eventId: string,
  { startAt, endAt }: { readonly startAt: number; readonly endAt: number },
  howMany: number,
  now: number,
): Fields[] {
  const length = Math.min(endAt, now) - startAt - 60_000;
  return Array.from({ length: howMany }, (_, number) =>
    participantRegistered(eventId, {
      occurredAt: toText(startAt + Math.floor((length * (number + 1)) / howMany)),
      channel: CHANNELS[number % CHANNELS.length],
      age: number % 11 === 0 ? null : 15 + (number % 50),
      gender: number % 2 === 0 ? 'FEMALE' : 'MALE',
      region: REGIONS[number % REGIONS.length],
      newCustomer: number % 3 === 0,
    }),
  );
}

function view(eventId: string, number: number, now: number): Fields[] {
  return CHANNELS.flatMap((channel, place) => {
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
