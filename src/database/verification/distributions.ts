import type { ChannelName, EventId, Instant } from '../../domain/values';
import type { Sql } from '../database';
import { timestamp } from '../parameters';
import { absent, absentFrom, type AbsentPositions } from './absent';

export interface DistributionTrace {
  readonly eventId: EventId;
  readonly channel: ChannelName;
  /** Lies between the first and the latest distribution over the channel. */
  readonly distributedAt: Instant;
}

/** The earliest distribution of a channel decides its place in the order, so it must not be missing either. */
export function absentDistributions(
  sql: Pick<Sql, 'query'>,
  traces: readonly DistributionTrace[],
): Promise<AbsentPositions> {
  return absent(
    sql,
    absentFrom(
      ['uuid', 'text', 'timestamptz'],
      ['event_id', 'channel', 'at'],
      `FROM event_channels AS c
       WHERE c.event_id = t.event_id AND c.channel = t.channel AND c.distributed_at >= t.at AND c.first_at <= t.at`,
    ),
    traces.map(({ eventId }) => eventId),
    traces.map(({ channel }) => channel),
    traces.map(({ distributedAt }) => timestamp(distributedAt)),
  );
}
