import { z } from 'zod';
import type { ChannelFacts, ViewsAtClose } from '../domain/facts';
import type {
  ChannelName,
  Count,
  DistributionStatus,
  EventId,
  Instant,
  Krw,
  LocalDay,
} from '../domain/values';
import type { Sql } from './database';
import { milliseconds, read } from './facts/columns';
import type { FactSource } from './facts/fact-source';
import { column } from './rows';
import { timestamp } from './parameters';

/** How an event's distribution over a channel stands. */
export interface DistributedChannel {
  readonly eventId: EventId;
  readonly channel: ChannelName;
  readonly status: DistributionStatus;
  readonly cost: Krw;
  readonly expectedViews: Count | null;
  /** What the platform calls the event. */
  readonly externalId: string | null;
  /** The occurredAt of the latest distribution naming the channel. */
  readonly distributedAt: Instant;
  /** The place in the order: the earliest distribution naming the channel, and its place in that. */
  readonly firstAt: Instant;
  readonly firstPosition: number;
}

const distributedRow = z.object({
  eventId: column.eventId,
  channel: column.channel,
  status: column.status,
  cost: column.krw,
  expectedViews: column.count.nullable(),
  externalId: z.string().nullable(),
  distributedAt: column.instant,
  firstAt: column.instant,
  firstPosition: z.number(),
});

/** @returns the channels of the events that a distribution has named */
export function loadDistributedChannels(
  sql: Sql,
  events: ReadonlySet<EventId>,
): Promise<DistributedChannel[]> {
  return sql.query(
    distributedRow,
    `SELECT event_id::text AS "eventId", channel, status::text, cost, expected_views AS "expectedViews",
            external_id AS "externalId", distributed_at AS "distributedAt", first_at AS "firstAt", first_position AS "firstPosition"
     FROM event_channels WHERE event_id = ANY ($1::uuid[]) AND distributed_at IS NOT NULL`,
    [...events],
  );
}

export async function saveDistributedChannels(
  sql: Sql,
  channels: readonly DistributedChannel[],
): Promise<void> {
  if (channels.length === 0) return;
  await sql.execute(
    SAVE_DISTRIBUTED,
    channels.map((state) => state.eventId),
    channels.map((state) => state.channel),
    channels.map((state) => state.status),
    channels.map((state) => state.cost),
    channels.map((state) => state.expectedViews),
    channels.map((state) => state.externalId),
    channels.map((state) => timestamp(state.distributedAt)),
    channels.map((state) => timestamp(state.firstAt)),
    channels.map((state) => state.firstPosition),
  );
}

const SAVE_DISTRIBUTED = `
INSERT INTO event_channels
  (event_id, channel, status, cost, expected_views, external_id, distributed_at, first_at, first_position)
SELECT event_id, channel, status::distribution_status, cost, expected_views, external_id, distributed_at, first_at,
       first_position
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[], $7::timestamptz[],
            $8::timestamptz[], $9::int[])
  AS t(event_id, channel, status, cost, expected_views, external_id, distributed_at, first_at, first_position)
ON CONFLICT (event_id, channel) DO UPDATE SET
  status = excluded.status, cost = excluded.cost, expected_views = excluded.expected_views,
  external_id = excluded.external_id, distributed_at = excluded.distributed_at, first_at = excluded.first_at,
  first_position = excluded.first_position`;

/** A channel of an event on one business day. */
export interface ChannelDay {
  readonly eventId: EventId;
  readonly channel: ChannelName;
  readonly day: LocalDay;
}

/** When a channel was last measured: ever, and within the day; null for never. */
export interface LastMeasured extends ChannelDay {
  readonly everAt: Instant | null;
  readonly withinDayAt: Instant | null;
}

const lastMeasuredRow = z.object({
  eventId: column.eventId,
  channel: column.channel,
  day: column.day,
  everAt: column.instant.nullable(),
  withinDayAt: column.instant.nullable(),
});

/**
 * @param days each once
 * @returns a row for each of them
 */
