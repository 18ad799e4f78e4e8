import type { ChannelName, EventId, Instant, LocalDay } from '../../domain/values';
import type { Sql } from '../database';
import { timestamp } from '../parameters';
import { absent, absentFrom, type AbsentPositions } from './absent';
import { type Check, OF_EVENTS } from './check';

/** A channel's total is its latest measurement, and that is the latest of one of its days. */
const channelViews: Check = {
  rollup: 'event_channels',
  keys: ['event_id', 'channel'],
  place: `event_id::text || ' ' || channel`,
  figures: ['views', 'measured_at'],
  absent: 'nothing',
  stored: `SELECT event_id, channel, views, measured_at FROM event_channels ${OF_EVENTS}`,
  recomputed: `SELECT DISTINCT ON (event_id, channel) event_id, channel, views, measured_at
    FROM daily_views ${OF_EVENTS} ORDER BY event_id, channel, measured_at DESC`,
};

/** The rollups of measured views. */
export const viewsRollups: readonly Check[] = [channelViews];

export interface ViewsTrace {
  readonly eventId: EventId;
  readonly channel: ChannelName;
  readonly day: LocalDay;
  /** The channel's views and those of the day are measured as late as this, or later. */
  readonly measuredAt: Instant;
}

export function absentViews(
  sql: Pick<Sql, 'query'>,
  traces: readonly ViewsTrace[],
): Promise<AbsentPositions> {
  return absent(
    sql,
    absentFrom(
      ['uuid', 'text', 'date', 'timestamptz'],
      ['event_id', 'channel', 'day', 'at'],
      `FROM event_channels AS c JOIN daily_views AS d USING (event_id, channel)
       WHERE c.event_id = t.event_id AND c.channel = t.channel AND c.measured_at >= t.at
         AND d.day = t.day AND d.measured_at >= t.at`,
    ),
    traces.map(({ eventId }) => eventId),
    traces.map(({ channel }) => channel),
    traces.map(({ day }) => day),
    traces.map(({ measuredAt }) => timestamp(measuredAt)),
  );
}
