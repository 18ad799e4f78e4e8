import type { ChannelName } from './values';
import { inChannelOrder } from './channels';
import type { ChannelFacts } from './facts';

/** What stands in for the views of platforms that fail to answer. */
export interface PlatformFallback {
  readonly channels: readonly ChannelName[];
  readonly withoutViews: readonly ChannelName[];
}

/**
 * What stands in while platforms fail: the channels that show the event (their latest distribution succeeded) and
 * whose platform fails to answer, in channel order; and those of them of which neither a measurement nor an
 * expectation is known, so that 0 would be a guess.
 */
export function platformFallback(channels: readonly ChannelFacts[]): PlatformFallback {
  const failing = inChannelOrder(channels).filter(
    ({ failingSince, distribution }) => failingSince !== null && distribution?.status === 'SUCCESS',
  );
  return {
    channels: failing.map(({ channel }) => channel),
    withoutViews: failing.filter(isUnknown).map(({ channel }) => channel),
  };
}

function isUnknown({ measuredViews, distribution }: ChannelFacts): boolean {
  return measuredViews === null && (distribution?.expectedViews ?? null) === null;
}
