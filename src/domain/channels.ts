import type { ChannelName, Count, DistributionStatus, Instant, Krw, Percent, ViewsSource } from './values';
import type { ChannelFacts, CountFacts } from './facts';
import { compareNames } from './names';
import { divideRounded, saturate, percentOf, sumCounts } from './rounding';

/** What one channel brings and costs. */
export interface ChannelPerformance {
  readonly channel: ChannelName;
  readonly views: Count;
  readonly participants: Count;
  readonly conversionRate: Percent;
  readonly costPerAcquisition: Krw;
  readonly status: DistributionStatus;
  readonly viewsSource: ViewsSource;
  readonly viewsMeasuredAt: Instant | null;
  readonly platformFailingSince: Instant | null;
}

const NO_VIEWS = 0 as Count;
const NO_COST = 0 as Krw;

/**
 * Channels in the order in which every list names them: by the earliest distribution naming each, the place in it and
 * the name; then those that no distribution names, by name.
 */
export function inChannelOrder(channels: readonly ChannelFacts[]): readonly ChannelFacts[] {
  // Distributed in one go, they come in order as a rule: to look makes no lists (for fifty events 16 µs against 23).
  return areInOrder(channels) ? channels : [...channels].sort(compareChannels);
}

function areInOrder(channels: readonly ChannelFacts[]): boolean {
  return channels.every(
    (channel, place) => place === 0 || compareChannels(channels[place - 1]!, channel) <= 0,
  );
}

function compareChannels(left: ChannelFacts, right: ChannelFacts): number {
  const [first, second] = [left.distribution, right.distribution];
  if (first === null || second === null) {
    return Number(first === null) - Number(second === null) || compareNames(left.channel, right.channel);
  }
  return (
    first.firstAt - second.firstAt ||
    first.firstPosition - second.firstPosition ||
    compareNames(left.channel, right.channel)
  );
}

/** A channel's views: the latest measured; never measured, what the distribution expects; else 0. */
export function effectiveViews(channel: ChannelFacts): Count {
  return channel.measuredViews ?? expectedViews(channel);
}

/** What the latest distribution expects, whatever its state; 0 when it expects nothing or there is none. */
export function expectedViews(channel: ChannelFacts): Count {
  return channel.distribution?.expectedViews ?? NO_VIEWS;
}

/** The views of all channels together; saturates at 2^53 − 1. */
export function totalViews(channels: readonly ChannelFacts[]): Count {
  return sumCounts(channels.map(effectiveViews));
}

/** The cost in won of the latest distribution; 0 without one. */
export function channelCost(channel: ChannelFacts): Krw {
  return channel.distribution?.cost ?? NO_COST;
}

/** The rows of the channel table, one for every channel known from anywhere, in channel order. */
export function channelPerformance(channels: readonly ChannelFacts[]): ChannelPerformance[] {
  return inChannelOrder(channels).map((channel) => ({
    channel: channel.channel,
    views: effectiveViews(channel),
    participants: channel.participants,
    conversionRate: percentOf(BigInt(channel.participants), BigInt(effectiveViews(channel))),
    costPerAcquisition: costPerAcquisition(channel),
    status: channel.distribution?.status ?? 'PENDING',
    viewsSource: viewsSource(channel),
    viewsMeasuredAt: channel.measuredAt,
    platformFailingSince: channel.failingSince,
  }));
}

/** Cost / participants, rounded half away from zero to whole won; 0 without participants. */
function costPerAcquisition(channel: ChannelFacts): Krw {
  return saturate(divideRounded(BigInt(channelCost(channel)), BigInt(channel.participants)));
}

function viewsSource({ measuredViews, failingSince }: ChannelFacts): ViewsSource {
  if (measuredViews === null) return 'EXPECTED';
  return failingSince === null ? 'MEASURED' : 'STALE';
}

/** Participants / views × 100 over all channels (참여율); 0 without views. */
export function participationRate(counts: CountFacts, channels: readonly ChannelFacts[]): Percent {
  return percentOf(BigInt(counts.participants), BigInt(totalViews(channels)));
}

/**
 * Participants / views × 100 over the channels that have views (전환율); 0 without any. Those who came over a channel
 * whose views cannot be counted would make it look better than it is.
 */
export function conversionRate(channels: readonly ChannelFacts[]): Percent {
  const seen = channels.filter((channel) => effectiveViews(channel) > 0);
  const participants = sumCounts(seen.map((channel) => channel.participants));
  return percentOf(BigInt(participants), BigInt(totalViews(seen)));
}
