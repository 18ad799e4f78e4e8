import { z } from 'zod';
import type { ChannelName, EventId, Instant, LocalDay, MessageId, ParticipantId } from '../../domain/values';
import type { Sql } from '../database';
import { timestamp } from '../parameters';

/**
 * What a message must have left in the database once it has been applied, whatever arrives before or after it: of equal
 * keys the first applied wins, and of definitions, measurements and distributions the latest; all only grow. Each
 * function is one statement, however many traces are looked for, and returns the positions of those that are absent.
 */
export type AbsentPositions = readonly number[];

export interface DefinitionTrace {
  readonly eventId: EventId;
  /** The event is defined as late as this, or later. */
  readonly definedAt: Instant;
}

export function absentDefinitions(
  sql: Pick<Sql, 'query'>,
  traces: readonly DefinitionTrace[],
): Promise<AbsentPositions> {
  return absent(
    sql,
    absentFrom(
      ['uuid', 'timestamptz'],
      ['event_id', 'at'],
      'FROM events AS e WHERE e.event_id = t.event_id AND e.defined_at >= t.at',
    ),
    traces.map(({ eventId }) => eventId),
    traces.map(({ definedAt }) => timestamp(definedAt)),
  );
}

export interface ParticipantTrace {
  readonly eventId: EventId;
  readonly participantId: ParticipantId;
}

export function absentParticipants(
  sql: Pick<Sql, 'query'>,
  traces: readonly ParticipantTrace[],
): Promise<AbsentPositions> {
  return absent(
    sql,
    absentFrom(
      ['uuid', 'uuid'],
      ['event_id', 'participant_id'],
      'FROM participants AS p WHERE p.event_id = t.event_id AND p.participant_id = t.participant_id',
    ),
    traces.map(({ eventId }) => eventId),
    traces.map(({ participantId }) => participantId),
  );
}

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

export interface SaleTrace {
  readonly messageId: MessageId;
}

export function absentSales(sql: Pick<Sql, 'query'>, traces: readonly SaleTrace[]): Promise<AbsentPositions> {
  return absent(
    sql,
    absentFrom(['uuid'], ['message_id'], 'FROM sales AS s WHERE s.message_id = t.message_id'),
    traces.map(({ messageId }) => messageId),
  );
}

export interface DeadLetterTrace {
  /** As the broker knows it. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** Of key and value (record-digest.ts): in a log made anew another record may stand at the offset. */
  readonly digest: string;
}

export function absentDeadLetters(
  sql: Pick<Sql, 'query'>,
  traces: readonly DeadLetterTrace[],
): Promise<AbsentPositions> {
  return absent(
    sql,
    absentFrom(
      ['text', 'int', 'bigint', 'text'],
      ['topic', 'partition', '"offset"', 'digest'],
      `FROM dead_letters AS l
       WHERE l.topic = t.topic AND l.partition = t.partition AND l."offset" = t."offset" AND l.digest = t.digest`,
    ),
    traces.map(({ topic }) => topic),
    traces.map(({ partition }) => String(partition)),
    traces.map(({ offset }) => String(offset)),
    traces.map(({ digest }) => digest),
  );
}

/**
 * The positions of traces for which a query finds no row. The limit has each trace looked up by the key: left to itself,
 * the planner reads the whole of a table again for every few thousand traces.
 */
const absentFrom = (types: readonly string[], names: readonly string[], found: string): string => `
  SELECT t.position
  FROM unnest(${types.map((type, index) => `$${index + 1}::${type}[]`).join(', ')}) WITH ORDINALITY
    AS t(${names.join(', ')}, position)
  LEFT JOIN LATERAL (SELECT true AS is_there ${found} LIMIT 1) AS found ON true
  WHERE found.is_there IS NULL`;

const absentRow = z.object({ position: z.bigint() });

async function absent(
  sql: Pick<Sql, 'query'>,
  statement: string,
  first: readonly string[],
  ...others: readonly (readonly string[])[]
): Promise<AbsentPositions> {
  if (first.length === 0) return [];
  const rows = await sql.query(absentRow, statement, first, ...others);
  // Ordinality counts from 1.
  return rows.map(({ position }) => Number(position) - 1);
}

/** The partitions of a topic of which something has been applied. */
export async function readAppliedPartitions(sql: Pick<Sql, 'query'>, topic: string): Promise<number[]> {
  const rows = await sql.query(
    z.object({ partition: z.number() }),
    'SELECT partition FROM partition_offsets WHERE topic = $1 AND next_offset > 0',
    topic,
  );
  return rows.map(({ partition }) => partition);
}
