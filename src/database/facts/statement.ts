import { OTHER_REGIONS, REGIONS_SHOWN } from '../../domain/profile';
import { prepared } from '../prepared';
import { daysAround, milliseconds, SALES, storeEvent } from './fragments';
import {
  bitOf,
  covers,
  FACT_KINDS,
  type FactKind,
  type FactKinds,
  factKinds,
  OF_ALL_STORES,
  without,
} from './kinds';

/**
 * So many statements have no more parts than are wanted; whatever else is wanted together, one for everything answers.
 * Of what is not wanted of an event it looks up nothing, which costs a tenth of a millisecond. A server keeps the plan of
 * each on every connection: those of all 256 take 100 MB there.
 */
const MOST_EXACT = 32;
const EVERYTHING = factKinds(FACT_KINDS);
const WITHOUT_HISTORY = without(EVERYTHING, bitOf('history'));

/**
 * One statement for all that operations want to know of any number of events: a state of the database by itself, without
 * a transaction around it. All comes as one JSON text, since what a driver does for a row and a column costs more than
 * the numbers in it: for 50 whole dashboards 1.7 ms against 8.1 through the models' own joins, and a row for each event
 * took a tenth of what 50 with two sections take.
 *
 * Parameters: the events; the kinds of facts wanted of each, and for which reader; the readers again, with the stores
 * that each knows; when today began. The text is null where there are none, or a list of `[reader, null, [event, part,
 * ...]]` and of `[null, store, history]`.
 *
 * @returns it with the parts of these kinds, and perhaps of others, at the places that the kinds have among all
 */
export function factsStatement(wanted: FactKinds): string {
  const known = statements.get(wanted);
  if (known !== undefined) return known;
  if (statements.size < MOST_EXACT) return keep(wanted);
  return statementOfAll(covers(wanted, bitOf('history')) ? EVERYTHING : WITHOUT_HISTORY);
}

const statements = new Map<FactKinds, string>();

function statementOfAll(kinds: FactKinds): string {
  return statements.get(kinds) ?? keep(kinds);
}

function keep(kinds: FactKinds): string {
  const made = prepared(`facts_${kinds}`, build(kinds));
  statements.set(kinds, made);
  return made;
}

function build(wanted: FactKinds): string {
  const parts = FACT_KINDS.map((kind) =>
    covers(wanted, bitOf(kind)) ? `CASE WHEN a.kinds & ${bitOf(kind)} <> 0 THEN ${PARTS[kind]} END` : 'NULL',
  );
  const events = `
SELECT json_build_array(a.reader, NULL, json_build_array(${EVENT}, ${parts.join(', ')})) AS told
FROM asked AS a
JOIN event_counts AS c USING (event_id)
LEFT JOIN store_sales AS s USING (store_id)`;
  const all = covers(wanted, bitOf('history')) ? `${events} UNION ALL ${HISTORIES}` : events;
  return `${ASKED} SELECT json_agg(told)::text AS told FROM (${all}) AS each`;
}

// Of what may not be read, nothing is looked up but whose it is.
const ASKED = `
WITH given AS (SELECT $6::timestamptz AS today),
known AS (SELECT * FROM unnest($4::int[], $5::uuid[]) AS known(reader, store_id)),
asked AS (
  SELECT e.*, wanted.reader, CASE
      WHEN wanted.kinds & ${OF_ALL_STORES} <> 0 THEN wanted.kinds
      WHEN (wanted.reader, e.store_id) IN (SELECT reader, store_id FROM known) THEN wanted.kinds
      ELSE 0 END AS kinds
  FROM unnest($1::uuid[], $2::int[], $3::int[]) AS wanted(event_id, kinds, reader) JOIN events AS e USING (event_id)
)`;

// A defined event always has its counts: the row is made when the event is locked.
const EVENT = `
json_build_array(a.event_id, a.store_id, a.title, a.industry, a.target_goal, ${milliseconds('a.start_at')},
  ${milliseconds('a.end_at')}, a.prize_cost, a.other_costs, a.new_customer_ltv, c.participants, c.new_customers,
  c.version, ${milliseconds('c.changed_at')}, ${milliseconds('greatest(c.changed_at, s.changed_at)')})`;

