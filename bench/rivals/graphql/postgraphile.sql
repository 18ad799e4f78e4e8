-- What PostGraphile shows: views whose columns are computed only when they are selected, since PostgreSQL leaves out what
-- nobody asks for. Figures are rounded as the service rounds them: half away from zero, as numeric is.
CREATE SCHEMA rival;

CREATE VIEW rival.dashboards AS
SELECT e.event_id, e.store_id, e.title AS event_title, c.participants::float8 AS count, e.target_goal::float8 AS target_goal,
       CASE WHEN e.target_goal = 0 THEN 0 ELSE round(c.participants * 100.0 / e.target_goal, 1) END::float8 AS achievement_rate,
       coalesce((SELECT sum(h.participants) FROM event_hours AS h
                 WHERE h.event_id = e.event_id
                   AND h.hour >= date_trunc('day', now() AT TIME ZONE 'Asia/Seoul') AT TIME ZONE 'Asia/Seoul'), 0)::float8
         AS daily_change
FROM events AS e JOIN event_counts AS c USING (event_id);
COMMENT ON VIEW rival.dashboards IS E'@primaryKey event_id';

CREATE VIEW rival.channels AS
SELECT event_id, channel, coalesce(views, expected_views, 0)::float8 AS views, participants::float8 AS participants,
       CASE WHEN coalesce(views, expected_views, 0) = 0 THEN 0
            ELSE round(participants * 100.0 / coalesce(views, expected_views), 1) END::float8 AS conversion_rate,
       CASE WHEN participants = 0 THEN 0 ELSE round(coalesce(cost, 0)::numeric / participants) END::float8
         AS cost_per_acquisition,
       coalesce(status::text, 'PENDING') AS status, first_at, first_position
FROM event_channels;
-- Lists are in the order of the key.
COMMENT ON VIEW rival.channels IS
  E'@primaryKey event_id,first_at,first_position,channel\n@foreignKey (event_id) references rival.dashboards (event_id)';

CREATE FUNCTION rival.dashboards_by_ids(ids uuid[]) RETURNS SETOF rival.dashboards LANGUAGE sql STABLE AS $$
  SELECT d.* FROM unnest(ids) WITH ORDINALITY AS asked(event_id, place) JOIN rival.dashboards AS d USING (event_id)
  ORDER BY asked.place
$$;
