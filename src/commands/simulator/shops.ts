import type { Campaign } from './campaign';
import { someChannels } from './channels';
import { HOUR } from './moments';
import type { Random } from './random';

/** Shops and their events in a span of time. Instants are in milliseconds since 1970. */
export interface Shops {
  readonly storeIds: readonly string[];
  readonly events: readonly ShopEvent[];
}

export interface ShopEvent extends Campaign {
  /** The weight of this event among all that run at the same time. */
  readonly popularity: number;
}

export interface ShopsOptions {
  readonly stores: number;
  readonly events: number;
  readonly from: number;
  readonly until: number;
}

const INDUSTRIES = ['카페/베이커리', '음식점', '미용실', '꽃집', '편의점'];
const TITLES = [
  '신규 고객 환영 이벤트',
  '첫 방문 쿠폰',
  '단골 감사 추첨',
  '주말 1+1',
  '리뷰 이벤트',
  '생일 선물',
];
const SHORTEST_HOURS = 3 * 24;
const LONGEST_HOURS = 10 * 24;

/**
 * Plans the events of the shops, which get them in turn. The first event runs from the beginning; some of the others begin
 * before it, some end after `until`, and each runs at some time between. All begin and end on the hour of `from`.
 */
export function planShops(random: Random, { stores, events, from, until }: ShopsOptions): Shops {
  const storeIds = Array.from({ length: stores }, () => random.uuid());
  const hours = Math.floor((until - from) / HOUR);
  const planned = Array.from({ length: events }, (_, index): ShopEvent => {
    const store = index % stores;
    const length = random.between(SHORTEST_HOURS, LONGEST_HOURS);
    const firstHour = random.between(-Math.floor(length / 2), Math.max(0, hours - 24));
    const startAt = from + (index === 0 ? 0 : firstHour) * HOUR;
    return {
      eventId: random.uuid(),
      storeId: storeIds[store]!,
      title: `${TITLES[random.between(0, TITLES.length - 1)]} ${index + 1}`,
      industry: INDUSTRIES[store % INDUSTRIES.length]!,
      targetGoal: random.between(2, 20) * 100,
      startAt,
      endAt: startAt + length * HOUR,
      channels: someChannels(random),
      popularity: 0.3 + random.next() ** 2 * 3,
    };
  });
  return { storeIds, events: planned };
}