export function loadLastMeasured(sql: Sql, days: readonly ChannelDay[]): Promise<LastMeasured[]> {
  return sql.query(
    lastMeasuredRow,
    `SELECT t.event_id::text AS "eventId", t.channel, t.day::text, c.measured_at AS "everAt",
            d.measured_at AS "withinDayAt"
     FROM unnest($1::uuid[], $2::text[], $3::date[]) AS t(event_id, channel, day)
     LEFT JOIN event_channels AS c ON c.event_id = t.event_id AND c.channel = t.channel
     LEFT JOIN daily_views AS d ON d.event_id = t.event_id AND d.channel = t.channel AND d.day = t.day`,
    days.map(({ eventId }) => eventId),
    days.map(({ channel }) => channel),
    days.map(({ day }) => day),
  );
}

/** The total views of a channel as its platform counted them. */
export interface MeasuredViews extends ChannelDay {
  readonly views: Count;
  readonly measuredAt: Instant;
}

/** Replaces what the days closed at; each day of a channel once. */
export async function saveDailyViews(sql: Sql, measurements: readonly MeasuredViews[]): Promise<void> {
  if (measurements.length === 0) return;
  await sql.execute(
    SAVE_DAYS,
    ...measuredColumns(measurements),
    measurements.map(({ day }) => day),
  );
}

/** Replaces the totals of the channels; each channel once. */
export async function saveTotalViews(sql: Sql, measurements: readonly MeasuredViews[]): Promise<void> {
  if (measurements.length > 0) await sql.execute(SAVE_TOTALS, ...measuredColumns(measurements));
}

function measuredColumns(measurements: readonly MeasuredViews[]): readonly unknown[] {
  return [
    measurements.map(({ eventId }) => eventId),
    measurements.map(({ channel }) => channel),
    measurements.map(({ views }) => views),
    measurements.map(({ measuredAt }) => timestamp(measuredAt)),
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

/** Every channel known, in no particular order. */
export const channelFacts: FactSource<readonly ChannelFacts[]> = {
  liesBy: 'event',
  sql: (asked) => `
(SELECT json_agg(json_build_array(h.channel, h.participants, h.views, ${milliseconds('h.measured_at')},
   ${milliseconds('p.since')}, h.status, h.cost, h.expected_views, ${milliseconds('h.first_at')}, h.first_position))
 FROM event_channels AS h LEFT JOIN platform_states AS p ON p.channel = h.channel AND p.status = 'FAILING'
 WHERE ${asked.ofEvent('h.event_id')})`,
  decode: (part) => read.listOf(part, toChannel),
};

function toChannel(columns: readonly unknown[]): ChannelFacts {
  const [channel, participants, views, measuredAt, failingSince, status] = columns;
  return {
    channel: read.text(channel) as ChannelName,
    participants: read.count(participants),
    measuredViews: read.orNull(views, read.count),
    measuredAt: read.orNull(measuredAt, read.instant),
    failingSince: read.orNull(failingSince, read.instant),
    // A distribution sets all of its columns together.
    distribution: status === null ? null : toDistribution(status, columns),
  };
}

/** By their places: the rest of a list would be a list of its own, of each channel (for fifty events 11 µs against 7). */
function toDistribution(status: unknown, columns: readonly unknown[]): ChannelFacts['distribution'] {
  return {
    status: toStatus(status),
    cost: read.krw(columns[6]),
    expectedViews: read.orNull(columns[7], read.count),
    firstAt: read.instant(columns[8]),
    firstPosition: read.whole(columns[9]),
  };
}

const STATUSES: readonly DistributionStatus[] = ['SUCCESS', 'FAILED', 'PENDING'];

function toStatus(value: unknown): DistributionStatus {
  const status = STATUSES.find((each) => each === value);
  if (status === undefined)
    throw new Error(`The status of a distribution is one of ${STATUSES.join(', ')}, not ${String(value)}.`);
  return status;
}

/** The latest measurement of each channel from before today began. */
export const closingViewsFacts: FactSource<readonly ViewsAtClose[]> = {
  liesBy: 'event',
  sql: (asked) => `
(SELECT json_agg(json_build_array(v.channel, v.views))
 FROM (SELECT DISTINCT ON (channel) channel, views FROM daily_views
       WHERE ${asked.ofEvent('event_id')} AND measured_at < ${asked.today}
       ORDER BY channel, day DESC) AS v)`,
  decode: (part) =>
    read.listOf(part, ([channel, views]) => ({
      channel: read.text(channel) as ChannelName,
      views: read.count(views),
    })),
};
