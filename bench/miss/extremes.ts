import { Client } from 'pg';
import { createShops, type Shop, type ShopPlan, type ShopData } from '../contest/shop-data';

/** What must not make a dashboard more expensive, or not by more than its own share. */
interface Extreme {
  readonly name: string;
  readonly plan: ShopPlan;
  /** What a usual event's time over that of this one is to be at least; null where the answer grows with it. */
  readonly wanted: number | null;
  /** No worker has settled the events that came before. */
  readonly isUnsettled?: boolean;
  /** Whether it is measured beside its participants being counted when it is asked for. */
  readonly isCounted?: boolean;
}

export interface ExtremeShop extends Pick<Extreme, 'name' | 'wanted' | 'isCounted'> {
  readonly shop: Shop;
}

export interface Extremes {
  readonly shopData: ShopData;
  /** A usual shop, to compare the others with. */
  readonly usual: Shop;
  readonly shops: readonly ExtremeShop[];
  /** Those whose earlier events are to be as if no worker had settled them. */
  readonly unsettled: readonly Shop[];
}

const USUAL: ShopPlan = { events: 6, participantsOfEvent: 40, participantsOfLast: 1_000 };
/** What is large may cost a tenth more than what is usual. */
const FLAT = 0.91;
const HOURS_OF_A_YEAR = 8_760;

// A day and a half apart, five thousand events reach back for twenty years: nothing from before 2000 is taken.
const EARLIER: ShopPlan = { ...USUAL, events: 5_001, participantsOfEvent: 1, everyDays: 1.5 };

const named = (howMany: number, what: string): string => `${howMany.toLocaleString('en-US')} ${what}`;

/** @param participants of the event that has most, and of the one whose participants all name another region */
const extremes = (participants: number, regions: number): readonly Extreme[] => [
  {
    name: named(participants, 'participants'),
    plan: { ...USUAL, participantsOfLast: participants },
    wanted: FLAT,
    isCounted: true,
  },
  {
    name: named(HOURS_OF_A_YEAR, 'hours with participants'),
    plan: { ...USUAL, beganDaysAgo: 365, participantsOfLast: HOURS_OF_A_YEAR },
    wanted: null,
  },
  {
    name: named(regions, 'participants, each of another region'),
    plan: { ...USUAL, regions, participantsOfLast: regions },
    wanted: FLAT,
  },
  { name: named(1_000, 'channels'), plan: { ...USUAL, channelsOfLast: 1_000 }, wanted: null },
  { name: named(5_000, 'earlier events'), plan: EARLIER, wanted: FLAT },
  { name: named(5_000, 'earlier events, none settled'), plan: EARLIER, wanted: null, isUnsettled: true },
];

const MOST = { participants: 1_000_000, regions: 100_000 };
const FEW = { participants: 20_000, regions: 10_000 };

/** @param only as in the options: what is not measured is not made either */
export function planExtremes(isShort: boolean, only: string | undefined, now: number): Extremes {
  const { participants, regions } = isShort ? FEW : MOST;
  const others = extremes(participants, regions).filter(({ name }) => workName(name).includes(only ?? ''));
  const shopData = createShops([USUAL, ...others.map(({ plan }) => plan)], now);
  const [usual, ...shops] = shopData.shops;
  if (usual === undefined) throw new Error('The first of the extreme shops must be the usual one.');
  return {
    shopData,
    usual,
    shops: shops.map((shop, place) => ({ ...others[place]!, shop })),
    unsettled: shops.filter((_, place) => others[place]!.isUnsettled),
  };
}

export const workName = (extreme: string): string => `full dashboard, ${extreme}`;

/** Takes back what a worker has settled: where one is behind, and after sales of many days were stated anew. */
export async function unsettle(databaseUrl: string, shops: readonly Shop[]): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const storeIds = shops.map(({ storeId }) => storeId);
    await client.query('UPDATE store_events SET settled = false WHERE store_id = ANY ($1::uuid[])', [
      storeIds,
    ]);
    await client.query('VACUUM ANALYZE store_events');
  } finally {
    await client.end();
  }
}
