import type { EventId, ParticipantId } from '../../domain/values';
import type { Sql } from '../database';
import { absent, absentFrom, type AbsentPositions } from './absent';
import { type Check, OF_EVENTS } from './check';

/*
 * Of people who were erased the rows no longer say how they were counted by traits. What is left is that each was counted in one
 * bucket of each trait: a bucket holds what the other rows say and perhaps more, and all that is more comes to as many as
 * were erased. So what a figure is recomputed as is what is stored, brought within these bounds.
 */

/** The rows of the slice, of events that are not sealed: the rows of the others leave, or have left (sealed.ts). */
const ofOpenEvents = (table: string): string => `${OF_EVENTS} AND NOT EXISTS (
  SELECT 1 FROM event_counts AS s WHERE s.event_id = ${table}.event_id AND s.sealed_at IS NOT NULL)`;

/** What is stored, no less than the rows say and no more than they may hide. */
const bounded = (stored: string, known: string, erased: string): string =>
  `least(greatest(${stored}, ${known}), ${known} + ${erased})`;

/**
 * The age bucket of a participant, written once more than the projection writes it, from what docs/metrics.md says:
 * under 20, the twenties, thirties and forties, 50 and over.
 */
const AGE_BAND = `CASE WHEN age < 20 THEN '10' WHEN age < 30 THEN '20' WHEN age < 40 THEN '30' WHEN age < 50 THEN '40'
  WHEN age >= 50 THEN '50' ELSE 'UNKNOWN' END`;

const eventCounts: Check = {
  rollup: 'event_counts',
  keys: ['event_id'],
  place: 'event_id::text',
  figures: ['participants', 'new_customers'],
  absent: '0',
  stored: `SELECT event_id, participants, new_customers FROM event_counts ${OF_EVENTS} AND sealed_at IS NULL`,
  recomputed: `SELECT event_id, n.participants,
      ${bounded('coalesce(c.new_customers, 0)', 'n.known', 'n.erased')} AS new_customers
    FROM (
      SELECT event_id, count(*) AS participants, count(*) FILTER (WHERE new_customer) AS known,
        count(*) FILTER (WHERE erased) AS erased
      FROM participants ${ofOpenEvents('participants')} GROUP BY event_id
    ) AS n LEFT JOIN (SELECT event_id, new_customers FROM event_counts ${OF_EVENTS}) AS c USING (event_id)`,
};

const channelParticipants: Check = {
  rollup: 'event_channels',
  keys: ['event_id', 'channel'],
  place: `event_id::text || ' ' || channel`,
  figures: ['participants'],
  absent: '0',
  stored: `SELECT event_id, channel, participants FROM event_channels ${ofOpenEvents('event_channels')}`,
  recomputed: `SELECT event_id, channel, count(*) AS participants FROM participants ${ofOpenEvents('participants')} GROUP BY 1, 2`,
};

const eventHours: Check = {
  rollup: 'event_hours',
  keys: ['event_id', 'hour'],
  place: `event_id::text || ' ' || to_char(hour, 'YYYY-MM-DD"T"HH24:MI"Z"')`,
  figures: ['participants'],
  absent: '0',
  stored: `SELECT event_id, hour, participants FROM event_hours ${ofOpenEvents('event_hours')}`,
  recomputed: `SELECT event_id, date_trunc('hour', registered_at) AS hour, count(*) AS participants
    FROM participants ${ofOpenEvents('participants')} GROUP BY 1, 2`,
};

/** Who was erased is among those of whom nothing is known. */
const PEOPLE_BY_TRAIT = `
  SELECT event_id, trait.dimension, trait.bucket, count(*) FILTER (WHERE NOT erased) AS known,
    count(*) FILTER (WHERE erased) AS erased
  FROM participants CROSS JOIN LATERAL (VALUES
    ('AGE'::profile_dimension, ${AGE_BAND}),
    ('GENDER', coalesce(gender, 'UNKNOWN')),
    ('REGION', coalesce(region, ''))
  ) AS trait(dimension, bucket)
  ${ofOpenEvents('participants')} GROUP BY 1, 2, 3`;

const eventProfiles: Check = {
  rollup: 'event_profiles',
  keys: ['event_id', 'dimension', 'bucket'],
  place: `event_id::text || ' ' || dimension::text || ' ' || coalesce(nullif(bucket, ''), '(unknown)')`,
  figures: ['participants'],
  absent: '0',
  stored: `SELECT event_id, dimension, bucket, participants FROM event_profiles ${ofOpenEvents('event_profiles')}`,
  // Where every bucket is within its bounds and yet all of a trait do not come to its participants, that is told of the bucket of
  // those of whom it is not known, which is there wherever somebody was erased.
  recomputed: `SELECT event_id, dimension, bucket,
      CASE WHEN bucket IN ('UNKNOWN', '') AND bool_and(stored = bounded) OVER of_trait
        THEN bounded + everybody - sum(bounded) OVER of_trait ELSE bounded END AS participants
    FROM (
      SELECT event_id, dimension, bucket, stored, everybody, ${bounded('stored', 'known', 'erased')} AS bounded
      FROM (
        SELECT event_id, dimension, bucket, coalesce(p.participants, 0) AS stored, coalesce(k.known, 0) AS known,
          coalesce(sum(k.erased) OVER of_trait, 0) AS erased,
          coalesce(sum(k.known + k.erased) OVER of_trait, 0) AS everybody
        FROM (${PEOPLE_BY_TRAIT}) AS k
        FULL JOIN (SELECT event_id, dimension, bucket, participants FROM event_profiles ${ofOpenEvents('event_profiles')}) AS p
          USING (event_id, dimension, bucket)
        WINDOW of_trait AS (PARTITION BY event_id, dimension)
      ) AS beside
    ) AS within
    WINDOW of_trait AS (PARTITION BY event_id, dimension)`,
};

/** The rollups that count registrations. */
export const participantRollups: readonly Check[] = [
  eventCounts,
  channelParticipants,
  eventHours,
  eventProfiles,
];

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
