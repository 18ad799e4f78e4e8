/** What a rival asks of PostgreSQL: one statement for each kind of thing, for as many events as there are. */

const milliseconds = (column) => `(extract(epoch FROM ${column}) * 1000)::float8`;

const EVENTS = `
SELECT e.event_id AS "eventId", e.store_id AS "storeId", e.title, e.industry, e.target_goal AS "targetGoal",
       ${milliseconds('e.start_at')} AS "startAt", ${milliseconds('e.end_at')} AS "endAt", e.prize_cost AS "prizeCost",
       e.other_costs AS "otherCosts", e.new_customer_ltv AS "newCustomerLtv", c.participants,
       c.new_customers AS "newCustomers", ${milliseconds('greatest(c.changed_at, s.changed_at)')} AS "lastUpdated"
FROM events AS e JOIN event_counts AS c USING (event_id) LEFT JOIN store_sales AS s USING (store_id)`;

export const EVENTS_BY_ID = `${EVENTS} WHERE e.event_id = ANY ($1::uuid[])`;
export const EVENTS_OF_STORES = `${EVENTS} WHERE e.store_id = ANY ($1::uuid[])`;

export const CHANNELS = `
SELECT c.event_id AS "eventId", c.channel, c.participants, c.views AS "measuredViews",
       ${milliseconds('c.measured_at')} AS "measuredAt", ${milliseconds('p.since')} AS "failingSince", c.status::text,
       c.cost, c.expected_views AS "expectedViews", ${milliseconds('c.first_at')} AS "firstAt",
       c.first_position AS "firstPosition"
FROM event_channels AS c LEFT JOIN platform_states AS p ON p.channel = c.channel AND p.status = 'FAILING'
WHERE c.event_id = ANY ($1::uuid[])`;

export const VIEWS_AT_CLOSE = `
SELECT DISTINCT ON (event_id, channel) event_id AS "eventId", channel, views
FROM daily_views WHERE event_id = ANY ($1::uuid[]) AND measured_at < to_timestamp($2::float8 / 1000)
ORDER BY event_id, channel, day DESC`;

export const HOURS = `
SELECT event_id AS "eventId", array_agg(extract(epoch FROM hour)::float8 * 1000 ORDER BY hour) AS hours,
       array_agg(participants::float8 ORDER BY hour) AS counts
FROM event_hours WHERE event_id = ANY ($1::uuid[]) GROUP BY event_id`;

export const REGISTERED_SINCE = `
SELECT event_id AS "eventId", sum(participants)::bigint AS registered
FROM event_hours WHERE event_id = ANY ($1::uuid[]) AND hour >= to_timestamp($2::float8 / 1000) GROUP BY event_id`;

export const PROFILES = `
SELECT event_id AS "eventId", dimension::text, bucket, participants AS count
FROM event_profiles WHERE event_id = ANY ($1::uuid[]) AND dimension IN ('AGE', 'GENDER')
UNION ALL
SELECT asked.event_id, 'REGION', region.bucket, region.participants
FROM unnest($1::uuid[]) AS asked(event_id)
CROSS JOIN LATERAL (
  SELECT bucket, participants FROM event_profiles AS p
  WHERE p.event_id = asked.event_id AND p.dimension = 'REGION' AND p.bucket NOT IN ('', '기타')
  ORDER BY participants DESC, bucket COLLATE "C" LIMIT 5
) AS region`;

export const SALES = `
SELECT w.place, coalesce(sum(s.amount) FILTER (WHERE s.day < w.start), 0)::text AS before,
       coalesce(sum(s.amount) FILTER (WHERE s.day >= w.start), 0)::text AS after, count(s.day) > 0 AS recorded
FROM unnest($1::int[], $2::uuid[], $3::date[], $4::date[], $5::date[]) AS w(place, store_id, first, start, last)
LEFT JOIN daily_sales AS s ON s.store_id = w.store_id AND s.day BETWEEN w.first AND w.last
GROUP BY w.place`;

export const INDUSTRIES = `
SELECT q.place, coalesce(t.stores, 0) AS stores,
       (SELECT count(*)::int FROM industry_stores AS k
        WHERE k.industry = q.industry AND k.store_id = ANY ($4::uuid[] || q.store_id)) AS "knownStores",
       coalesce(t.events, 0) AS events, coalesce(t.participation_tenths, 0)::text AS participation,
       coalesce(t.roi_tenths, 0)::text AS roi, coalesce(t.conversion_tenths, 0)::text AS conversion,
       o.events AS "ownEvents", o.participation_tenths::text AS "ownParticipation", o.roi_tenths::text AS "ownRoi",
       o.conversion_tenths::text AS "ownConversion", ${milliseconds('r.refreshed_at')} AS "refreshedAt"
FROM unnest($1::int[], $2::text[], $3::uuid[]) AS q(place, industry, store_id)
LEFT JOIN industry_totals AS t ON t.industry = q.industry
LEFT JOIN industry_stores AS o ON o.industry = q.industry AND o.store_id = q.store_id
LEFT JOIN industry_refreshes AS r ON true`;
