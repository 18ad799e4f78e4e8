/** What several statements about facts are written of. */

export const milliseconds = (instant: string): string => `(extract(epoch FROM ${instant}) * 1000)::bigint`;

/**
 * The days of `d` (daily_sales) that can be compared around an instant. Which ones are is for the business time zone to say,
 * whose clocks are at most a day from these: at most seven lie on either side of the start day.
 */
export const daysAround = (instant: string): string =>
  `d.day BETWEEN (${instant} AT TIME ZONE 'UTC')::date - 8 AND (${instant} AT TIME ZONE 'UTC')::date + 8`;

/** Days are counted from 1970, whatever the session's way of writing dates; amounts are text, which no driver rounds. */
export const SALES = `string_agg(d.day - DATE '1970-01-01' || ' ' || d.amount, ',' ORDER BY d.day)`;

/**
 * What an event of a store is compared by with others of it: of `e` (events) and `c` (event_counts).
 *
 * @param hasSales whether what the store sold around its start is among that; nothing otherwise
 */
export const storeEvent = (hasSales = 'true'): string => `
json_build_array(${milliseconds('e.start_at')}, c.participants, c.new_customers, e.prize_cost, e.other_costs, e.new_customer_ltv,
  (SELECT coalesce(sum(h.cost), 0) FROM event_channels AS h WHERE h.event_id = e.event_id)::text,
  CASE WHEN ${hasSales} THEN (SELECT ${SALES} FROM daily_sales AS d WHERE d.store_id = e.store_id AND ${daysAround('e.start_at')}) END)`;
