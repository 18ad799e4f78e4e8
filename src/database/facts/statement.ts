import { prepared } from '../prepared';
import { eventRecord } from './event-record';
import type { Asked } from './fact-source';
import {
  bitOf,
  covers,
  FACT_KINDS,
  FACT_SOURCES,
  type FactKinds,
  factKinds,
  OF_ALL_STORES,
  without,
} from './kinds';
import { HISTORIES } from './store-history';

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
    covers(wanted, bitOf(kind))
      ? `CASE WHEN a.kinds & ${bitOf(kind)} <> 0 THEN ${FACT_SOURCES[kind].sql(TOGETHER)} END`
      : 'NULL',
  );
  const events = `
SELECT json_build_array(a.reader, NULL, json_build_array(${EVENT}, ${parts.join(', ')})) AS told
FROM asked AS a
JOIN event_counts AS c USING (event_id)
LEFT JOIN store_sales AS s USING (store_id)`;
  const all = covers(wanted, bitOf('history')) ? `${events} UNION ALL ${HISTORIES}` : events;
  return `${ASKED} SELECT json_agg(told)::text AS told FROM (${all}) AS each`;
}

const EVENT = eventRecord('greatest(c.changed_at, s.changed_at)');

/** All lies in one database. */
const TOGETHER: Asked = {
  ofEvent: (column) => `${column} = a.event_id`,
  ofStore: (column) => `${column} = a.store_id`,
  today: '(SELECT today FROM given)',
  knownStores: `
   (SELECT count(*) FROM industry_stores AS k WHERE k.industry = a.industry
      AND k.store_id = ANY (ARRAY(SELECT store_id FROM known WHERE known.reader = a.reader) || a.store_id))`,
};

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
