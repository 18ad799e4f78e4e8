import { z } from 'zod';
import type { ChannelFacts, ViewsAtClose } from '../../metrics/facts';
import type { Sql } from '../database/database';
import { column } from '../database/rows';
import type { EventId, Instant } from '../../schema/values';
import { inPlaces } from './in-places';

const channelRow = z.object({
  eventId: column.eventId,
  channel: column.channel,
  participants: column.count,
  measuredViews: column.count.nullable(),
  measuredAt: column.instant.nullable(),
  failingSince: column.instant.nullable(),
  status: column.status.nullable(),
  cost: column.krw.nullable(),
  expectedViews: column.count.nullable(),
  firstAt: column.instant.nullable(),
  firstPosition: z.number().nullable(),
});

/** @returns every channel known of each event, in no particular order */
export async function channelsOf(sql: Sql, ids: readonly EventId[]): Promise<ChannelFacts[][]> {
  const rows = await sql.query(
    channelRow,
    `SELECT c.event_id::text AS "eventId", c.channel, c.participants, c.views AS "measuredViews",
            c.measured_at AS "measuredAt", p.since AS "failingSince", c.status::text, c.cost,
            c.expected_views AS "expectedViews", c.first_at AS "firstAt", c.first_position AS "firstPosition"
     FROM event_channels AS c
     LEFT JOIN platform_states AS p ON p.channel = c.channel AND p.status = 'FAILING'
     WHERE c.event_id = ANY ($1::uuid[])`,
    ids,
  );
  return inPlaces(ids, rows, (row) => row.eventId).map((channels) => channels.map(toFacts));
}

function toFacts(row: z.infer<typeof channelRow>): ChannelFacts {
  const { channel, participants, measuredViews, measuredAt, failingSince } = row;
  const { status, cost, expectedViews, firstAt, firstPosition } = row;
  // A distribution sets all of these together.
  const isDistributed = status !== null && cost !== null && firstAt !== null && firstPosition !== null;
  return {
    channel,
    participants,
    measuredViews,
    measuredAt,
    failingSince,
    distribution: isDistributed ? { status, cost, expectedViews, firstAt, firstPosition } : null,
  };
}

const closeRow = z.object({ eventId: column.eventId, channel: column.channel, views: column.count });

/** @returns for each event the latest measurement of each channel from before today began */
export async function viewsAtClose(
  sql: Sql,
  ids: readonly EventId[],
  todayStart: Instant,
): Promise<ViewsAtClose[][]> {
  const rows = await sql.query(
    closeRow,
    `SELECT DISTINCT ON (event_id, channel) event_id::text AS "eventId", channel, views
     FROM daily_views WHERE event_id = ANY ($1::uuid[]) AND measured_at < $2::timestamptz
     ORDER BY event_id, channel, day DESC`,
    ids,
    new Date(todayStart).toISOString(),
  );
  return inPlaces(ids, rows, (row) => row.eventId);
}
