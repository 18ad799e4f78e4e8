import { z } from 'zod';
import type { Sql } from '../../database/database';
import { column } from '../../database/rows';
import type { ChannelName, Count, DistributionStatus, EventId, Instant, Krw } from '../../domain/values';
import type { DistributionCompleted } from '../messages/distribution-completed';
import { enrolForPolling } from './polls';
import { type EventProjection, timestamp } from './projection';

/**
 * A channel's state is that of the latest distribution naming it, the first applied on a tie; its place in the order
 * is that of the earliest, which may well arrive last.
 */
export const distributionProjection: EventProjection<DistributionCompleted> = {
  locks: 'events',
  eventOf: ({ eventId }) => eventId,
  async apply(sql, messages) {
    const ids = new Set(messages.map((message) => message.eventId));
    const channels = await ChannelStates.load(sql, ids);
    const changed = messages.map((message) => channels.take(message));
    await save(sql, channels.changed());
    await enrolForPolling(
      sql,
      new Set(messages.filter((_, position) => changed[position]).map(({ eventId }) => eventId)),
    );
    return { changed };
  },
};

interface ChannelState {
  readonly eventId: EventId;
  readonly channel: ChannelName;
  readonly status: DistributionStatus;
  readonly cost: Krw;
  readonly expectedViews: Count | null;
  readonly distributedAt: Instant;
  readonly firstAt: Instant;
  readonly firstPosition: number;
}

const channelRow = z.object({
  eventId: column.eventId,
  channel: column.channel,
  status: column.status,
  cost: column.krw,
  expectedViews: column.count.nullable(),
  distributedAt: column.instant,
  firstAt: column.instant,
  firstPosition: z.number(),
});

/** The channels of a batch's events as messages change them one by one. */
class ChannelStates {
  private readonly states = new Map<string, ChannelState>();
  private readonly dirty = new Set<string>();

  static async load(sql: Sql, events: ReadonlySet<EventId>): Promise<ChannelStates> {
    const loaded = new ChannelStates();
    const rows = await sql.query(
      channelRow,
      `SELECT event_id::text AS "eventId", channel, status::text, cost, expected_views AS "expectedViews",
              distributed_at AS "distributedAt", first_at AS "firstAt", first_position AS "firstPosition"
       FROM event_channels WHERE event_id = ANY ($1::uuid[]) AND distributed_at IS NOT NULL`,
      [...events],
    );
    for (const row of rows) loaded.states.set(keyOf(row), row);
    return loaded;
  }

  /** @returns whether the message changed the state or the place of any channel */
  take(message: DistributionCompleted): boolean {
    const changes = message.channels.map((named, position) => {
      const arriving: ChannelState = {
        eventId: message.eventId,
        ...named,
        distributedAt: message.occurredAt,
        firstAt: message.occurredAt,
        firstPosition: position,
      };
      const key = keyOf(arriving);
      const current = this.states.get(key);
      const next = current === undefined ? arriving : merge(current, arriving);
      if (next === current) return false;
      this.states.set(key, next);
      this.dirty.add(key);
      return true;
    });
    return changes.includes(true);
  }

  changed(): readonly ChannelState[] {
    return [...this.dirty].map((key) => this.states.get(key)!);
  }
}

/** @returns the current state itself when the arriving one adds nothing to it */
function merge(current: ChannelState, arriving: ChannelState): ChannelState {
  const isNewer = arriving.distributedAt > current.distributedAt;
  const isFirst =
    arriving.firstAt < current.firstAt ||
    (arriving.firstAt === current.firstAt && arriving.firstPosition < current.firstPosition);
  if (!isNewer && !isFirst) return current;
  const state = isNewer ? arriving : current;
  const place = isFirst ? arriving : current;
  return { ...state, firstAt: place.firstAt, firstPosition: place.firstPosition };
}

function keyOf({ eventId, channel }: Pick<ChannelState, 'eventId' | 'channel'>): string {
  return `${eventId} ${channel}`;
}

async function save(sql: Sql, channels: readonly ChannelState[]): Promise<void> {
  if (channels.length === 0) return;
  await sql.execute(
    SAVE,
    channels.map((state) => state.eventId),
    channels.map((state) => state.channel),
    channels.map((state) => state.status),
    channels.map((state) => state.cost),
    channels.map((state) => state.expectedViews),
    channels.map((state) => timestamp(state.distributedAt)),
    channels.map((state) => timestamp(state.firstAt)),
    channels.map((state) => state.firstPosition),
  );
}

const SAVE = `
INSERT INTO event_channels (event_id, channel, status, cost, expected_views, distributed_at, first_at, first_position)
SELECT event_id, channel, status::distribution_status, cost, expected_views, distributed_at, first_at, first_position
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::timestamptz[], $7::timestamptz[],
            $8::int[])
  AS t(event_id, channel, status, cost, expected_views, distributed_at, first_at, first_position)
ON CONFLICT (event_id, channel) DO UPDATE SET
  status = excluded.status, cost = excluded.cost, expected_views = excluded.expected_views,
  distributed_at = excluded.distributed_at, first_at = excluded.first_at, first_position = excluded.first_position`;
