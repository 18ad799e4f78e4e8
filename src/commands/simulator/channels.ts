import type { Random } from './random';

/** How a campaign uses one channel. */
export interface ChannelPlan {
  readonly channel: string;
  /** Won. */
  readonly cost: number;
  /** Views that a day brings, on average over the campaign; 0 for a channel that nobody counts. */
  readonly viewsPerDay: number;
  /** How many participants come over it, as a weight among the campaign's channels. */
  readonly share: number;
}

/** What a campaign usually does. */
export const USUAL_CHANNELS: readonly ChannelPlan[] = [
  { channel: '우리동네TV', cost: 100_000, viewsPerDay: 700, share: 33 },
  { channel: '지니TV', cost: 200_000, viewsPerDay: 1_400, share: 40 },
  { channel: 'Instagram', cost: 50_000, viewsPerDay: 300, share: 16 },
  { channel: 'Naver Blog', cost: 50_000, viewsPerDay: 60, share: 8 },
  { channel: 'Kakao Channel', cost: 0, viewsPerDay: 0, share: 3 },
];

/** Some of the channels, each more or less than usual: no two campaigns have the same mix. */
export function someChannels(random: Random): readonly ChannelPlan[] {
  const plans = USUAL_CHANNELS.map((plan) => ({
    ...plan,
    viewsPerDay: Math.round(plan.viewsPerDay * (0.5 + random.next())),
    share: plan.share * (0.4 + 1.2 * random.next()),
    isUsed: random.chance(0.8),
  }));
  const used = plans.filter(({ isUsed }) => isUsed);
  return (used.length > 0 ? used : plans.slice(0, 1)).map(({ isUsed: _, ...plan }) => plan);
}
