import {
  believableMoment,
  type Campaign,
  dayOfSales,
  measurements,
  opening,
  registration,
  type SimulatedMessage,
} from './campaign';
import { createRandom, type Random } from './random';

/** A small town's worth of data: one store with a past and an event that is running, and its competitors. */
export interface Story {
  readonly running: Campaign;
  /** Everything that has happened until now, in messages. */
  readonly past: readonly SimulatedMessage[];
  /** What happens next: somebody takes part now. */
  nextRegistration(now: number): SimulatedMessage;
  nextMeasurements(now: number): SimulatedMessage[];
}

const DAY = 86_400_000;
const INDUSTRY = '카페/베이커리';
const OTHER_STORES = 6;

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

function history(random: Random, campaign: Campaign, now: number, participants: number): SimulatedMessage[] {
  const until = Math.min(now, campaign.endAt);
  return [
    ...opening(random, campaign),
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
): SimulatedMessage[] {
  return Array.from({ length: 110 }, (_, ago) => {
    const day = now - ago * DAY;
    const isEventOn = campaigns.some(({ startAt, endAt }) => startAt <= day && day < endAt);
    return dayOfSales(random, storeId, day, isEventOn);
  });
}

/** As many other stores of the industry as it takes for its averages to be shown. */
function competitors(random: Random, now: number): SimulatedMessage[] {
  return Array.from({ length: OTHER_STORES }, (_, index) => {
    const startAt = now - random.between(10, 50) * DAY;
    const campaign: Campaign = {
      eventId: random.uuid(),
      storeId: random.uuid(),
      title: `이웃 가게 이벤트 ${index + 1}`,
      industry: INDUSTRY,
      targetGoal: 300,
      startAt,
      endAt: startAt + 7 * DAY,
    };
    return history(random, campaign, now, random.between(60, 240));
  }).flat();
}
