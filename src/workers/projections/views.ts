import type { BusinessCalendar } from '../../domain/calendar';
import {
  type ChannelDay,
  loadLastMeasured,
  type MeasuredViews,
  saveDailyViews,
  saveTotalViews,
} from '../../database/channels';
import type { Sql } from '../../database/database';
import { absentViews, viewsRollups } from '../../database/verification/views';
import type { Instant } from '../../domain/values';
import type { ChannelViewsMeasured } from '../messages/channel-views-measured';
import type { EventProjection } from './projection';
import { createTrace, isoOf, type Verifiable } from './verifiable';

/**
 * A channel's total views: the latest measuredAt wins, the first applied on a tie; the same within each business day,
 * because a late measurement of yesterday still decides what yesterday closed at.
 */
export function viewsProjection(
  calendar: Pick<BusinessCalendar, 'dayOf'>,
): EventProjection<ChannelViewsMeasured> & Verifiable<ChannelViewsMeasured> {
  return {
    locks: 'events',
    eventOf: ({ eventId }) => eventId,
    async apply(sql, messages) {
      const measurements = messages.map((message) => ({
        ...message,
        day: calendar.dayOf(message.measuredAt),
      }));
      const days = new LatestPer(dayKey);
      const totals = new LatestPer(channelKey);
      await loadMeasured(sql, measurements, totals, days);
      const changed = measurements.map((measurement) => {
        const isDayChanged = days.apply(measurement);
        return totals.apply(measurement) || isDayChanged;
      });
      await saveDailyViews(sql, days.changed());
      await saveTotalViews(sql, totals.changed());
      return { changed };
    },
    trace: createTrace({
      leftBy: ({ eventId, channel, measuredAt }) => [
        { eventId, channel, day: calendar.dayOf(measuredAt), measuredAt },
      ],
      findAbsent: absentViews,
      describe: ({ eventId, channel, day, measuredAt }) =>
        `no views of event ${eventId} on ${channel} on ${day} as late as ${isoOf(measuredAt)}`,
    }),
    rollups: viewsRollups,
  };
}

const channelKey = ({ eventId, channel }: ChannelDay): string => `${eventId} ${channel}`;
const dayKey = (key: ChannelDay): string => `${key.day} ${channelKey(key)}`;

/** Keeps the latest measurement per key and remembers which keys changed since what was stored. */
class LatestPer {
  private readonly measuredAt = new Map<string, Instant>();
  private readonly latest = new Map<string, MeasuredViews>();

  constructor(private readonly keyOf: (key: ChannelDay) => string) {}

  setStored(key: ChannelDay, measuredAt: Instant): void {
    this.measuredAt.set(this.keyOf(key), measuredAt);
  }

  /** @returns whether it is later than what was known of its key */
  apply(measurement: MeasuredViews): boolean {
    const key = this.keyOf(measurement);
    const current = this.measuredAt.get(key);
    if (current !== undefined && measurement.measuredAt <= current) return false;
    this.measuredAt.set(key, measurement.measuredAt);
    this.latest.set(key, measurement);
    return true;
  }

  changed(): readonly MeasuredViews[] {
    return [...this.latest.values()];
  }
}

/** Loads when each channel was last measured, ever and within the days that the batch names. */
async function loadMeasured(
  sql: Sql,
  measurements: readonly MeasuredViews[],
  totals: LatestPer,
  days: LatestPer,
): Promise<void> {
  const named = new Map(measurements.map((measurement) => [dayKey(measurement), measurement]));
  for (const last of await loadLastMeasured(sql, [...named.values()])) {
    if (last.everAt !== null) totals.setStored(last, last.everAt);
    if (last.withinDayAt !== null) days.setStored(last, last.withinDayAt);
  }
}
