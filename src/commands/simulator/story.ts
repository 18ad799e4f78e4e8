import type { OutgoingMessage } from '../../messaging/sink/sink';
import { type Campaign, definition, distribution, measurements, registration } from './campaign';
import { USUAL_CHANNELS } from './channels';
import { believableMoment, DAY, HOUR } from './moments';
import { createRandom, type Random } from './random';
import { dayOfSales } from './takings';

/** A small town's worth of data: one store with a past and an event that is running, and its competitors. */
export interface Story {
  readonly running: Campaign;
  /** Everything that has happened until now, in messages. */
  readonly past: readonly OutgoingMessage[];
  /** What happens next: somebody takes part now. */
  nextRegistration(now: number): OutgoingMessage;
  nextMeasurements(now: number): OutgoingMessage[];
}

const INDUSTRY = '카페/베이커리';
const OTHER_STORES = 6;

/** The demo's own town. The one of `npm run simulate` is in town.ts; both are made of the same people and shops. */
export function tellStory(seed: number, now: number): Story {
  const random = createRandom(seed);
  const storeId = random.uuid();
  const plan = (title: string, startDay: number, lengthDays: number, targetGoal: number): Campaign => ({
    eventId: random.uuid(),
    storeId,
    title,
    industry: INDUSTRY,
    targetGoal,
    startAt: now + startDay * DAY,
    endAt: now + (startDay + lengthDays) * DAY,
    channels: USUAL_CHANNELS,
  });
  const running = plan('신규 고객 환영 이벤트', -4, 7, 1_000);
  const earlier = [
    plan('여름 빙수 쿠폰', -95, 7, 500),
    plan('추석 선물 추첨', -60, 10, 800),
    plan('첫 방문 아메리카노 쿠폰', -30, 5, 600),
  ];
  const past = [
    ...earlier.flatMap((campaign) => history(random, campaign, now, random.between(300, 700))),
    ...history(random, running, now, 640),
    ...sales(random, storeId, [...earlier, running], now),
    ...competitors(random, now),
  ];
  return {
    running,
    past,
    nextRegistration: (at) => registration(random, running, at),
    nextMeasurements: (at) => measurements(random, running, at),
  };
}

function history(random: Random, campaign: Campaign, now: number, participants: number): OutgoingMessage[] {
  const until = Math.min(now, campaign.endAt);
  const announcedAt = campaign.startAt - DAY;
  return [
    definition(random, campaign, announcedAt),
    distribution(random, campaign, announcedAt, () => 'SUCCESS'),
    ...Array.from({ length: participants }, () =>
      registration(random, campaign, believableMoment(random, campaign.startAt, until)),
    ),
    ...measurements(random, campaign, until - DAY),
    ...measurements(random, campaign, until),
  ];
}

function sales(
  random: Random,
  storeId: string,
  campaigns: readonly Campaign[],
  now: number,
): OutgoingMessage[] {
  return Array.from({ length: 110 }, (_, ago) => dayOfSales(random, storeId, now - ago * DAY, campaigns));
}

/** As many other stores of the industry as it takes for its averages to be shown. */
function competitors(random: Random, now: number): OutgoingMessage[] {
  return Array.from({ length: OTHER_STORES }, (_, index) => {
    const startAt = now - random.between(10 * 24, 50 * 24) * HOUR;
    const campaign: Campaign = {
      eventId: random.uuid(),
      storeId: random.uuid(),
      title: `이웃 가게 이벤트 ${index + 1}`,
      industry: INDUSTRY,
      targetGoal: 300,
      startAt,
      endAt: startAt + 7 * DAY,
      channels: USUAL_CHANNELS,
    };
    return history(random, campaign, now, random.between(60, 240));
  }).flat();
}
