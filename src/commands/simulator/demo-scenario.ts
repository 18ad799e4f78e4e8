import type { OutgoingMessage } from '../../messaging/sink/sink';
import { type Campaign, definition, distribution, measurements, participation } from './campaign';
import { USUAL_CHANNELS } from './channels';
import { activeMoment, DAY, HOUR } from './moments';
import { createRandom, type Random } from './random';
import { salesOfDay } from './sales';

/** One shop with past events and a running one, and its competitors. */
export interface DemoScenario {
  readonly running: Campaign;
  /** The messages until now. */
  readonly past: readonly OutgoingMessage[];
  /** The messages of another participant. */
  nextParticipant(now: number): OutgoingMessage[];
  nextMeasurements(now: number): OutgoingMessage[];
}

const INDUSTRY = '카페/베이커리';
const OTHER_STORES = 6;

/** The scenario of the demo; that of `npm run simulate` is in shops.ts and play.ts. Both share campaigns and sales. */
export function createDemoScenario(seed: number, now: number): DemoScenario {
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
    nextParticipant: (at) => participation(random, running, at),
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
      participation(random, campaign, activeMoment(random, campaign.startAt, until)),
    ).flat(),
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
  return Array.from({ length: 110 }, (_, ago) => salesOfDay(random, storeId, now - ago * DAY, campaigns));
}

/** Enough other shops of the industry that its averages are shown. */
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
