import type { ChannelName, Count, Instant, Percent } from './values';
import type { BusinessCalendar } from './calendar';
import { effectiveViews, expectedViews, inChannelOrder, totalViews } from './channels';
import type { ChannelFacts, CountFacts, EventFacts, HourFacts, ViewsAtClose } from './facts';
import { percentOf, sumCounts } from './rounding';

/** How many took part, held against the goal. */
export interface TotalParticipantsCard {
  readonly count: Count;
  readonly targetGoal: Count;
  readonly achievementRate: Percent;
  readonly dailyChange: Count;
}

/** The views of one channel. */
export interface ChannelViews {
  readonly channel: ChannelName;
  readonly views: Count;
}

/** How often the event was seen. */
export interface TotalViewsCard {
  readonly count: Count;
  readonly yesterdayChange: Percent;
  readonly channelBreakdown: readonly ChannelViews[];
}

/** The card of the participants: how many, how far towards the goal, how many since today began. */
export function totalParticipantsCard(
  event: Pick<EventFacts, 'targetGoal'>,
  counts: CountFacts,
  registeredToday: Count,
): TotalParticipantsCard {
  return {
    count: counts.participants,
    targetGoal: event.targetGoal,
    achievementRate: percentOf(BigInt(counts.participants), BigInt(event.targetGoal)),
    dailyChange: registeredToday,
  };
}

/** Today begins on a full hour in every allowed zone, so whole hours lie on either side of it. */
export function registeredToday(
  hours: readonly HourFacts[],
  calendar: Pick<BusinessCalendar, 'startOfToday'>,
  now: Instant,
): Count {
  const start = calendar.startOfToday(now);
  return sumCounts(hours.filter(({ hour }) => hour >= start).map(({ registrations }) => registrations));
}

/** The card of the views: all channels together, the change since yesterday's close, the channels that have any. */
export function totalViewsCard(
  channels: readonly ChannelFacts[],
  atClose: readonly ViewsAtClose[],
): TotalViewsCard {
  const count = totalViews(channels);
  const before = viewsAtClose(channels, atClose);
  return {
    count,
    yesterdayChange: percentOf(BigInt(count) - BigInt(before), BigInt(before)),
    channelBreakdown: inChannelOrder(channels)
      .map((channel) => ({ channel: channel.channel, views: effectiveViews(channel) }))
      .filter(({ views }) => views > 0),
  };
}

/**
 * The views of all channels when yesterday closed: each channel's latest measurement of before today, without one what
 * is expected of it now, even if it was distributed only today.
 */
function viewsAtClose(channels: readonly ChannelFacts[], atClose: readonly ViewsAtClose[]): Count {
  const measured = new Map(atClose.map(({ channel, views }) => [channel, views]));
  return sumCounts(channels.map((channel) => measured.get(channel.channel) ?? expectedViews(channel)));
}
