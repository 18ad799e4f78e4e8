-- The rollups as if nobody kept them: views that count the participants when they are asked. An event's id reaches the
-- participants themselves, so that only its own are counted.
CREATE SCHEMA live;

CREATE VIEW live.event_counts AS
SELECT c.event_id, n.participants, n.new_customers, c.version, c.changed_at
FROM public.event_counts AS c
CROSS JOIN LATERAL (
  SELECT count(*) AS participants, count(*) FILTER (WHERE p.new_customer) AS new_customers
  FROM participants AS p WHERE p.event_id = c.event_id
) AS n;

CREATE VIEW live.event_hours AS
SELECT event_id, date_trunc('hour', registered_at) AS hour, count(*) AS participants
FROM participants GROUP BY 1, 2;

CREATE VIEW live.event_channels AS
SELECT n.event_id, channel, n.participants, c.status, c.cost, c.expected_views, c.distributed_at, c.first_at,
       c.first_position, c.views, c.measured_at
FROM (SELECT event_id, channel, count(*) AS participants FROM participants GROUP BY 1, 2) AS n
JOIN public.event_channels AS c USING (event_id, channel);

CREATE VIEW live.event_profiles AS
SELECT event_id, 'AGE'::profile_dimension AS dimension,
       CASE WHEN age IS NULL THEN 'UNKNOWN' WHEN age < 20 THEN '10' WHEN age >= 50 THEN '50'
            ELSE (age / 10 * 10)::text END AS bucket,
       count(*) AS participants
FROM participants GROUP BY 1, 3
UNION ALL
SELECT event_id, 'GENDER', coalesce(gender, 'UNKNOWN'), count(*) FROM participants GROUP BY 1, 3
UNION ALL
SELECT event_id, 'REGION', coalesce(region, ''), count(*) FROM participants GROUP BY 1, 3;
