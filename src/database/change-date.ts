/**
 * SQL for a column `changed_at`, given the commit time of this change. Of two transactions the later may have begun
 * earlier, so the date never goes back; but a date in the future was set by a wrong clock and counts as none. Dates are
 * subtracted: to add an interval to one depends on the session's zone, which Citus refuses where a row is changed.
 *
 * @param committedAt the parameter that holds the commit time, like `$2`
 */
export const changeDate = (committedAt: string): string =>
  `CASE WHEN changed_at - ${committedAt}::timestamptz > interval '1 minute' THEN ${committedAt}::timestamptz
        ELSE greatest(changed_at, ${committedAt}::timestamptz) END`;