const PARTS: Readonly<Record<FactKind, string>> = {
  channels: `
(SELECT json_agg(json_build_array(h.channel, h.participants, h.views, ${milliseconds('h.measured_at')},
   ${milliseconds('p.since')}, h.status, h.cost, h.expected_views, ${milliseconds('h.first_at')}, h.first_position))
 FROM event_channels AS h LEFT JOIN platform_states AS p ON p.channel = h.channel AND p.status = 'FAILING'
 WHERE h.event_id = a.event_id)`,

  viewsAtClose: `
(SELECT json_agg(json_build_array(v.channel, v.views))
 FROM (SELECT DISTINCT ON (channel) channel, views FROM daily_views
       WHERE event_id = a.event_id AND measured_at < (SELECT today FROM given)
       ORDER BY channel, day DESC) AS v)`,

  hours: `
(SELECT string_agg(extract(epoch FROM hour)::bigint || ' ' || participants, ',' ORDER BY hour)
 FROM event_hours WHERE event_id = a.event_id)`,

  registeredToday: `
(SELECT coalesce(sum(participants), 0) FROM event_hours
 WHERE event_id = a.event_id AND hour >= (SELECT today FROM given))`,

  // However many names the regions were given, only those shown are read out. "C" compares UTF-8 bytes, and so code points.
  // What is unknown ('') or reported as 기타 is part of the rest.
  profile: `
(SELECT json_agg(json_build_array(t.dimension, t.bucket, t.participants))
 FROM (SELECT dimension, bucket, participants FROM event_profiles
       WHERE event_id = a.event_id AND dimension IN ('AGE', 'GENDER')
       UNION ALL
       (SELECT dimension, bucket, participants FROM event_profiles
        WHERE event_id = a.event_id AND dimension = 'REGION' AND bucket NOT IN ('', '${OTHER_REGIONS}')
        ORDER BY participants DESC, bucket COLLATE "C" LIMIT ${REGIONS_SHOWN})) AS t)`,

  sales: `
(SELECT ${SALES} FROM daily_sales AS d WHERE d.store_id = a.store_id AND ${daysAround('a.start_at')})`,

  // Two rows of the rollup and the one that dates it, and one for each store that the reader knows in the industry:
  // however many stores the industry has.
  industry: `
(SELECT json_build_array(coalesce(t.stores, 0),
   (SELECT count(*) FROM industry_stores AS k WHERE k.industry = a.industry
      AND k.store_id = ANY (ARRAY(SELECT store_id FROM known WHERE known.reader = a.reader) || a.store_id)),
   json_build_array(coalesce(t.events, 0), coalesce(t.participation_tenths, 0)::text, coalesce(t.roi_tenths, 0)::text,
     coalesce(t.conversion_tenths, 0)::text),
   CASE WHEN o.store_id IS NOT NULL THEN json_build_array(o.events, o.participation_tenths::text, o.roi_tenths::text,
     o.conversion_tenths::text) END,
   ${milliseconds('r.refreshed_at')})
 FROM (SELECT) AS once
 LEFT JOIN industry_totals AS t ON t.industry = a.industry
 LEFT JOIN industry_stores AS o ON o.industry = a.industry AND o.store_id = a.store_id
 LEFT JOIN industry_refreshes AS r ON true)`,

  // One stretch of one index, whose entries hold the figures.
  history: `
(SELECT json_build_array(max(w.participants), max(w.roi_tenths), max(w.growth_tenths)) FROM store_events AS w
 WHERE w.store_id = a.store_id AND w.settled AND w.start_at < a.start_at)`,
};

/**
 * Of each store, once, those of its events whose figures are not settled: a few, however many it has. Most of them began
 * lately, and what the store has sold since a little before that is told once for these.
 */
const HISTORIES = `
SELECT json_build_array(NULL, store.store_id, (
  SELECT json_build_array(
    (SELECT ${SALES} FROM daily_sales AS d, given WHERE d.store_id = store.store_id AND d.day > given.today::date - 30),
    json_agg(${storeEvent("e.start_at < (SELECT today FROM given) - interval '20 days'")}))
  FROM store_events AS w JOIN events AS e USING (event_id) JOIN event_counts AS c USING (event_id)
  WHERE w.store_id = store.store_id AND NOT w.settled))
FROM (SELECT DISTINCT store_id FROM asked WHERE kinds & ${bitOf('history')} <> 0) AS store`;
