/**
 * The statements of `npm run verify`: what the rollups must be, from the rows that were kept (this file and
 * compare-rollup.ts), what settled events are stored with (settled-events.ts), and what each message must have left
 * (traces.ts). They share no SQL with the statements that write: an error in a shared fragment would be compared with
 * itself and never be found. The linter holds that no statement is imported here. One comparison recomputes by what
 * writes, that of settled events (workers/verification/settled-events.ts): it finds what was not settled anew.
 */

/**
 * The age bucket of a participant, written once more than the projection writes it, from what docs/metrics.md says:
 * under 20, the twenties, thirties and forties, 50 and over.
 */
const AGE_BAND = `CASE WHEN age < 20 THEN '10' WHEN age < 30 THEN '20' WHEN age < 40 THEN '30' WHEN age < 50 THEN '40'
  WHEN age >= 50 THEN '50' ELSE 'UNKNOWN' END`;

/**
 * One rollup beside what the raw rows add up to. Both queries name their columns alike: the keys, then the figures.
 * `$1` and `$2` are the first and the last id of the slice to be looked at.
 */
export interface Check {
  readonly rollup: string;
  readonly keys: readonly string[];
  /** How a row is named in a report; an expression over the keys. */
  readonly place: string;
  readonly figures: readonly string[];
  /** What a row that is not there stands for: a count of nothing is 0. */
  readonly absent: '0' | 'nothing';
  readonly stored: string;
  readonly recomputed: string;
}

const OF_EVENTS = 'WHERE event_id BETWEEN $1::uuid AND $2::uuid';
const OF_STORES = 'WHERE store_id BETWEEN $1::uuid AND $2::uuid';

const eventCounts: Check = {
  rollup: 'event_counts',
  keys: ['event_id'],
  place: 'event_id::text',
  figures: ['participants', 'new_customers'],
  absent: '0',
  stored: `SELECT event_id, participants, new_customers FROM event_counts ${OF_EVENTS}`,
  recomputed: `SELECT event_id, count(*) AS participants, count(*) FILTER (WHERE new_customer) AS new_customers
    FROM participants ${OF_EVENTS} GROUP BY event_id`,
};

const channelParticipants: Check = {
  rollup: 'event_channels',
  keys: ['event_id', 'channel'],
  place: `event_id::text || ' ' || channel`,
  figures: ['participants'],
  absent: '0',
  stored: `SELECT event_id, channel, participants FROM event_channels ${OF_EVENTS}`,
  recomputed: `SELECT event_id, channel, count(*) AS participants FROM participants ${OF_EVENTS} GROUP BY 1, 2`,
};

/** A channel's total is its latest measurement, and that is the latest of one of its days. */
const channelViews: Check = {
  rollup: 'event_channels',
  keys: ['event_id', 'channel'],
  place: `event_id::text || ' ' || channel`,
  figures: ['views', 'measured_at'],
  absent: 'nothing',
  stored: `SELECT event_id, channel, views, measured_at FROM event_channels ${OF_EVENTS}`,
  recomputed: `SELECT DISTINCT ON (event_id, channel) event_id, channel, views, measured_at
    FROM daily_views ${OF_EVENTS} ORDER BY event_id, channel, measured_at DESC`,
};

const eventHours: Check = {
  rollup: 'event_hours',
  keys: ['event_id', 'hour'],
  place: `event_id::text || ' ' || to_char(hour, 'YYYY-MM-DD"T"HH24:MI"Z"')`,
  figures: ['participants'],
  absent: '0',
  stored: `SELECT event_id, hour, participants FROM event_hours ${OF_EVENTS}`,
  recomputed: `SELECT event_id, date_trunc('hour', registered_at) AS hour, count(*) AS participants
    FROM participants ${OF_EVENTS} GROUP BY 1, 2`,
};

const eventProfiles: Check = {
  rollup: 'event_profiles',
  keys: ['event_id', 'dimension', 'bucket'],
  place: `event_id::text || ' ' || dimension::text || ' ' || coalesce(nullif(bucket, ''), '(unknown)')`,
  figures: ['participants'],
  absent: '0',
  stored: `SELECT event_id, dimension, bucket, participants FROM event_profiles ${OF_EVENTS}`,
  recomputed: `SELECT event_id, trait.dimension, trait.bucket, count(*) AS participants
    FROM participants CROSS JOIN LATERAL (VALUES
      ('AGE'::profile_dimension, ${AGE_BAND}),
      ('GENDER', coalesce(gender, 'UNKNOWN')),
      ('REGION', coalesce(region, ''))
    ) AS trait(dimension, bucket)
    ${OF_EVENTS} GROUP BY 1, 2, 3`,
};

const dailySales: Check = {
  rollup: 'daily_sales',
  keys: ['store_id', 'day'],
  place: `store_id::text || ' ' || day::text`,
  figures: ['amount', 'records'],
  absent: '0',
  stored: `SELECT store_id, day, amount, records FROM daily_sales ${OF_STORES}`,
  recomputed: `SELECT store_id, day, sum(amount) AS amount, count(*) AS records FROM sales ${OF_STORES} GROUP BY 1, 2`,
};

/** An event stands among those of its store, and of no other. */
const storeEvents: Check = {
  rollup: 'store_events',
  keys: ['store_id', 'event_id'],
  place: `store_id::text || ' ' || event_id::text`,
  figures: ['start_at'],
  absent: 'nothing',
  stored: `SELECT store_id, event_id, start_at FROM store_events ${OF_STORES}`,
  recomputed: `SELECT store_id, event_id, start_at FROM events ${OF_STORES}`,
};

/** Every rollup that can be recomputed from rows that were kept. */
export const CHECKS: readonly Check[] = [
  eventCounts,
  channelParticipants,
  channelViews,
  eventHours,
  eventProfiles,
  dailySales,
  storeEvents,
];
