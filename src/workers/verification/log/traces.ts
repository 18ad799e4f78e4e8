import { z } from 'zod';
import type { BusinessCalendar } from '../../../domain/calendar';
import type { Sql } from '../../../database/database';
import type { MessageOf, Topic } from '../../messages/topics';
import { timestamp } from '../../../database/timestamp';

/** One thing that must be in the database once a message has been applied. */
export interface Claim {
  /** The parameters of the trace's statement, each a text. */
  readonly values: readonly string[];
  /** What is missing where nothing answers to it. */
  readonly what: () => string;
}

/** What the messages of a topic leave behind, whatever arrives before or after them. */
export interface Trace<Message> {
  /** Takes the claims in columns, one array for each value, and selects the positions of those that nothing answers to. */
  readonly statement: string;
  claimsOf(message: Message): readonly Claim[];
}

export type Traces = { readonly [T in Topic]: Trace<MessageOf<T>> };

const absentRow = z.object({ position: z.bigint() });

/** @returns by the places of the messages, what is missing of those that are not in the database as a whole */
export async function findAbsent<Message>(
  sql: Pick<Sql, 'query'>,
  trace: Trace<Message>,
  messages: readonly Message[],
): Promise<ReadonlyMap<number, string>> {
  const claims = messages.flatMap((message, place) =>
    trace.claimsOf(message).map((claim) => ({ place, ...claim })),
  );
  const [first] = claims;
  if (first === undefined) return new Map();
  const columns = first.values.map((_, column) => claims.map(({ values }) => values[column]));
  const rows = await sql.query(absentRow, trace.statement, ...columns);
  const absent = new Map<number, string>();
  for (const { position } of rows) {
    // Ordinality counts from 1.
    const { place, what } = claims[Number(position) - 1]!;
    if (!absent.has(place)) absent.set(place, what());
  }
  return absent;
}

/**
 * The positions of claims for which a query finds no row. The limit has each claim looked up by the key: left to itself,
 * the planner reads the whole of a table again for every few thousand claims.
 */
const absentFrom = (types: readonly string[], names: readonly string[], found: string): string => `
  SELECT t.position
  FROM unnest(${types.map((type, index) => `$${index + 1}::${type}[]`).join(', ')}) WITH ORDINALITY
    AS t(${names.join(', ')}, position)
  LEFT JOIN LATERAL (SELECT true AS is_there ${found} LIMIT 1) AS found ON true
  WHERE found.is_there IS NULL`;

/** Of equal keys the first applied wins, and of definitions, measurements and distributions the latest: all only grow. */
export function createTraces(calendar: Pick<BusinessCalendar, 'dayOf'>): Traces {
  return {
    'event.created': {
      statement: absentFrom(
        ['uuid', 'timestamptz'],
        ['event_id', 'at'],
        'FROM events AS e WHERE e.event_id = t.event_id AND e.defined_at >= t.at',
      ),
      claimsOf: ({ eventId, occurredAt }) => {
        const at = timestamp(occurredAt);
        return [{ values: [eventId, at], what: () => `no definition of event ${eventId} as late as ${at}` }];
      },
    },
    'participant.registered': {
      statement: absentFrom(
        ['uuid', 'uuid'],
        ['event_id', 'participant_id'],
        'FROM participants AS p WHERE p.event_id = t.event_id AND p.participant_id = t.participant_id',
      ),
      claimsOf: ({ eventId, participantId }) => [
        {
          values: [eventId, participantId],
          what: () => `no row of participant ${participantId} of event ${eventId}`,
        },
      ],
    },
    'distribution.completed': {
      // The earliest distribution of a channel decides its place in the order, so it must not be missing either.
      statement: absentFrom(
        ['uuid', 'text', 'timestamptz'],
        ['event_id', 'channel', 'at'],
        `FROM event_channels AS c
         WHERE c.event_id = t.event_id AND c.channel = t.channel AND c.distributed_at >= t.at AND c.first_at <= t.at`,
      ),
      claimsOf: ({ eventId, occurredAt, channels }) =>
        channels.map(({ channel }) => {
          const at = timestamp(occurredAt);
          return {
            values: [eventId, channel, at],
            what: () => `no distribution of event ${eventId} over ${channel} that takes in ${at}`,
          };
        }),
    },
    'channel.views-measured': {
      statement: absentFrom(
        ['uuid', 'text', 'date', 'timestamptz'],
        ['event_id', 'channel', 'day', 'at'],
        `FROM event_channels AS c JOIN daily_views AS d USING (event_id, channel)
         WHERE c.event_id = t.event_id AND c.channel = t.channel AND c.measured_at >= t.at
           AND d.day = t.day AND d.measured_at >= t.at`,
      ),
      claimsOf: ({ eventId, channel, measuredAt }) => {
        const at = timestamp(measuredAt);
        const day = calendar.dayOf(measuredAt);
        return [
          {
            values: [eventId, channel, day, at],
            what: () => `no views of event ${eventId} on ${channel} on ${day} as late as ${at}`,
          },
        ];
      },
    },
    'sales.recorded': {
      statement: absentFrom(['uuid'], ['message_id'], 'FROM sales AS s WHERE s.message_id = t.message_id'),
      claimsOf: ({ messageId, storeId }) => [
        { values: [messageId], what: () => `no row of sale ${messageId} of store ${storeId}` },
      ],
    },
  };
}

/** A message that must be kept as a dead letter unless it was applied. */
export interface Unapplied {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** Of key and value (record-digest.ts): in a log made anew another record may stand at the offset. */
  readonly digest: string;
  /** Why it cannot have been applied, or what is missing of it. */
  readonly what: string;
}

export const DEAD_LETTERS: Trace<Unapplied> = {
  statement: absentFrom(
    ['text', 'int', 'bigint', 'text'],
    ['topic', 'partition', '"offset"', 'digest'],
    `FROM dead_letters AS l
     WHERE l.topic = t.topic AND l.partition = t.partition AND l."offset" = t."offset" AND l.digest = t.digest`,
  ),
  claimsOf: ({ topic, partition, offset, digest, what }) => [
    { values: [topic, String(partition), String(offset), digest], what: () => what },
  ],
};
