import { randomUUID } from 'node:crypto';
import {
  distributionCompleted,
  eventCreated,
  type EventIds,
  type Fields,
  newEvent,
  participantRegistered,
  salesRecorded,
  viewsMeasured,
} from '../messages';
import { startTestService, type TestService, type TestServiceOptions } from '../service';

/** A shop for the page's tests: a running event, two past ones, a future one, and one without participants. */
export interface Shop {
  readonly storeId: string;
  readonly running: EventIds;
  readonly empty: EventIds;
}

export interface ShopService extends TestService {
  readonly shop: Shop;
  /** Sends messages of one topic and waits until readers can see them. @throws when one is rejected */
  readonly tell: (topic: string, ...values: readonly Fields[]) => Promise<void>;
  /** A link to the page, signed in. The token is for the shop alone. */
  readonly link: (path?: string) => string;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const CHANNELS = [
  { channel: '우리동네TV', cost: 100_000, views: 5_210, people: 400 },
  { channel: '지니TV', cost: 200_000, views: 9_860, people: 500 },
  { channel: 'Instagram', cost: 50_000, views: 2_930, people: 251 },
  { channel: 'Naver Blog', cost: 50_000, views: 1_120, people: 99 },
  { channel: 'Kakao Channel', cost: 30_000, views: undefined, people: 34 },
] as const;

const AGES = [17, 24, 26, 33, 34, 35, 38, 42, 47, 55];
const REGIONS = ['서울', '서울', '서울', '경기', '경기', '인천', '부산', '대구', '광주', '대전', '기타'];
/** The active hours of a day, with more participants in the evening. */
const HOURS = [8, 10, 11, 12, 12, 13, 15, 17, 18, 18, 19, 19, 19, 20, 21];

/** The whole service in this process with a shop in it; the same shop each time, but for its ids and the date. */
export async function startShop(options: TestServiceOptions = {}): Promise<ShopService> {
  const service = await startTestService(options);
  const running = newEvent();
  const { storeId } = running;
  const empty = { ...newEvent(), storeId };

  async function tell(topic: string, ...values: readonly Fields[]): Promise<void> {
    const { rejected } = await service.post(values.map((value) => ({ topic, value })));
    if (rejected.length > 0) throw new Error(`Rejected: ${JSON.stringify(rejected)}`);
  }

  await fill(tell, running, empty);
  return {
    ...service,
    shop: { storeId, running, empty },
    tell,
    link: (path = '/') => `${service.origin}${path}#token=${service.token([storeId])}`,
  };
}

type Tell = ShopService['tell'];

async function fill(tell: Tell, running: EventIds, empty: EventIds): Promise<void> {
  const { storeId } = running;
  const now = Date.now();
  const today = now - (now % DAY);
  const summer = { ...newEvent(), storeId };
  const autumn = { ...newEvent(), storeId };
  const soon = { ...newEvent(), storeId };
  await tell(
    'event.created',
    created(running, '신규 고객 환영 이벤트', today - 5 * DAY, now + 2.5 * DAY, { targetGoal: 1_500 }),
    created(empty, '비 오는 날 우산 대여', now - HOUR, now + 5 * DAY, { targetGoal: 200 }),
    created(soon, '연말 감사 추첨', now + 9.5 * DAY, now + 20 * DAY, {}),
    created(autumn, '첫 방문 아메리카노 쿠폰', today - 40 * DAY, today - 33 * DAY, {}),
    created(summer, '여름 빙수 반값', today - 90 * DAY, today - 80 * DAY, {}),
  );
  await tell(
    'distribution.completed',
    ...[running, autumn, summer].map(({ eventId }) =>
      distributionCompleted(
        eventId,
        CHANNELS.map(({ channel, cost }) => ({ channel, cost, status: 'SUCCESS', expectedViews: 800 })),
      ),
    ),
  );
  await tell('participant.registered', ...people(running.eventId, today - 5 * DAY, 5, 1));
  await tell('participant.registered', ...justNow(running.eventId));
  await tell('participant.registered', ...people(autumn.eventId, today - 40 * DAY, 7, 0.4));
  await tell('participant.registered', ...people(summer.eventId, today - 90 * DAY, 10, 0.3));
  await tell(
    'channel.views-measured',
    ...[running, autumn].flatMap(({ eventId }) =>
      CHANNELS.flatMap(({ channel, views }) =>
        views === undefined
          ? []
          : [
              measured(eventId, channel, Math.round(views * 0.82), today - 20 * HOUR),
              measured(eventId, channel, views, now - HOUR),
            ],
      ),
    ),
  );
  await tell(
    'sales.recorded',
    ...Array.from({ length: 100 }, (_, ago) => sale(storeId, ago, today - ago * DAY)),
  );
}

function created(ids: EventIds, title: string, startAt: number, endAt: number, fields: Fields): Fields {
  return eventCreated(ids, {
    title,
    industry: '카페',
    targetGoal: 600,
    startAt: iso(startAt),
    endAt: iso(endAt),
    ...fields,
  });
}

/** The participants of the channels, spread over days and hours, always in the same way. */
function people(eventId: string, from: number, days: number, part: number): Fields[] {
  return CHANNELS.flatMap(({ channel, people: all }) =>
    Array.from({ length: Math.round(all * part) }, (_, index) => {
      // More of them with every day.
      const day = Math.floor(days * Math.sqrt(((index * 7) % 97) / 97));
      const hour = (HOURS[(index * 11) % HOURS.length] ?? 12) - 9;
      return participantRegistered(eventId, {
        occurredAt: iso(from + day * DAY + hour * HOUR + (index % 60) * 60_000),
        channel,
        age: AGES[(index * 3) % AGES.length],
        gender: index % 9 < 5 ? 'FEMALE' : 'MALE',
        region: REGIONS[(index * 5) % REGIONS.length],
        newCustomer: index % 5 < 2,
      });
    }),
  );
}

/** Today's, however early it is. */
function justNow(eventId: string): Fields[] {
  return Array.from({ length: 23 }, () =>
    participantRegistered(eventId, { channel: 'Instagram', occurredAt: iso(Date.now() - 1_000), age: 29 }),
  );
}

function measured(eventId: string, channel: string, views: number, at: number): Fields {
  return viewsMeasured(eventId, channel, views, { measuredAt: iso(at), occurredAt: iso(at) });
}

function sale(storeId: string, ago: number, day: number): Fields {
  const amount = 640_000 + ((ago * 37) % 11) * 9_000 + (ago < 6 ? 190_000 : 0);
  return salesRecorded(storeId, amount, {
    messageId: randomUUID(),
    occurredAt: iso(Math.min(day + 12 * HOUR, Date.now())),
    saleDate: iso(day).slice(0, 10),
  });
}

const iso = (instant: number): string => new Date(instant).toISOString();
