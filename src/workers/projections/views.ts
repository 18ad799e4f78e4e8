import { z } from 'zod';
import type { BusinessCalendar } from '../../domain/calendar';
import type { Sql } from '../../database/database';
import { column } from '../../database/rows';
import type { ChannelName, Count, EventId, Instant, LocalDay } from '../../domain/values';
import type { ChannelViewsMeasured } from '../messages/channel-views-measured';
import { type EventProjection, timestamp } from './projection';

/**
 * A channel's total views: the latest measuredAt wins, the first applied on a tie; the same within each business day,
 * because a late measurement of yesterday still decides what yesterday closed at.
 */
export function viewsProjection(
  calendar: Pick<BusinessCalendar, 'dayOf'>,
): EventProjection<ChannelViewsMeasured> {
  return {
    locks: 'events',
    eventOf: ({ eventId }) => eventId,
    async apply(sql, messages) {
      const measurements = messages.map((message) => ({
        ...message,
        day: calendar.dayOf(message.measuredAt),
      }));
      const days = new LatestPer<Measurement>(dayKey);
      const totals = new LatestPer<Measurement>(channelKey);
      await loadMeasured(sql, measurements, totals, days);
      const changed = measurements.map((measurement) => {
        const isDayChanged = days.take(measurement);
        return totals.take(measurement) || isDayChanged;
      });
      await save(sql, totals.changed(), days.changed());
      return { changed };
    },
  };
}

interface Key {
  readonly eventId: EventId;
  readonly channel: ChannelName;
  readonly day: LocalDay;
}

interface Measurement extends Key {
  readonly views: Count;
  readonly measuredAt: Instant;
}

const channelKey = ({ eventId, channel }: Key): string => `${eventId} ${channel}`;
const dayKey = (key: Key): string => `${key.day} ${channelKey(key)}`;

/** Keeps the latest measurement per key and remembers which keys changed since what was stored. */
class LatestPer<M extends Measurement> {
  private readonly measuredAt = new Map<string, Instant>();
  private readonly latest = new Map<string, M>();

  constructor(private readonly keyOf: (key: Key) => string) {}

  stored(key: Key, measuredAt: Instant): void {
    this.measuredAt.set(this.keyOf(key), measuredAt);
  }

  take(measurement: M): boolean {
    const key = this.keyOf(measurement);
    const current = this.measuredAt.get(key);
    if (current !== undefined && measurement.measuredAt <= current) return false;
    this.measuredAt.set(key, measurement.measuredAt);
    this.latest.set(key, measurement);
    return true;
  }

  changed(): readonly M[] {
    return [...this.latest.values()];
  }
}

const storedRow = z.object({
  eventId: column.eventId,
  channel: column.channel,
  day: column.day,
  total: column.instant.nullable(),
  within: column.instant.nullable(),
});

/** Reads when each channel was last measured, overall and within the days that the batch names. */
async function loadMeasured(
  sql: Sql,
  measurements: readonly Measurement[],
  totals: LatestPer<Measurement>,
  days: LatestPer<Measurement>,
): Promise<void> {
  const named = [...new Map(measurements.map((measurement) => [dayKey(measurement), measurement])).values()];
  const rows = await sql.query(
    storedRow,
    `SELECT t.event_id::text AS "eventId", t.channel, t.day::text, c.measured_at AS total, d.measured_at AS within
     FROM unnest($1::uuid[], $2::text[], $3::date[]) AS t(event_id, channel, day)
     LEFT JOIN event_channels AS c ON c.event_id = t.event_id AND c.channel = t.channel
     LEFT JOIN daily_views AS d ON d.event_id = t.event_id AND d.channel = t.channel AND d.day = t.day`,
    named.map((key) => key.eventId),
    named.map((key) => key.channel),
    named.map((key) => key.day),
  );
  for (const row of rows) {
    if (row.total !== null) totals.stored(row, row.total);
    if (row.within !== null) days.stored(row, row.within);
  }
}

async function save(sql: Sql, totals: readonly Measurement[], days: readonly Measurement[]): Promise<void> {
  if (days.length === 0) return;
  await sql.execute(
    SAVE_DAYS,
    ...columns(days),
    days.map((measurement) => measurement.day),
  );
  if (totals.length > 0) await sql.execute(SAVE_TOTALS, ...columns(totals));
}

function columns(measurements: readonly Measurement[]): readonly unknown[] {
  return [
    measurements.map((measurement) => measurement.eventId),
    measurements.map((measurement) => measurement.channel),
    measurements.map((measurement) => measurement.views),
    measurements.map((measurement) => timestamp(measurement.measuredAt)),
  ];
}

const SAVE_TOTALS = `
INSERT INTO event_channels (event_id, channel, views, measured_at)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::timestamptz[])
ON CONFLICT (event_id, channel) DO UPDATE SET views = excluded.views, measured_at = excluded.measured_at`;

const SAVE_DAYS = `
INSERT INTO daily_views (event_id, channel, views, measured_at, day)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::timestamptz[], $5::date[])
ON CONFLICT (event_id, channel, day) DO UPDATE SET views = excluded.views, measured_at = excluded.measured_at`;
