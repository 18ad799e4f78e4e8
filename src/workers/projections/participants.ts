import { z } from 'zod';
import { plainColumn, textColumn } from '../../database/array-parameter';
import type { Sql } from '../../database/database';
import { column } from '../../database/rows';
import type { Instant, StoreId } from '../../domain/values';
import type { ParticipantRegistered } from '../messages/participant-registered';
import { datedBy, type EventProjection, timestamp } from './projection';
import { takingBackAll } from './store-events';

/** The age bucket of a participant row, as the profile rollup stores it. */
export const AGE_BAND_SQL = `CASE WHEN age IS NULL THEN 'UNKNOWN' WHEN age < 20 THEN '10' WHEN age >= 50 THEN '50'
  ELSE (age / 10 * 10)::text END`;

/**
 * Counts each (event, participant) once, whatever arrives how often, and adds the new ones to every rollup in the same
 * statement: what the INSERT really inserted is what the rollups count.
 */
export const participantProjection: EventProjection<ParticipantRegistered> = {
  locks: 'events',
  eventOf: ({ eventId }) => eventId,
  async apply(sql, messages, committedAt) {
    const { fresh, stores } = await register(sql, messages, committedAt);
    return { changed: messages.map((_, position) => fresh.has(position)), countedFor: stores };
  },
};

interface Registered {
  /** The positions of the messages that registered a new participant. */
  readonly fresh: ReadonlySet<number>;
  /** The stores of their events, as far as they are known yet. */
  readonly stores: readonly StoreId[];
}

const registeredRow = z.object({ fresh: z.array(z.number()), stores: z.array(column.storeId) });

async function register(
  sql: Sql,
  messages: readonly ParticipantRegistered[],
  committedAt: Instant,
): Promise<Registered> {
  const positions = firstOfEach(messages);
  const batch = positions.map((position) => messages[position]!);
  const [row] = await sql.query(
    registeredRow,
    REGISTER,
    plainColumn(positions, (position) => position),
    plainColumn(batch, (message) => message.eventId),
    plainColumn(batch, (message) => message.participantId),
    plainColumn(batch, (message) => message.occurredAt),
    textColumn(batch, (message) => message.channel),
    plainColumn(batch, (message) => message.age),
    textColumn(batch, (message) => message.gender),
    textColumn(batch, (message) => message.region),
    plainColumn(batch, (message) => message.newCustomer),
    timestamp(committedAt),
  );
  return { fresh: new Set(row?.fresh), stores: row?.stores ?? [] };
}

/** The first applied wins, within a batch too. */
function firstOfEach(messages: readonly ParticipantRegistered[]): number[] {
  const seen = new Set<string>();
  const positions: number[] = [];
  messages.forEach((message, position) => {
    const key = `${message.eventId} ${message.participantId}`;
    if (!seen.has(key)) positions.push(position);
    seen.add(key);
  });
  return positions;
}

// Inserted in the order of the key, so that two writers of the same participants wait in line as well. Hours are cut in
// the session's zone, which is UTC: every allowed business zone has whole-hour offsets, so its hours are the same.
const REGISTER = `
WITH input AS (
  SELECT position, event_id, participant_id, to_timestamp(registered_ms / 1000) AS registered_at, channel, age, gender,
         region, new_customer
  FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::float8[], $5::text[], $6::smallint[], $7::text[], $8::text[],
              $9::boolean[])
    AS t(position, event_id, participant_id, registered_ms, channel, age, gender, region, new_customer)
), fresh AS (
  INSERT INTO participants (event_id, participant_id, registered_at, channel, age, gender, region, new_customer)
  SELECT event_id, participant_id, registered_at, channel, age, gender, region, new_customer
  FROM input ORDER BY event_id, participant_id
  ON CONFLICT DO NOTHING
  RETURNING *
), counted AS (
  UPDATE event_counts AS c
  SET participants = c.participants + n.participants, new_customers = c.new_customers + n.new_customers,
      version = version + 1, changed_at = ${datedBy('changed_at', '$10')}
  FROM (
    SELECT event_id, count(*) AS participants, count(*) FILTER (WHERE new_customer) AS new_customers
    FROM fresh GROUP BY event_id
  ) AS n
  WHERE c.event_id = n.event_id
  RETURNING c.event_id
), by_channel AS (
  INSERT INTO event_channels AS c (event_id, channel, participants)
  SELECT event_id, channel, count(*) FROM fresh GROUP BY event_id, channel
  ON CONFLICT (event_id, channel) DO UPDATE SET participants = c.participants + excluded.participants
), by_hour AS (
  INSERT INTO event_hours AS h (event_id, hour, participants)
  SELECT event_id, date_trunc('hour', registered_at), count(*) FROM fresh GROUP BY 1, 2
  ON CONFLICT (event_id, hour) DO UPDATE SET participants = h.participants + excluded.participants
), by_trait AS (
  INSERT INTO event_profiles AS p (event_id, dimension, bucket, participants)
  SELECT event_id, dimension, bucket, count(*)
  FROM fresh CROSS JOIN LATERAL (VALUES
    ('AGE'::profile_dimension, ${AGE_BAND_SQL}),
    ('GENDER', coalesce(gender, 'UNKNOWN')),
    ('REGION', coalesce(region, ''))
  ) AS trait(dimension, bucket)
  GROUP BY 1, 2, 3
  ON CONFLICT (event_id, dimension, bucket) DO UPDATE SET participants = p.participants + excluded.participants
),
${takingBackAll('counted')}
SELECT ARRAY(SELECT position FROM input JOIN fresh USING (event_id, participant_id)) AS fresh,
       ARRAY(SELECT DISTINCT store_id::text FROM owned) AS stores`;
