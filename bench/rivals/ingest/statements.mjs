/** The statements of the service's worker for registrations, in its transaction's order. */

export const LOCK = `
INSERT INTO event_counts (event_id, changed_at)
SELECT event_id, $2::timestamptz FROM unnest($1::uuid[]) AS t(event_id) ORDER BY event_id
ON CONFLICT (event_id) DO UPDATE SET event_id = excluded.event_id`;

const AGE_BAND = `CASE WHEN age IS NULL THEN 'UNKNOWN' WHEN age < 20 THEN '10' WHEN age >= 50 THEN '50'
  ELSE (age / 10 * 10)::text END`;

export const REGISTER = `
WITH input AS (
  SELECT * FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::text[], $6::smallint[], $7::text[],
                       $8::text[], $9::boolean[])
    AS t(position, event_id, participant_id, registered_at, channel, age, gender, region, new_customer)
), fresh AS (
  INSERT INTO participants (event_id, participant_id, registered_at, channel, age, gender, region, new_customer)
  SELECT event_id, participant_id, registered_at, channel, age, gender, region, new_customer
  FROM input ORDER BY event_id, participant_id
  ON CONFLICT DO NOTHING
  RETURNING *
), counted AS (
  UPDATE event_counts AS c
  SET participants = c.participants + n.participants, new_customers = c.new_customers + n.new_customers
  FROM (
    SELECT event_id, count(*) AS participants, count(*) FILTER (WHERE new_customer) AS new_customers
    FROM fresh GROUP BY event_id
  ) AS n
  WHERE c.event_id = n.event_id
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
    ('AGE'::profile_dimension, ${AGE_BAND}),
    ('GENDER', coalesce(gender, 'UNKNOWN')),
    ('REGION', coalesce(region, ''))
  ) AS trait(dimension, bucket)
  GROUP BY 1, 2, 3
  ON CONFLICT (event_id, dimension, bucket) DO UPDATE SET participants = p.participants + excluded.participants
)
SELECT coalesce(array_agg(input.position), '{}') AS fresh
FROM input JOIN fresh USING (event_id, participant_id)`;

export const TOUCH = `
WITH touched AS (
  UPDATE event_counts SET version = version + 1, changed_at = greatest(changed_at, $2::timestamptz)
  WHERE event_id = ANY ($1::uuid[]) RETURNING event_id
)
SELECT DISTINCT store_id::text AS "storeId" FROM touched JOIN events USING (event_id)`;
