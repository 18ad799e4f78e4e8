import { createShops, type Shop, type ShopPlan, type ShopData } from '../contest/shop-data';

/** What must not make a dashboard more expensive. */
export interface Extreme {
  readonly name: string;
  readonly plan: ShopPlan;
}

export interface Extremes {
  readonly shopData: ShopData;
  /** A usual shop, to compare the others with. */
  readonly usual: Shop;
  readonly shops: readonly { readonly name: string; readonly shop: Shop }[];
}

const USUAL: ShopPlan = { events: 6, participantsOfEvent: 40, participantsOfLast: 1_000 };

// Five days apart, a thousand events reach back to 2013: nothing from before 2000 is taken.
/** @param participants of the event that has most */
const extremes = (participants: number): readonly Extreme[] => [
  {
    name: `${participants.toLocaleString('en-US')} participants`,
    plan: { ...USUAL, participantsOfLast: participants },
  },
  { name: '2,000 hours with participants', plan: { ...USUAL, beganDaysAgo: 83, participantsOfLast: 2_000 } },
  { name: '5,000 regions', plan: { ...USUAL, regions: 5_000, participantsOfLast: 5_000 } },
  { name: '1,000 earlier events', plan: { ...USUAL, events: 1_001, participantsOfEvent: 1, everyDays: 5 } },
];

const MOST_PARTICIPANTS = 1_000_000;
const FEW_PARTICIPANTS = 20_000;

export function planExtremes(isShort: boolean, now: number): Extremes {
  const others = extremes(isShort ? FEW_PARTICIPANTS : MOST_PARTICIPANTS);
  const shopData = createShops([USUAL, ...others.map(({ plan }) => plan)], now);
  const [usual, ...shops] = shopData.shops;
  if (usual === undefined) throw new Error('The first of the extreme shops must be the usual one.');
  return { shopData, usual, shops: shops.map((shop, place) => ({ name: others[place]!.name, shop })) };
}
