import { type Check, IN_SLICE, OF_EVENTS, OF_STORES } from './check';

/*
 * What is sealed has no raw rows to be added up anew. Its counts were held against them for the last time when it was sealed; what is
 * looked for is that they are as they were then, and that nothing was added since.
 */

/** In the order in which their digests are kept. */
const SUMS = ['counts', 'channels', 'hours', 'traits'];

const sumsOfEvents: Check = {
  rollup: 'event_counts',
  keys: ['event_id'],
  place: `event_id::text || ' (sealed)'`,
  figures: SUMS,
  absent: 'nothing',
  stored: `SELECT event_id, ${SUMS.map((name, place) => `split_part(sealed_sums, ' ', ${place + 1}) AS ${name}`).join(', ')}
    FROM event_counts ${OF_EVENTS} AND sealed_at IS NOT NULL`,
  recomputed: `SELECT event_id, md5(concat(participants, ' ', new_customers)) AS counts, md5(concat(by_channel)) AS channels,
      md5(concat(by_hour)) AS hours, md5(concat(by_trait)) AS traits
    FROM (SELECT event_id, participants, new_customers FROM event_counts ${OF_EVENTS} AND sealed_at IS NOT NULL) AS c
    LEFT JOIN (
      SELECT event_id, string_agg(concat(channel, '=', participants), ',' ORDER BY channel COLLATE "C") AS by_channel
      FROM event_channels ${OF_EVENTS} AND participants <> 0 GROUP BY event_id
    ) AS h USING (event_id)
    LEFT JOIN (
      SELECT event_id, string_agg(concat(extract(epoch FROM hour)::bigint, '=', participants), ',' ORDER BY hour) AS by_hour
      FROM event_hours ${OF_EVENTS} GROUP BY event_id
    ) AS o USING (event_id)
    LEFT JOIN (
      SELECT event_id,
        string_agg(concat(dimension, '=', bucket, '=', participants), ',' ORDER BY dimension, bucket COLLATE "C") AS by_trait
      FROM event_profiles ${OF_EVENTS} GROUP BY event_id
    ) AS t USING (event_id)`,
};

/** Rows of one that lies in no month's table leave at once; others with their month, or a month behind their sealing. */
const LEFT_WITHIN = `CASE WHEN month = 0 THEN interval '1 day' ELSE interval '33 days' END`;

/** Rows that came in behind the sealing, or should have left by now. */
const rowsOfEvents: Check = {
  rollup: 'participants',
  keys: ['event_id'],
  place: `event_id::text || ' (sealed)'`,
  figures: ['rows'],
  absent: '0',
  stored: `SELECT event_id, 0 AS rows FROM event_counts ${OF_EVENTS} AND false`,
  recomputed: `SELECT event_id, count(*) AS rows FROM participants ${OF_EVENTS} AND event_id IN (
      SELECT event_id FROM event_counts ${OF_EVENTS} AND (emptied_at IS NOT NULL OR sealed_at < now() - ${LEFT_WITHIN})
    ) GROUP BY event_id`,
};

/** The sums of the days of stores that are sealed, beside what they were. */
export const sumsOfDays: Check = {
  rollup: 'store_sales',
  keys: ['store_id'],
  place: 'store_id::text',
  figures: ['sealed_sums'],
  absent: 'nothing',
  stored: `SELECT store_id, sealed_sums FROM store_sales ${OF_STORES} AND sealed_before IS NOT NULL`,
  recomputed: `SELECT store_id,
      md5(string_agg(concat(day - DATE '1970-01-01', '=', amount, '/', records), ',' ORDER BY day)) AS sealed_sums
    FROM (SELECT store_id, sealed_before FROM store_sales ${OF_STORES} AND sealed_before IS NOT NULL) AS w
    JOIN daily_sales AS d USING (store_id) WHERE d.day < w.sealed_before GROUP BY store_id`,
};

/** Rows of days whose rows had left before, or have not left within a day. */
const rowsOfDays: Check = {
  rollup: 'sales',
  keys: ['store_id'],
  place: `store_id::text || ' (sealed days)'`,
  figures: ['rows'],
  absent: '0',
  stored: `SELECT store_id, 0 AS rows FROM store_sales ${OF_STORES} AND false`,
  recomputed: `SELECT s.store_id, count(*) AS rows FROM sales AS s
    JOIN (
      SELECT store_id, CASE WHEN sealed_at < now() - interval '1 day' THEN sealed_before ELSE left_before END AS before
      FROM store_sales ${OF_STORES} AND sealed_before IS NOT NULL OFFSET 0
    ) AS w ON w.store_id = s.store_id
    WHERE s.store_id ${IN_SLICE} AND s.day < w.before GROUP BY s.store_id`,
};

export const sealedChecks: readonly Check[] = [sumsOfEvents, rowsOfEvents, sumsOfDays, rowsOfDays];
