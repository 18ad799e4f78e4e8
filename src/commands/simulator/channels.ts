import type { Random } from './random';

/** How a campaign uses one channel. */
export interface ChannelPlan {
  readonly channel: string;
  /** Won. */
  readonly cost: number;
  /** Average over the campaign; 0 for a channel without a count. */
  readonly viewsPerDay: number;
  /** The weight of this channel among the campaign's participants. */
  readonly share: number;
}

export const USUAL_CHANNELS: readonly ChannelPlan[] = [
  { channel: '우리동네TV', cost: 100_000, viewsPerDay: 700, share: 33 },
  { channel: '지니TV', cost: 200_000, viewsPerDay: 1_400, share: 40 },
  { channel: 'Instagram', cost: 50_000, viewsPerDay: 300, share: 16 },
  { channel: 'Naver Blog', cost: 50_000, viewsPerDay: 60, share: 8 },
  { channel: 'Kakao Channel', cost: 0, viewsPerDay: 0, share: 3 },
];

/** Picks channels and varies their shares: no two campaigns have the same mix. */
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
